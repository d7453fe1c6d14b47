import { expect, it } from 'vitest'
import { approversOf } from './approvers.ts'
import type { ApprovalPlan } from './schema.ts'

type By = ApprovalPlan['by']
const lineage = ['province', 'city', 'county']
const sources = (managers: Record<string, string[]>) => ({
  active: async (ids: string[]) => ids.filter((id) => id !== 'gone'),
  membersOf: async () => ['ann', 'bob', 'gone'],
  managersOf: async () => new Map(Object.entries(managers)),
})
const person = (id: string) => ({ kind: 'person' as const, id })
const team = { kind: 'team' as const, id: 't' }
const own = { kind: 'manager' as const, tier: 'own' as const }
const city = { kind: 'manager' as const, tier: 'city' as const }
const province = { kind: 'manager' as const, tier: 'province' as const }
const managed = { province: ['p'], city: ['c1', 'c2'], county: ['m'] }

it.each<[string, By, Record<string, string[]>, string, string[]]>([
  ['a person', [person('ann')], managed, 'req', ['ann']],
  ['a team without those who left', [team], managed, 'req', ['ann', 'bob']],
  ['a team without the requester', [team], managed, 'ann', ['bob']],
  ['whoever answers for the county', [own], managed, 'req', ['m']],
  ['the city, where the county has nobody', [own], { ...managed, county: [] }, 'req', ['c1', 'c2']],
  ['the city, where the requester answers for the county', [own], managed, 'm', ['c1', 'c2']],
  ['the city', [city], managed, 'req', ['c1', 'c2']],
  ['the other one of the city', [city], managed, 'c1', ['c2']],
  ['the province, where the requester is all of the city', [city], { ...managed, city: ['c'] }, 'c', ['p']],
  ['the province', [province], managed, 'req', ['p']],
  ['the county for a person who asked themselves', [person('req')], managed, 'req', ['m']],
  ['the tier above for a manager who was named and asks', [person('m')], managed, 'm', ['c1', 'c2']],
  ['the county for one who left', [person('gone')], managed, 'req', ['m']],
  ['each once', [person('m'), own, team], managed, 'req', ['m', 'ann', 'bob']],
])('asks %s', async (_what, by, managers, requesterId, expected) => {
  const plan: ApprovalPlan = { name: '审批', rule: { need: 'all' }, by }
  expect(await approversOf(plan, { requesterId, lineage }, sources(managers))).toEqual(expected)
})

it('says so where nobody but the requester is left', async () => {
  const asked = approversOf({ name: '审批', rule: { need: 'any' }, by: [own] }, { requesterId: 'p', lineage }, sources({ province: ['p'] })) // prettier-ignore
  await expect(asked).rejects.toMatchObject({ code: 'no-approver' })
})

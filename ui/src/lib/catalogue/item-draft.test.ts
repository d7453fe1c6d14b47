import type { ApprovalPlan } from '@zongheng/server/api.ts'
import { expect, it } from 'vitest'
import { movedUp, withRule } from './item-draft.ts'

const person = (id: string) => ({ kind: 'person' as const, id })
const step = (by: ApprovalPlan['by']): ApprovalPlan => ({ name: '会签', rule: { need: 'any' }, by })
const tier = { kind: 'manager' as const, tier: 'city' as const }

it.each([
  ['two people by two of them', [person('a'), person('b')], 2, 2],
  ['one person by one, though two were wanted', [person('a')], 2, 1],
  ['nobody yet by one', [], 2, 1],
  ['a tier, which may be many, by as many as are wanted', [tier], 3, 3],
])('asks %s', (_, by, count, asked) =>
  expect(withRule(step(by), { need: 'quorum', count }).rule).toEqual({ need: 'quorum', count: asked }),
)

it('keeps no count where one or all must agree', () =>
  expect(withRule(step([tier]), { need: 'all', count: 3 }).rule).toEqual({ need: 'all' }))

it('moves a row up, the first one nowhere', () => {
  expect(movedUp(['a', 'b', 'c'], 2)).toEqual(['a', 'c', 'b'])
  expect(movedUp(['a', 'b'], 0)).toEqual(['a', 'b'])
})

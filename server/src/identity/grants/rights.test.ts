import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import type { Right } from '../admin-schema.ts'
import { permissionsOf, roles } from '../roles.ts'

type Someone = Awaited<ReturnType<TestApp['as']>>

let t: TestApp
let security: Someone
let county: Someone
let ids: { province: string; city: string; county: string; sibling: string; member: string; team: string }
beforeAll(async () => {
  t = await testApp()
  security = await t.as('security-admin')
  county = await t.as('security-admin', '130123')
  const system = await t.as('system-admin')
  const team = (await t.services.identity.teamFor(t.regions.get('130100')!, '网络组'))!
  ids = {
    province: (await t.as('manager')).userId,
    city: (await t.as('engineer', '130100')).userId,
    county: (await t.as('requester', '130123')).userId,
    sibling: (await t.as('engineer', '130109')).userId,
    member: (await t.as('viewer', '130100')).userId,
    team: team.id,
  }
  await system.inject({ method: 'PUT', url: `/teams/${team.id}/members/${ids.member}` })
  const body = { teamId: team.id, role: 'network-admin', regionId: t.regions.get('130123')! }
  await security.inject({ method: 'POST', url: '/grants', body })
})
afterAll(() => t.close())

async function rightsIn(by: Someone, code: string, permission?: string): Promise<Right[]> {
  const query = `regionId=${t.regions.get(code)!}${permission ? `&permission=${permission}` : ''}`
  const answer = await by.inject({ url: `/rights?limit=200&${query}` })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json<{ items: Right[] }>().items
}
const of = (rights: Right[], userId: string) => rights.find((right) => right.user.id === userId)

describe('who may do what in a county', () => {
  it('is everyone whose grant reaches it, from where', async () => {
    const rights = await rightsIn(county, '130123')
    expect(of(rights, ids.province)?.via).toMatchObject([
      { role: 'manager', region: { name: '河北省' }, team: null },
    ])
    expect(of(rights, ids.city)?.via).toMatchObject([{ role: 'engineer', region: { name: '石家庄市' } }])
    expect(of(rights, ids.county)?.permissions).toContain('desk.report')
    expect(of(rights, ids.sibling)).toBeUndefined()
  })

  it('is told by team, too', async () => {
    const member = of(await rightsIn(county, '130123'), ids.member)!
    expect(member.via).toHaveLength(2)
    expect(member.via).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ role: 'network-admin', team: { id: ids.team, name: '网络组' } }),
      ]),
    )
    expect(new Set(member.permissions)).toEqual(
      new Set([...permissionsOf.viewer, ...permissionsOf['network-admin']]),
    )
  })

  it('narrows to one permission, and what gives it', async () => {
    const rights = await rightsIn(county, '130123', 'estate.write')
    expect(rights.map((right) => right.user.id)).toEqual([ids.member])
    expect(rights[0]!.via).toMatchObject([{ role: 'network-admin' }])
    expect(rights[0]!.permissions).toContain('desk.read')
  })

  it('leaves out who is disabled', async () => {
    await t.services.administration.users.access.disable(
      await (await t.as('system-admin')).viewer(),
      ids.sibling,
    )
    expect(of(await rightsIn(security, '130109'), ids.sibling)).toBeUndefined()
  })

  it.each(['130100', '130109', '130224'])('is not told of %s to another county', async (code) => {
    expect((await county.inject({ url: `/rights?regionId=${t.regions.get(code)!}` })).statusCode).toBe(404)
  })
})

it('lists every role with its permissions', async () => {
  const { items } = (await county.inject({ url: '/roles' })).json<{
    items: { role: string; isOfficer: boolean }[]
  }>()
  expect(items.map(({ role }) => role)).toEqual([...roles])
  expect(items.filter(({ isOfficer }) => isOfficer)).toHaveLength(3)
})

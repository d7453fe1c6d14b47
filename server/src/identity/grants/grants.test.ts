import { newId } from '@zongheng/inventory/id.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import type { Grant } from '../admin-schema.ts'
import type { Role } from '../roles.ts'

type Someone = Awaited<ReturnType<TestApp['as']>>

const dayMs = 86_400_000

let t: TestApp
let security: Someone
let citySecurity: Someone
let system: Someone
beforeAll(async () => {
  t = await testApp()
  security = await t.as('security-admin')
  citySecurity = await t.as('security-admin', '130100')
  system = await t.as('system-admin')
})
afterAll(() => t.close())

const region = (code: string) => t.regions.get(code)!
let count = 0
/** A user without any rights. */
const nobody = (code = '130123') =>
  t.services.identity.createUser({
    username: `nobody${++count}`,
    displayName: `某人${count}`,
    passwordHash: '',
    regionId: region(code),
    grants: [],
  })
async function team(code = '130123', ...members: string[]): Promise<string> {
  const body = { name: `班组${++count}`, regionId: region(code) }
  const { id } = (await system.inject({ method: 'POST', url: '/teams', body })).json<{ id: string }>()
  for (const userId of members)
    expect((await system.inject({ method: 'PUT', url: `/teams/${id}/members/${userId}` })).statusCode).toBe(
      200,
    )
  return id
}
const give = (by: Someone, role: Role, code: string, to: object) =>
  by.inject({ method: 'POST', url: '/grants', body: { role, regionId: region(code), ...to } })
const rights = async (userId: string) =>
  (await t.services.identity.scopeOf(userId, 'estate.read')).regionPaths

async function given(by: Someone, role: Role, code: string, to: object): Promise<Grant> {
  const answer = await give(by, role, code, to)
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json<Grant>()
}

describe('a grant', () => {
  it('counts at once, and no longer once it is taken', async () => {
    const someone = await t.as('requester', '130123')
    expect((await someone.inject({ url: '/tickets' })).statusCode).toBe(200)
    expect((await someone.inject({ url: '/playbooks' })).statusCode).toBe(403)
    const told: unknown[] = []
    t.context.bus.on('identity.changed', (event) => told.push(event))
    const grant = await given(citySecurity, 'engineer', '130123', { userId: someone.userId, reason: '入职' })
    expect(grant).toMatchObject({ role: 'engineer', region: { name: '正定县' }, team: null, provider: null })
    expect((await someone.inject({ url: '/playbooks' })).statusCode).toBe(200)
    expect((await citySecurity.inject({ method: 'DELETE', url: `/grants/${grant.id}` })).statusCode).toBe(204)
    expect((await someone.inject({ url: '/playbooks' })).statusCode).toBe(403)
    expect(told).toEqual([{ userIds: [someone.userId] }, { userIds: [someone.userId] }])
    const records = await t.context.db
      .selectFrom('audit_records')
      .selectAll()
      .where('entity_id', '=', someone.userId)
      .where('action', 'like', 'identity.grant-%')
      .orderBy('seq')
      .execute()
    expect(records).toMatchObject([
      { action: 'identity.grant-given', reason: '入职', actor_id: citySecurity.userId },
      { action: 'identity.grant-taken', actor_id: citySecurity.userId },
    ])
  })

  it('of a team is all its members’', async () => {
    const member = await nobody()
    const teamId = await team('130123', member)
    const grant = await given(security, 'viewer', '130100', { teamId })
    expect(await rights(member)).toHaveLength(1)
    await security.inject({ method: 'DELETE', url: `/teams/${teamId}/members/${member}` })
    expect(await rights(member)).toEqual([])
    expect(grant.team).toMatchObject({ id: teamId })
  })

  it('ends when it expires, in every list too', async () => {
    const someone = await nobody()
    const expiresAt = t.context.now + dayMs
    const grant = await given(security, 'viewer', '130123', { userId: someone, expiresAt })
    const listed = async (url: string) => (await security.inject({ url })).json<{ items: object[] }>().items
    expect(await listed(`/grants?userId=${someone}`)).toHaveLength(1)
    t.context.now += dayMs
    security = await t.as('security-admin') // sessions idled out
    system = await t.as('system-admin')
    citySecurity = await t.as('security-admin', '130100')
    expect(await rights(someone)).toEqual([])
    expect(await listed(`/grants?userId=${someone}`)).toEqual([])
    expect(await listed(`/users?q=nobody&role=viewer`)).toEqual([])
    expect(JSON.stringify(await listed(`/rights?regionId=${region('130123')}`))).not.toContain(grant.id)
    expect((await security.inject({ url: `/users/${someone}` })).json()).toMatchObject({
      roles: [],
      grants: [],
    })
  })

  it('that has expired stands in nobody’s way', async () => {
    const someone = await nobody()
    await given(security, 'viewer', '130123', { userId: someone, expiresAt: t.context.now + 1 })
    t.context.now += 2
    await given(security, 'audit-admin', '130123', { userId: someone })
  })

  it.each([
    ['above one’s own', '130000'],
    ['of a sister city', '130200'],
  ])('on a region %s is out of reach', async (_, code) => {
    expect((await give(citySecurity, 'viewer', code, { userId: await nobody() })).statusCode).toBe(404)
    const elsewhere = await given(security, 'viewer', code, { userId: await nobody() })
    expect((await citySecurity.inject({ method: 'DELETE', url: `/grants/${elsewhere.id}` })).statusCode).toBe(
      404,
    )
  })

  it('goes to nobody who is out of sight', async () => {
    expect(
      (await give(citySecurity, 'viewer', '130123', { userId: await nobody('130224') })).statusCode,
    ).toBe(404)
    expect((await give(citySecurity, 'viewer', '130123', { teamId: await team('130224') })).statusCode).toBe(
      404,
    )
  })

  it('goes to one holder, into the future, once', async () => {
    const userId = await nobody()
    for (const to of [{}, { userId, teamId: await team() }, { userId, expiresAt: t.context.now }])
      expect((await give(security, 'viewer', '130123', to)).statusCode).toBe(400)
    await given(security, 'viewer', '130123', { userId })
    expect((await give(security, 'viewer', '130123', { userId })).json()).toMatchObject({ status: 409, code: 'grant-exists' }) // prettier-ignore
    await given(security, 'viewer', '130100', { userId })
  })

  it('is nothing one gives to oneself, nor to a team one is on', async () => {
    const teamId = await team('130000', security.userId)
    for (const to of [{ userId: security.userId }, { teamId }])
      expect((await give(security, 'viewer', '130123', to)).json()).toMatchObject({ status: 403, code: 'not-yourself' }) // prettier-ignore
  })

  it('of a directory’s group is changed there', async () => {
    const now = t.context.now
    const [userId, id, provider] = [await nobody(), newId('grant', now), newId('provider', now)]
    const stamps = { created_at: now, updated_at: now }
    await t.context.db.insertInto('identity_providers').values({ id: provider, kind: 'ldap', name: '省政务目录', enabled: 1, settings: '{}', secret: null, ...stamps }).execute() // prettier-ignore
    await t.context.db.insertInto('grants').values({ id, user_id: userId, team_id: null, role: 'viewer', region_id: region('130123'), provider_id: provider, ...stamps }).execute() // prettier-ignore
    const answer = await security.inject({ method: 'DELETE', url: `/grants/${id}` })
    expect(answer.json()).toMatchObject({ status: 409, code: 'grant-of-provider' })
    expect(answer.body).toContain('省政务目录')
  })
})

describe('officers', () => {
  const pairs: [Role, Role][] = [
    ['system-admin', 'security-admin'],
    ['security-admin', 'audit-admin'],
    ['audit-admin', 'viewer'],
    ['network-admin', 'system-admin'],
  ]
  it.each(pairs)('%s and %s are two people', async (first, second) => {
    const userId = await nobody()
    await given(security, first, '130123', { userId })
    const answer = await give(security, second, '130100', { userId })
    expect(answer.json()).toMatchObject({ status: 409, code: 'roles-exclude' })
  })

  it('are named when they exclude one another', async () => {
    const userId = await nobody()
    await given(security, 'audit-admin', '130123', { userId })
    expect((await give(security, 'agent', '130123', { userId })).json().detail).toMatch(/审计管理员、坐席/)
  })

  it('are no teams, and on no team that holds grants', async () => {
    const officer = await nobody()
    await given(security, 'audit-admin', '130123', { userId: officer })
    const exclude = { status: 409, code: 'roles-exclude' }
    expect((await give(security, 'audit-admin', '130123', { teamId: await team() })).json()).toMatchObject(
      exclude,
    )
    const withOfficer = await team('130123', officer)
    expect((await give(security, 'viewer', '130123', { teamId: withOfficer })).json()).toMatchObject(exclude)
    const withGrant = await team()
    await given(security, 'viewer', '130123', { teamId: withGrant })
    const join = await security.inject({ method: 'PUT', url: `/teams/${withGrant}/members/${officer}` })
    expect(join.json()).toMatchObject(exclude)
    const member = await nobody()
    await security.inject({ method: 'PUT', url: `/teams/${withGrant}/members/${member}` })
    expect((await give(security, 'audit-admin', '130123', { userId: member })).json()).toMatchObject(exclude)
  })

  it.each(['system-admin', 'security-admin'] as const)('the last %s stays', async (role) => {
    const own = await testApp()
    try {
      const [first, audit] = [await own.as(role), await own.as('audit-admin')]
      const by = role === 'security-admin' ? first : await own.as('security-admin')
      const [grant] = (await by.inject({ url: `/grants?userId=${first.userId}` })).json<{ items: Grant[] }>()
        .items
      const take = () => by.inject({ method: 'DELETE', url: `/grants/${grant!.id}` })
      expect((await take()).json()).toMatchObject({ status: 409, code: 'last-officer' })
      const spare = { role, regionId: own.regions.get('130000')!, expiresAt: own.context.now + dayMs }
      await own.services.identity.createUser({ username: 'spare', displayName: '备', passwordHash: '', regionId: spare.regionId, grants: [] }) // prettier-ignore
      const userId = await own.services.identity.userNamed('spare')
      await by.inject({ method: 'POST', url: '/grants', body: { ...spare, userId } })
      expect((await take()).statusCode).toBe(409) // one that ends is no replacement
      await own.as(role)
      expect((await take()).statusCode).toBe(204)
      expect((await audit.inject({ url: '/users' })).statusCode).toBe(200)
    } finally {
      await own.close()
    }
  })

  describe('in the database itself', () => {
    const insert = (row: { user_id: string | null; team_id: string | null; role: Role }) => {
      const stamps = { created_at: 1, updated_at: 1 }
      return t.context.db
        .insertInto('grants')
        .values({ id: newId('grant'), region_id: region('130123'), ...row, ...stamps })
        .execute()
    }
    const refused = 'officer roles exclude all others'

    it.each(pairs)('exclude one another: %s, %s', async (first, second) => {
      const user_id = await nobody()
      await insert({ user_id, team_id: null, role: first })
      await expect(insert({ user_id, team_id: null, role: second })).rejects.toThrow(refused)
    })

    it('are no teams, and on no team that holds grants', async () => {
      const officer = await nobody()
      await insert({ user_id: officer, team_id: null, role: 'system-admin' })
      await expect(insert({ user_id: null, team_id: await team(), role: 'audit-admin' })).rejects.toThrow(
        refused,
      )
      const withOfficer = await team('130123', officer)
      await expect(insert({ user_id: null, team_id: withOfficer, role: 'viewer' })).rejects.toThrow(refused)
      const withGrant = await team()
      await insert({ user_id: null, team_id: withGrant, role: 'viewer' })
      const join = t.context.db.insertInto('team_members').values({ team_id: withGrant, user_id: officer })
      await expect(join.execute()).rejects.toThrow(refused)
    })

    it('are never made by changing a grant', async () => {
      const user_id = await nobody()
      await insert({ user_id, team_id: null, role: 'viewer' })
      const change = t.context.db
        .updateTable('grants')
        .set({ role: 'system-admin' })
        .where('user_id', '=', user_id)
      await expect(change.execute()).rejects.toThrow('never changed')
    })
  })
})

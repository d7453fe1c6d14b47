import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import type { CreatedUser, User, UserDetail } from '../admin-schema.ts'

type Someone = Awaited<ReturnType<TestApp['as']>>

let t: TestApp
let province: Someone // its system officer
let city: Someone
let security: Someone
let requester: Someone
beforeAll(async () => {
  t = await testApp()
  province = await t.as('system-admin')
  city = await t.as('system-admin', '130100')
  security = await t.as('security-admin')
  requester = await t.as('requester', '130123')
})
afterAll(() => t.close())

const region = (code: string) => t.regions.get(code)!
let count = 0
const draft = (code: string, more: object = {}) => ({
  username: `person.${++count}`,
  displayName: '王芳',
  regionId: region(code),
  ...more,
})
async function created(by: Someone, code: string, more: object = {}): Promise<CreatedUser> {
  const answer = await by.inject({ method: 'POST', url: '/users', body: draft(code, more) })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json<CreatedUser>()
}
const signIn = (username: string, password: string) =>
  t.anyone({ method: 'POST', url: '/session', body: { username, password } })
const names = async ({ inject }: Someone, query: string) => {
  const answer = await inject({ url: `/users?limit=200&${query}` })
  return answer.json<{ items: User[] }>().items.map((user) => user.username)
}
const lastRecord = () =>
  t.context.db.selectFrom('audit_records').selectAll().orderBy('seq', 'desc').executeTakeFirstOrThrow()

describe('a new user', () => {
  it('gets a password that has to be changed, and is in the trail without it', async () => {
    const { user, password } = await created(city, '130123', { post: '网络岗', skills: ['BGP'] })
    expect(user).toMatchObject({
      displayName: '王芳',
      post: '网络岗',
      skills: ['BGP'],
      mustChangePassword: true,
    })
    const answer = await signIn(user.username, password)
    expect(answer.json()).toMatchObject({ stage: 'password' })
    const record = await t.context.db
      .selectFrom('audit_records')
      .selectAll()
      .where('action', '=', 'identity.user-created')
      .where('entity_id', '=', user.id)
      .executeTakeFirstOrThrow()
    expect(record).toMatchObject({ actor_id: city.userId, region_id: region('130123') })
    expect(record.after).not.toContain(password)
  })

  it('joins the teams that were named', async () => {
    const team = (await t.services.identity.teamFor(region('130123'), '网络组'))!
    const { user } = await created(city, '130123', { teamIds: [team.id] })
    expect(user.teams).toEqual([{ id: team.id, name: '网络组' }])
  })

  it('takes no name that is taken, and nothing that was not asked for', async () => {
    const { user } = await created(city, '130123', {
      disabled_at: 1,
      password_hash: 'x',
      roles: ['system-admin'],
    })
    expect(user).toMatchObject({ state: 'active', roles: [] })
    const again = await city.inject({ method: 'POST', url: '/users', body: { ...draft('130123'), username: user.username } }) // prettier-ignore
    expect(again.json()).toMatchObject({ status: 409, code: 'username-taken' })
  })

  it.each([
    ['of a sister city', '130200', {}],
    ['of the province', '130000', {}],
    ['on a team elsewhere', '130123', { team: '130200' }],
  ])('%s does not come about by a city’s hand', async (_, code, { team }: { team?: string }) => {
    const other = team && (await t.services.identity.teamFor(region(team), '网络组'))
    const body = draft(code, other ? { teamIds: [other.id] } : {})
    expect((await city.inject({ method: 'POST', url: '/users', body })).statusCode).toBe(404)
    expect(await names(province, `q=${body.username}`)).toEqual([])
  })
})

describe('the list', () => {
  let ids: Record<string, string>
  beforeAll(async () => {
    const people = [
      ['zhang.wei', '张伟', '130123', '0311-8612', '工程师'],
      ['li_na', '李娜', '130109', '0311-8613', 'DBA'],
      ['lixna', '李新', '130224', '0315-1000', null],
    ] as const
    ids = {}
    for (const [username, displayName, code, phone, post] of people)
      ids[username] = (await created(province, code, { username, displayName, phone, post })).user.id
    const body = { userId: ids['zhang.wei'], role: 'engineer', regionId: region('130123') }
    expect((await security.inject({ method: 'POST', url: '/grants', body })).statusCode).toBe(201)
    const disabled = await created(province, '130123', { username: 'gone' })
    await province.inject({ method: 'POST', url: `/users/${disabled.user.id}/disable` })
  })

  it.each([
    ['q=张', ['zhang.wei']],
    ['q=ZHANG', ['zhang.wei']],
    ['q=8613', ['li_na']],
    ['q=dba', ['li_na']],
    ['q=i_n', ['li_na']],
    ['q=%25', []],
    ['q=0311&role=engineer', ['zhang.wei']],
    ['q=gone', []],
    ['q=gone&state=disabled', ['gone']],
    ['q=li&state=locked', []],
  ])('finds by %s', async (query, expected) => {
    expect(await names(province, query)).toEqual(expected)
  })

  it('narrows to a region or a team', async () => {
    expect(await names(province, `q=li&regionId=${region('130200')}`)).toEqual(['lixna'])
    const team = (await t.services.identity.teamFor(region('130109'), '服务台'))!
    const join = { method: 'PUT', url: `/teams/${team.id}/members/${ids.li_na}` }
    expect((await province.inject(join)).statusCode).toBe(200)
    expect(await names(province, `teamId=${team.id}`)).toEqual(['li_na'])
  })

  it('comes page by page', async () => {
    const first = (await province.inject({ url: '/users?limit=1&q=li' })).json<{
      items: User[]
      next: string
    }>()
    const next = await province.inject({ url: `/users?limit=1&q=li&cursor=${first.next}` })
    expect([...first.items, ...next.json<{ items: User[] }>().items].map((user) => user.username)).toEqual(
      await names(province, 'q=li'),
    )
  })

  it('shows a city only its own', async () => {
    const seen = await names(city, '')
    expect(seen).toContain('zhang.wei')
    expect(seen).not.toContain('lixna')
    expect((await city.inject({ url: `/users/${ids.lixna}` })).statusCode).toBe(404)
  })

  describe('to a reader without an office', () => {
    it('is a directory: whom to call, not what they may do', async () => {
      const url = `/users/${ids['zhang.wei']}`
      const directory = (await requester.inject({ url })).json<UserDetail>()
      expect(directory).toMatchObject({
        displayName: '张伟',
        phone: '0311-8612',
        post: '工程师',
        roles: [],
        state: null,
        signedInAt: null,
        grants: [],
        hasTotp: null,
        lockedUntil: null,
        createdAt: null,
      })
      expect((await security.inject({ url })).json()).toMatchObject({ state: 'active', roles: ['engineer'] })
    })

    it.each(['role=engineer', 'state=active', 'state=disabled'])('answers nothing to %s', async (query) => {
      expect(await names(requester, query)).toEqual([])
    })

    it('knows nobody who was disabled', async () => {
      const [gone] = (await province.inject({ url: '/users?state=disabled&q=gone' })).json<{
        items: User[]
      }>().items
      expect((await requester.inject({ url: `/users/${gone!.id}` })).statusCode).toBe(404)
    })
  })
})

describe('a change', () => {
  it('is recorded with both sides, and only what differs', async () => {
    const { user } = await created(city, '130123', { phone: '1' })
    const body = {
      phone: '2',
      displayName: '王芳',
      certificates: [{ name: 'HCIE', expiresOn: '2027-01-01' }],
    }
    const answer = await city.inject({ method: 'PATCH', url: `/users/${user.id}`, body, headers: { 'x-reason': encodeURIComponent('换号') } }) // prettier-ignore
    expect(answer.json()).toMatchObject({ phone: '2', certificates: [{ name: 'HCIE' }] })
    const record = await lastRecord()
    expect(record).toMatchObject({ action: 'identity.user-changed', reason: '换号' })
    expect(JSON.parse(record.before!)).toEqual({ phone: '1', certificates: [] })
    expect(JSON.parse(record.after!)).toEqual({ phone: '2', certificates: body.certificates })
  })

  it('moves nobody to a region out of reach', async () => {
    const { user } = await created(city, '130123')
    const body = { regionId: region('130200') }
    expect((await city.inject({ method: 'PATCH', url: `/users/${user.id}`, body })).statusCode).toBe(404)
  })

  it('of someone out of reach fails as if they were not there', async () => {
    const { user } = await created(province, '130224')
    for (const [method, path] of [
      ['PATCH', ''],
      ['POST', '/disable'],
      ['POST', '/enable'],
      ['POST', '/unlock'],
      ['POST', '/password'],
    ] as const)
      // prettier-ignore
      expect((await city.inject({ method, url: `/users/${user.id}${path}`, body: {} })).statusCode, path).toBe(404)
  })
})

describe('disabling', () => {
  it('ends sessions and tokens at once, until enabled again', async () => {
    const someone = await t.as('viewer', '130123')
    const revoked: string[] = []
    t.context.bus.on('session.revoked', ({ sessionId }) => revoked.push(sessionId))
    const expiresAt = t.context.now + 86_400_000
    const { token } = await t.services.tokens.create(someone.userId, { name: 'x', permissions: ['estate.read'], regionId: region('130123'), expiresAt }) // prettier-ignore
    const asToken = () => t.anyone({ url: '/sites', headers: { authorization: `Bearer ${token}` } })
    expect((await asToken()).statusCode).toBe(200)
    expect((await city.inject({ method: 'POST', url: `/users/${someone.userId}/disable` })).statusCode).toBe(
      204,
    )
    expect((await someone.inject({ url: '/sites' })).statusCode).toBe(401)
    expect((await asToken()).statusCode).toBe(401)
    expect(revoked).toHaveLength(1)
    expect((await lastRecord()).action).toBe('identity.user-disabled')
    await city.inject({ method: 'POST', url: `/users/${someone.userId}/enable` })
    expect((await someone.inject({ url: '/sites' })).statusCode).toBe(401)
  })

  it('is nothing one does to oneself', async () => {
    for (const path of ['disable', 'password']) {
      const answer = await city.inject({ method: 'POST', url: `/users/${city.userId}/${path}` })
      expect(answer.json()).toMatchObject({ status: 403, code: 'not-yourself' })
    }
  })

  it('spares the last officers of the installation', async () => {
    const other = await t.as('system-admin')
    const disable = (userId: string) => other.inject({ method: 'POST', url: `/users/${userId}/disable` })
    expect((await disable(security.userId)).json()).toMatchObject({ status: 409, code: 'last-officer' })
    expect((await disable(province.userId)).statusCode).toBe(204) // the other one stays
    await other.inject({ method: 'POST', url: `/users/${province.userId}/enable` })
    province = await t.as('system-admin')
  })
})

describe('someone of a county with rights on the province', () => {
  it.each(['disable', 'enable', 'unlock', 'password'])('is not the county’s to %s', async (path) => {
    const { user } = await created(province, '130123')
    const grant = { userId: user.id, role: 'network-admin', regionId: region('130000') }
    expect((await security.inject({ method: 'POST', url: '/grants', body: grant })).statusCode).toBe(201)
    const answer = await city.inject({ method: 'POST', url: `/users/${user.id}/${path}` })
    expect(answer.json()).toMatchObject({ status: 403, code: 'reaches-further' })
    expect(
      (await province.inject({ method: 'POST', url: `/users/${user.id}/${path}` })).statusCode,
    ).toBeLessThan(300)
  })

  it('is no pretext to join their team', async () => {
    const team = (await t.services.identity.teamFor(region('130123'), '网络组'))!
    const body = { teamId: team.id, role: 'viewer', regionId: region('130000') }
    const grant = (await security.inject({ method: 'POST', url: '/grants', body })).json<{ id: string }>()
    const { user } = await created(city, '130123')
    const join = { method: 'PUT', url: `/teams/${team.id}/members/${user.id}` }
    expect((await city.inject(join)).json()).toMatchObject({ status: 403, code: 'team-holds-grants' })
    await security.inject({ method: 'DELETE', url: `/grants/${grant.id}` })
    expect((await city.inject(join)).statusCode).toBe(200)
  })
})

describe('a password reset', () => {
  it('gives a new one, which has to be changed, and ends the sessions', async () => {
    const someone = await t.as('viewer', '130123')
    const answer = await city.inject({ method: 'POST', url: `/users/${someone.userId}/password` })
    const { password } = answer.json<{ password: string }>()
    expect((await someone.inject({ url: '/sites' })).statusCode).toBe(401)
    const { username } = await t.context.db.selectFrom('users').select('username').where('id', '=', someone.userId).executeTakeFirstOrThrow() // prettier-ignore
    expect((await signIn(username, password)).json()).toMatchObject({ stage: 'password' })
    expect(
      JSON.stringify(await t.context.db.selectFrom('audit_records').selectAll().execute()),
    ).not.toContain(password)
  })

  it.each(['system-admin', 'security-admin', 'audit-admin'] as const)('is not for a %s', async (role) => {
    const officer = await t.as(role, '130123')
    const answer = await city.inject({ method: 'POST', url: `/users/${officer.userId}/password` })
    expect(answer.json()).toMatchObject({ status: 403, code: 'officer-password' })
    expect(answer.body).toContain('zongheng user reset-password')
  })
})

it('unlocks whom failed sign-ins locked out', async () => {
  const { user } = await created(city, '130123')
  const until = t.context.now + 60_000
  await t.context.db.updateTable('users').set({ locked_until: until, failed_count: 5 }).where('id', '=', user.id).execute() // prettier-ignore
  const state = async () => (await city.inject({ url: `/users/${user.id}` })).json<UserDetail>()
  expect(await state()).toMatchObject({ state: 'locked', lockedUntil: until })
  expect((await city.inject({ method: 'POST', url: `/users/${user.id}/unlock` })).statusCode).toBe(204)
  expect(await state()).toMatchObject({ state: 'active', lockedUntil: null })
})

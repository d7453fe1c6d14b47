import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import { browser, dayMs, minuteMs, newPerson, trail, type Browser } from '../account/account-testing.ts'

let t: TestApp
let userId: string
let chen: Browser
beforeEach(async () => {
  t = await testApp()
  userId = await newPerson(t, 'chen', ['network-admin'], '130100')
  chen = browser(t)
  await chen.signIn('chen')
})
afterEach(() => t.close())

const region = (code: string) => t.regions.get(code)!
const create = (changes: object = {}, who = chen) =>
  who.inject({
    method: 'POST',
    url: '/me/tokens',
    body: {
      name: '报表',
      permissions: ['identity.read', 'estate.read'],
      regionId: region('130123'),
      expiresAt: t.context.now + 30 * dayMs,
      ...changes,
    },
  })
const newToken = async (changes: object = {}) => (await create(changes)).json<{ id: string; token: string }>()
const call = (token: string, url: string, method = 'GET', body?: unknown, headers = {}) =>
  t.anyone({ method, url, body, headers: { authorization: `Bearer ${token}`, ...headers } })
const refusal = async (answer: ReturnType<typeof call>) => {
  const { statusCode, json } = await answer
  return `${statusCode} ${json().code}`
}

describe('making a token', () => {
  it('shows it this once, and keeps a hash of it', async () => {
    const answer = await create()
    expect(answer.statusCode).toBe(201)
    const { id, token } = answer.json()
    expect(answer.json()).toMatchObject({ name: '报表', region: { name: '正定县' }, usedAt: null })
    const list = await chen.inject({ url: '/me/tokens' })
    expect(list.json().items).toMatchObject([{ id }])
    const secret = token.slice(-43)
    const kept = JSON.stringify([await t.context.db.selectFrom('api_tokens').selectAll().execute(), await trail(t)]) // prettier-ignore
    for (const text of [list.body, kept]) expect(text).not.toContain(secret)
    expect((await trail(t)).at(-1)).toMatchObject({ action: 'identity.token-created', entity_id: id })
  })

  it.each([
    ['a permission its owner has not', { permissions: ['audit.read'] }, '/permissions/0'],
    ['rights over one’s own account', { permissions: ['estate.read', 'identity.self'] }, '/permissions/1'],
    ['a region its owner has not', { regionId: '130200' }, '/regionId'],
    ['a region that does not exist', { regionId: 'reg_x' }, '/regionId'],
    ['the past', { expiresAt: 0 }, '/expiresAt'],
    ['a life longer than policy lets it have', { expiresAt: Date.UTC(2027, 11, 1) }, '/expiresAt'],
  ])('is refused with %s', async (_, changes, path) => {
    const { regionId } = changes as { regionId?: string }
    const known = regionId && t.regions.get(regionId)
    const answer = await create(known ? { ...changes, regionId: known } : changes)
    expect(answer.statusCode).toBe(400)
    expect(answer.json().errors).toMatchObject([{ path }])
  })
})

describe('a token', () => {
  it('answers what it carries, in its region alone, and says who it is', async () => {
    const { token } = await newToken()
    const { items } = (await call(token, '/regions')).json<{ items: { name: string }[] }>()
    expect(items.map(({ name }) => name)).toEqual(['正定县'])
    expect((await call(token, `/regions/${region('130109')}`)).statusCode).toBe(404)
    expect((await call(token, '/session')).json()).toMatchObject({
      user: { username: 'chen' },
      permissions: ['identity.read', 'estate.read'],
      regions: [{ name: '正定县' }],
    })
  })

  it('gives nothing beyond that, though its owner may', async () => {
    const { token } = await newToken()
    expect(await refusal(call(token, '/alarms'))).toBe('403 forbidden')
    expect(await refusal(call(token, '/devices', 'POST', {}))).toBe('403 forbidden')
  })

  it.each([
    ['GET', '/me'],
    ['GET', '/me/tokens'],
    ['POST', '/me/tokens'],
    ['PUT', '/me/password'],
    ['DELETE', '/session'],
    ['DELETE', '/me/sessions'],
  ])('is not for %s %s', async (method, url) => {
    const { token } = await newToken()
    expect(await refusal(call(token, url, method, method === 'GET' ? undefined : {}))).toBe(
      '403 session-required',
    )
  })

  it('is not for looking with others’ eyes', async () => {
    await newPerson(t, 'limin', ['security-admin'], '130100')
    const officer = browser(t)
    await officer.signIn('limin')
    const { token } = (await create({ permissions: ['identity.view-as'] }, officer)).json()
    const body = { userId, reason: 'x' }
    expect(await refusal(call(token, '/session/view-as', 'POST', body))).toBe('403 session-required')
  })

  it('counts, and the cookie beside it does not', async () => {
    const { token } = await newToken()
    const cookie = chen.cookie()
    expect((await call(token, '/alarms', 'GET', undefined, { cookie })).statusCode).toBe(403)
    expect((await call('zht_wrong', '/alarms', 'GET', undefined, { cookie })).statusCode).toBe(401)
  })

  it.each([
    ['its owner loses the right', () => t.context.db.deleteFrom('grants').where('user_id', '=', userId), 403],
    ['its owner is disabled', () => t.context.db.updateTable('users').set({ disabled_at: 1 }), 401],
    ['it expires', () => ((t.context.now += 30 * dayMs), null), 401],
  ])('is worth nothing once %s', async (_, happen, status) => {
    const { token } = await newToken()
    expect((await call(token, '/regions')).statusCode).toBe(200)
    await happen()?.execute()
    expect((await call(token, '/regions')).statusCode).toBe(status)
  })

  it('is worth nothing once it was revoked, by its owner or the security officer', async () => {
    const [mine, other] = [await newToken(), await newToken()]
    const own = { method: 'DELETE', url: `/me/tokens/${mine.id}` }
    expect((await chen.inject(own)).statusCode).toBe(204)
    expect((await chen.inject(own)).statusCode).toBe(404)
    const officer = await t.as('security-admin')
    expect((await officer.inject({ url: `/users/${userId}/tokens` })).json().items).toHaveLength(1)
    const url = `/users/${userId}/tokens/${other.id}`
    expect((await (await t.as('security-admin', '130200')).inject({ method: 'DELETE', url })).statusCode).toBe(404) // prettier-ignore
    expect((await officer.inject({ method: 'DELETE', url })).statusCode).toBe(204)
    for (const { token } of [mine, other])
      expect(await refusal(call(token, '/regions'))).toBe('401 token-invalid')
  })

  it('is not another’s to revoke', async () => {
    const { id } = await newToken()
    const wang = await t.as('network-admin')
    expect((await wang.inject({ method: 'DELETE', url: `/me/tokens/${id}` })).statusCode).toBe(404)
  })

  it('is not made by changing one', async () => {
    const [a, b] = [await newToken(), await newToken()]
    const mixed = a.token.slice(0, 23) + b.token.slice(23)
    expect(await refusal(call(mixed, '/regions'))).toBe('401 token-invalid')
  })

  it('remembers its last use, to the minute', async () => {
    const { token } = await newToken()
    const used = async () => (await chen.inject({ url: '/me/tokens' })).json().items[0]
    const first = t.context.now
    await call(token, '/regions')
    t.context.now += minuteMs
    await call(token, '/regions')
    expect(await used()).toMatchObject({ usedAt: first, usedAddress: '127.0.0.1' })
    t.context.now += 1
    await call(token, '/regions')
    expect((await used()).usedAt).toBe(t.context.now)
  })

  it('is named in the trail as what changed something', async () => {
    const { id, token } = await newToken({ permissions: ['desk.report', 'desk.read'] })
    const ticket = { title: '网络慢', description: '', regionId: region('130123') }
    expect((await call(token, '/tickets', 'POST', ticket)).statusCode).toBe(201)
    const records = (await trail(t, '')).filter((record) => record.actor_kind === 'token')
    expect(records).not.toEqual([])
    for (const record of records) expect(record).toMatchObject({ actor_id: id, actor_name: 'chen/报表' })
  })

  it('has no place in an address, on whatever route', async () => {
    const { token } = await newToken()
    for (const url of [
      '/regions?token=x',
      `/regions?access_token=${token}`,
      '/setup?Token=1',
      '/api/health?token=x',
    ])
      expect(await refusal(t.anyone({ url }))).toBe('400 token-in-url')
  })

  it('opens no socket', async () => {
    const { token } = await newToken()
    expect(await t.app.sessionOfCookies(`zongheng=${token}`)).toBeUndefined()
  })
})

describe('wrong tokens', () => {
  it('make their address wait, but not whoever has a right one', async () => {
    const { token } = await newToken()
    const answers = []
    for (let i = 0; i < 25; i++) answers.push(await refusal(call('zht_guess', '/regions')))
    expect(answers.slice(0, 20)).toEqual(Array(20).fill('401 token-invalid'))
    expect(answers.at(-1)).toBe('429 too-many-requests')
    expect((await call(token, '/regions')).statusCode).toBe(200)
  })
})

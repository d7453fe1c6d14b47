import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contractVersion, newSealingKeys } from '@zongheng/collector/contract.ts'
import { testApp, type TestApp } from '../testing.ts'

type Person = Awaited<ReturnType<TestApp['as']>>

let t: TestApp
let province: Person
let county: Person
beforeEach(async () => {
  t = await testApp()
  province = await t.as('network-admin')
  county = await t.as('network-admin', '130123')
})
afterEach(() => t.close())

const invite = (who: Person, body: object) => who.inject({ method: 'POST', url: '/collectors', body })
const namesSeenBy = async (who: Person) =>
  (await who.inject({ url: '/collectors' })).json().items.map(({ name }: { name: string }) => name)
const enrol = (token: string, publicKey = newSealingKeys().publicKey) =>
  t.anyone({ method: 'POST', url: '/collectors/enrol', body: { token, name: 'edge', publicKey } })
const authenticate = (collectorId: string, key: string, publicKey: string) =>
  t.services.uplink.enrolment.authenticate({ collectorId, key, publicKey, epoch: 'e', contractVersion })
const records = async () =>
  (await t.context.db.selectFrom('audit_records').selectAll().orderBy('seq').execute()).filter(({ action }) =>
    action.startsWith('uplink.'),
  )

async function invited() {
  return (await invite(province, { name: '市采集器' })).json<{ collectorId: string; token: string }>()
}

async function enrolled() {
  const { collectorId, token } = await invited()
  const { publicKey } = newSealingKeys()
  const { key } = (await enrol(token, publicKey)).json<{ key: string }>()
  return { id: collectorId, token, key, publicKey }
}

describe('a collector belongs to a region', () => {
  it('and is seen by whoever runs that region, or one above it', async () => {
    const regionId = t.regions.get('130123')
    expect((await invite(county, { name: '正定采集器', regionId })).statusCode).toBe(201)
    await invite(province, { name: '省采集器' })
    expect(await namesSeenBy(province)).toEqual(['正定采集器', '省采集器'])
    expect(await namesSeenBy(county)).toEqual(['正定采集器'])
    expect(await namesSeenBy(await t.as('system-admin', '130100'))).toEqual(['正定采集器'])
    expect(await namesSeenBy(await t.as('network-admin', '130109'))).toEqual([])
  })

  it.each([
    ['a region beside', () => ({ regionId: t.regions.get('130109') }), 404],
    ['the region above', () => ({ regionId: t.regions.get('130100') }), 404],
    ['no region', () => ({}), 400],
    ['a site that is not there', () => ({ siteId: 'sit_nowhere' }), 404],
  ])('a county invites none for %s', async (_, place, status) => {
    expect((await invite(county, { name: 'x', ...place() })).statusCode).toBe(status)
  })

  it.each([
    ['GET', '', undefined],
    ['PATCH', '', { name: 'mine' }],
    ['POST', '/revoke', undefined],
    ['POST', '/token', undefined],
  ])('%s %s is not for whoever does not see it', async (method, path, body) => {
    const { collectorId } = await invited()
    const answer = await county.inject({ method, url: `/collectors/${collectorId}${path}`, body })
    expect(answer.statusCode).toBe(404)
  })
})

describe('a token', () => {
  it('gives a key once the collector comes for it, and is spent when the key was used', async () => {
    const { id, token, key, publicKey } = await enrolled()
    expect((await province.inject({ url: `/collectors/${id}` })).json()).toMatchObject({
      state: 'enrolled',
      name: '市采集器',
      tokenExpiresAt: null,
      isLocal: false,
    })
    expect(await authenticate(id, key, publicKey)).toMatchObject({ id })
    expect((await enrol(token, publicKey)).json()).toMatchObject({ status: 403, code: 'bad-enrolment-token' })
  })

  it('gives another key to the collector that lost its answer, and the former dies', async () => {
    const { id, token, key, publicKey } = await enrolled()
    const again = (await enrol(token, publicKey)).json()
    expect(again.collectorId).toBe(id)
    expect(await authenticate(id, key, publicKey)).toBeInstanceOf(Error)
    expect(await authenticate(id, again.key, publicKey)).toMatchObject({ id })
  })

  it.each([
    ['another collector', 0, false],
    ['the same one ten minutes later', 10 * 60_000, true],
  ])('that was used gives nothing to %s', async (_, laterMs, isSame) => {
    const { token, publicKey } = await enrolled()
    t.context.now += laterMs
    expect((await enrol(token, isSame ? publicKey : undefined)).statusCode).toBe(403)
  })

  it('lapses after a day', async () => {
    const { token } = await invited()
    t.context.now += 24 * 3_600_000
    expect((await enrol(token)).statusCode).toBe(403)
  })

  it('is given to one of two that come at once', async () => {
    const { token } = await invited()
    const answers = await Promise.all([enrol(token), enrol(token)])
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 403])
  })

  it.each([
    ['no key', 'x'.repeat(44)],
    ['a point of low order', Buffer.alloc(32).toString('base64')],
  ])('gives nothing to %s', async (_, publicKey) => {
    expect((await enrol((await invited()).token, publicKey)).json()).toMatchObject({
      status: 400,
      errors: [{ path: '/publicKey' }],
    })
  })

  it('cannot be guessed in haste', async () => {
    const answers = []
    for (let i = 0; i < 11; i++) answers.push((await enrol('x'.repeat(43))).statusCode)
    expect(answers.slice(-2)).toEqual([403, 429])
  })

  it('of a machine that was replaced ends the former key when it is used', async () => {
    const { id, key, publicKey } = await enrolled()
    const { token } = (await province.inject({ method: 'POST', url: `/collectors/${id}/token` })).json()
    expect(await authenticate(id, key, publicKey)).toMatchObject({ id })
    expect((await enrol(token)).statusCode).toBe(200)
    expect(await authenticate(id, key, publicKey)).toBeInstanceOf(Error)
  })
})

describe('a key', () => {
  it('opens nothing once it is revoked, until the collector enrols anew', async () => {
    const { id, key, publicKey } = await enrolled()
    const answer = await province.inject({ method: 'POST', url: `/collectors/${id}/revoke` })
    expect(answer.json()).toMatchObject({ id, state: 'revoked', connected: false })
    expect(await authenticate(id, key, publicKey)).toBeInstanceOf(Error)
    const { token } = (await province.inject({ method: 'POST', url: `/collectors/${id}/token` })).json()
    expect((await enrol(token)).json().collectorId).toBe(id)
  })

  it('that was stolen does not point what is sealed elsewhere', async () => {
    const { id, key } = await enrolled()
    const error = await authenticate(id, key, newSealingKeys().publicKey)
    expect(String(error)).toContain('another sealing key')
  })

  it.each([
    ['', 'k', 'p'],
    ['col_x', '', 'p'],
    ['col_x', 'k'.repeat(201), 'p'],
    ['col_x', 'k', 'p'],
  ])('that is none opens nothing: %s %s', async (collectorId, key, publicKey) => {
    expect(await authenticate(collectorId, key, publicKey)).toBeInstanceOf(Error)
  })

  it('opens no page of the API', async () => {
    const { id, key } = await enrolled()
    for (const headers of [
      { authorization: `Bearer ${key}` },
      { authorization: `Basic ${Buffer.from(`${id}:${key}`).toString('base64')}` },
      { cookie: `zongheng=${key}` },
    ] as Record<string, string>[]) {
      expect((await t.anyone({ url: '/devices', headers })).statusCode).toBe(401)
      expect((await t.anyone({ url: '/collectors', headers })).statusCode).toBe(401)
    }
  })
})

describe('the collector beside the server', () => {
  const local = () => t.services.uplink.enrolment.local('本机采集器', null, 'the key of this installation')

  it('is one, whatever it or others are called', async () => {
    await invite(province, { name: '本机采集器' })
    const { id } = await local()
    await province.inject({ method: 'PATCH', url: `/collectors/${id}`, body: { name: '机房' } })
    expect((await local()).id).toBe(id)
    expect((await province.inject({ url: `/collectors/${id}` })).json()).toMatchObject({
      name: '机房',
      isLocal: true,
      state: 'enrolled',
    })
  })

  it.each(['revoke', 'token'])('is not to be cut off by mistake: %s', async (act) => {
    const { id } = await local()
    const answer = await province.inject({ method: 'POST', url: `/collectors/${id}/${act}` })
    expect(answer.json()).toMatchObject({ status: 409, code: 'collector-is-local' })
  })

  it('may lose its folder', async () => {
    const { id, key } = await local()
    for (const { publicKey } of [newSealingKeys(), newSealingKeys()])
      expect(await authenticate(id, key, publicKey)).toMatchObject({ id })
  })
})

it('what is done to collectors is on record, and no secret with it', async () => {
  const { id, token, key, publicKey } = await enrolled()
  await province.inject({ method: 'PATCH', url: `/collectors/${id}`, body: { name: '新名' } })
  await province.inject({ method: 'POST', url: `/collectors/${id}/token` })
  await province.inject({ method: 'POST', url: `/collectors/${id}/revoke` })
  const all = await records()
  expect(all.map(({ action, actor_kind }) => [action, actor_kind])).toEqual([
    ['uplink.collector-invited', 'person'],
    ['uplink.collector-enrolled', 'collector'],
    ['uplink.collector-changed', 'person'],
    ['uplink.collector-token-renewed', 'person'],
    ['uplink.collector-revoked', 'person'],
  ])
  expect(all[2]).toMatchObject({ before: '{"name":"市采集器"}', after: '{"name":"新名"}', entity_id: id })
  expect(all.every(({ region_id }) => region_id === t.regions.get('130000'))).toBe(true)
  expect(publicKey).toBeTruthy()
  for (const secret of [token, key]) expect(JSON.stringify(all)).not.toContain(secret)
})

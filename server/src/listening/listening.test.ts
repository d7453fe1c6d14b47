import type { LogEntry } from '@zongheng/collector/contract.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { knownFacts } from '../uplink/facts.ts'
import { testApp, type TestApp } from '../testing.ts'
import { LogKeeper } from './keeper.ts'
import type { LogRecord, LogRule } from './schema.ts'
import { countRecords } from './store.ts'

let t: TestApp
let ids: Map<string, string>
let collectorId: string
let province: Awaited<ReturnType<TestApp['as']>>
let router: { id: string; address: string; name: string }

beforeAll(async () => {
  t = await testApp()
  ids = await withSmallEstate(t)
  collectorId = newId('collector')
  const none = { site_id: null, region_id: t.regions.get('130100')!, token_hash: null, token_expires_at: null, token_used_at: null, public_key: null, enrolled_at: 1, seen_at: null, revoked_at: null } // prettier-ignore
  await t.context.db
    .insertInto('collectors')
    .values({
      id: collectorId,
      name: '本机',
      is_local: 1,
      key_hash: 'x',
      created_at: 1,
      updated_at: 1,
      ...none,
    })
    .execute()
  await t.context.db.updateTable('devices').set({ collector_id: collectorId }).execute()
  await t.services.state.reload()
  const device = [...t.services.state.model.devices.values()].find(({ id }) => id === ids.get('市-RT'))!
  router = device
  province = await t.as('network-admin')
})
afterAll(() => t.close())

const entry = (more: Partial<LogEntry> = {}): LogEntry => ({
  atMs: t.context.now,
  saidMs: null,
  kind: 'syslog',
  address: router.address,
  deviceId: null,
  name: 'app',
  severity: 5,
  facility: 16,
  host: null,
  text: 'words',
  values: {},
  repeated: 0,
  ...more,
})
async function told(...entries: LogEntry[]): Promise<void> {
  const { db } = t.context
  const fact = { kind: 'log', atMs: t.context.now, entries } as const
  const after = await db.transaction().execute((tx) => t.services.listening.take(tx, fact, collectorId))
  after()
}
const search = async (query: string, who = province): Promise<LogRecord[]> => {
  const answer = await who.inject({ method: 'GET', url: `/logs?${query}` })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json<{ items: LogRecord[] }>().items
}
const openAlarms = async () => {
  await t.services.decider.tick()
  return [...t.services.alarms.book.open()]
    .filter(({ finding }) => finding.condition === 'log-match')
    .map(({ finding }) => finding)
}

describe('a record', () => {
  it.each([
    ['its address', () => ({})],
    ['the key that signed it', () => ({ address: '192.0.2.77', deviceId: router.id })],
    ['the host that a relay names', () => ({ address: '192.0.2.77', host: router.name })],
  ])('belongs to the device of %s', async (_name, more) => {
    const text = newId('logRecord')
    await told(entry({ text, ...more() }))
    expect(await search(`q=${text}`)).toMatchObject([{ device: { id: router.id, name: router.name }, text }])
  })

  it('of a stranger belongs to where the collector stands, and another city does not see it', async () => {
    await told(entry({ address: '192.0.2.78', text: 'from-a-stranger', deviceId: 'dev_of_another' }))
    expect(await search('q=from-a-stranger')).toMatchObject([
      { device: null, region: { id: t.regions.get('130100') } },
    ])
    const elsewhere = await t.as('engineer', '130200')
    expect(await search('q=from-a-stranger', elsewhere)).toEqual([])
  })

  it.each([
    ['words in any order', 'q=beta%20alpha-1', 1],
    ['all of them', 'q=alpha-1%20gamma', 0],
    ['a percent sign is no joker', 'q=al%25-1', 0],
    ['nor is an underscore', 'q=alpha_1', 0],
    ['case', 'q=ALPHA-1', 1],
    ['name', 'q=alpha-1&name=IFNET/*/LINK*', 1],
    ['another name', 'q=alpha-1&name=IFNET', 0],
    ['kind', 'q=alpha-1&kind=trap', 0],
    ['severity', 'q=alpha-1&severity=3', 0],
    ['severity as grave', 'q=alpha-1&severity=4', 1],
    ['time', 'q=alpha-1&until=5', 0],
    ['quotes', "q='%22", 0],
  ])('is found by %s', async (_name, query, count) => {
    if ((await search('q=alpha-1')).length === 0)
      await told(entry({ name: 'IFNET/4/LINK_STATE', severity: 4, text: 'Alpha-1 and beta' }))
    expect(await search(query)).toHaveLength(count)
  })

  it('is paged, newest first', async () => {
    await told(
      ...Array.from({ length: 5 }, (_, i) => entry({ text: `paged ${i}`, atMs: t.context.now - 1000 + i })),
    )
    const url = '/logs?q=paged&limit=2'
    const first = (await province.inject({ method: 'GET', url })).json<{ items: LogRecord[]; next: string }>()
    const second = await search(`q=paged&limit=2&cursor=${first.next}`)
    expect([...first.items, ...second].map(({ text }) => text)).toEqual([4, 3, 2, 1].map((i) => `paged ${i}`))
  })

  it('is given up by age, and the oldest of too many', async () => {
    const { db, log } = t.context
    const dayMs = 86_400_000
    await told(
      ...Array.from({ length: 10 }, (_, i) => entry({ text: 'old', atMs: t.context.now - i * 5 * dayMs })),
    )
    const keep = (keepDays: number, maxRecords: number) =>
      new LogKeeper({ db, clock: () => t.context.now + 1, log, keepDays, maxRecords }).prune()
    await keep(30, 1e6)
    expect(await search('q=old&limit=50')).toHaveLength(6)
    await keep(30, (await countRecords(db)) - 4)
    expect(await search('q=old&limit=50')).toHaveLength(2)
  })
})

describe('rules', () => {
  it('raise what evidence does not show, until its counterpart is told', async () => {
    await told(entry({ kind: 'trap', name: 'hwPowerInvalid', severity: 2, text: 'PWR1' }))
    expect(await openAlarms()).toMatchObject([
      { entityId: router.id, severity: 'minor', priority: 'P3', values: { rule: 'builtin:power', count: 1 } },
    ])
    await told(entry({ kind: 'trap', name: 'hwPowerInvalidResume', text: 'PWR1' }))
    expect(await openAlarms()).toEqual([])
  })

  it('count within their time', async () => {
    const failure = entry({ kind: 'trap', name: 'authenticationFailure', severity: 4, text: 'x' })
    await told(...Array.from({ length: 9 }, () => failure))
    expect(await openAlarms()).toEqual([])
    await told({ ...failure, repeated: 3 })
    expect(await openAlarms()).toMatchObject([{ severity: 'warning', priority: null }])
  })

  it('of one’s own come first: what is ignored raises nothing; a pattern that cannot be is refused', async () => {
    const rule = { regionId: t.regions.get('130100'), name: '忽略', match: { names: ['hwFan*'], pattern: 'spare' }, action: { kind: 'ignore' }, enabled: true } // prettier-ignore
    const bad = await province.inject({
      method: 'POST',
      url: '/log-rules',
      body: { ...rule, match: { pattern: '(a' } },
    })
    expect(bad.statusCode).toBe(400)
    const added = (await province.inject({ method: 'POST', url: '/log-rules', body: rule })).json<LogRule>()
    await told(entry({ name: 'hwFanInvalid', text: 'the spare fan' }))
    expect((await openAlarms()).filter(({ values }) => values.rule === 'builtin:fan')).toEqual([])
    await province.inject({ method: 'DELETE', url: `/log-rules/${added.id}` })
    await told(entry({ name: 'hwFanInvalid', text: 'the spare fan' }))
    expect((await openAlarms())[0]?.values).toMatchObject({ rule: 'builtin:fan' })
  })

  it('ask for a poll once a moment, and three times within a minute and a half', async () => {
    const jobs = async () =>
      (await t.context.db.selectFrom('jobs').select('id').where('kind', '=', 'poll').execute()).length
    t.context.now += 91_000
    const before = await jobs()
    for (const polls of [1, 2, 3, 3]) {
      await told(entry({ name: 'LINK-3-UPDOWN' }), entry({ name: 'LINK-3-UPDOWN', text: 'again' }))
      await expect.poll(jobs).toBe(before + polls)
      t.context.now += 5_000
    }
  })
})

it('what a collector tells must be what the contract says', () => {
  const fact = (more: object) => [{ kind: 'log', atMs: 1, entries: [{ ...entry(), ...more }] }]
  expect(knownFacts(fact({}))).toHaveLength(1)
  for (const more of [
    { severity: 9 },
    { text: 'x'.repeat(5000) },
    { values: { a: {} } },
    { kind: 'rumour' },
    { name: '' },
  ])
    expect(knownFacts(fact(more))).toBeNull()
})

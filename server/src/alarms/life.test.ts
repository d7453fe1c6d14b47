/** From finding to incident, with what mutes on the way: on the small province, through the real decider and database. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Replay } from '../replay-testing.ts'
import { testApp, type TestApp } from '../testing.ts'

let test: TestApp
let replay: Replay
let admin: Awaited<ReturnType<TestApp['as']>>
const hourMs = 3_600_000
beforeEach(async () => {
  test = await testApp()
  replay = await Replay.start(test)
  admin = await test.as('network-admin')
})
afterEach(() => test.close())

const send = async (method: string, url: string, body?: unknown) => {
  const answer = await admin.inject({ method, url, body })
  expect(answer.statusCode, answer.body).toBeLessThan(300)
  return answer.body ? answer.json() : undefined
}
const opened = async () =>
  (await replay.tickets()).filter(({ state }) => state !== 'resolved' && state !== 'cancelled')
const alarm = async () => (await replay.alarms()).find(({ entity }) => entity === '市–甲县')!
const window = (more: object = {}) =>
  send('POST', '/windows', {
    title: '电信割接', source: 'carrier', reference: 'CT-2026-118', scopes: [{ type: 'device', id: '甲县-rt' }],
    startsAt: test.context.now, endsAt: test.context.now + hourMs, ...more,
  }) // prettier-ignore
/** Ids of the small world are names: scopes are checked by the kind an id says. */
const announce = async (ids: string[], untilMs = hourMs) => {
  const { windows } = test.services
  const id = await test.context.db.transaction().execute(
    (tx) =>
    windows.open({ title: '电信割接', source: 'carrier', startsAtMs: test.context.now, endsAtMs: test.context.now + untilMs, scopes: ids.map((one) => ({ type: 'circuit', id: one })), createdBy: null }, tx), // prettier-ignore
  )
  await windows.load()
  return id
}

describe('a maintenance window', () => {
  it('mutes what was announced, tells of what was not, and of what is left at its end', async () => {
    const id = await announce(['甲县-primary'])
    replay.world.broken.add('甲县-primary')
    await replay.minutes(5)
    expect(await alarm()).toMatchObject({ state: 'firing', severity: 'major', windowId: id })
    expect(await opened()).toEqual([])
    expect((await admin.inject({ url: '/alarms/counts' })).json()).toMatchObject({ major: 0, critical: 0 })
    const link = (await admin.inject({ url: `/links/${encodeURIComponent('市-甲县')}` })).json()
    expect(link).toMatchObject({ state: 'on-backup', maintenance: { windowId: id, title: '电信割接' } })

    replay.world.broken.add('甲县-backup')
    await replay.minutes(3)
    expect(await alarm()).toMatchObject({ severity: 'critical', windowId: null })
    expect(await opened()).toMatchObject([{ priority: 'P1' }])
    expect(await replay.roots()).toEqual(['link-state 市–甲县 critical'])
  })

  it('is over for an alarm that goes on: it speaks as if it fired now', async () => {
    await announce(['甲县-primary'], 10 * 60_000)
    replay.world.broken.add('甲县-primary')
    await replay.minutes(9)
    expect(await opened()).toEqual([])
    await replay.minutes(3)
    expect(await opened()).toHaveLength(1)
    expect(await replay.history((await alarm()).id)).toEqual(['started', 'fired', 'window-entered', 'window-left', 'incident-opened']) // prettier-ignore
  })

  it('never swallows what began before it', async () => {
    replay.world.broken.add('甲县-primary')
    await replay.minutes(3)
    await announce(['甲县-primary', '甲县-backup'])
    replay.world.broken.add('甲县-backup')
    await replay.minutes(3)
    expect(await alarm()).toMatchObject({ severity: 'critical', windowId: null })
    expect(await opened()).toMatchObject([{ priority: 'P1' }])
  })

  it('cannot be announced long after it began', async () => {
    const answer = await admin.inject({ method: 'POST', url: '/windows', body: {
      title: '补报', source: 'manual', scopes: [{ type: 'region', id: test.regions.get('130123') }],
      startsAt: test.context.now - hourMs, endsAt: test.context.now + hourMs,
    } }) // prettier-ignore
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'window-in-past'])
  })

  it('of a region is previewed, kept, listed and ended', async () => {
    const scopes = [{ type: 'region', id: test.regions.get('130123') }]
    const rule = { every: 'week', weekdays: [0, 3] }
    const plan = { title: '电力检修', source: 'manual', scopes, startsAt: test.context.now, endsAt: test.context.now + hourMs, recurrence: rule } // prettier-ignore
    const preview = await send('POST', '/windows/preview', plan)
    expect(preview.occurrences).toHaveLength(5)
    expect(preview.covers).toMatchObject({ sites: 1, devices: 3, circuits: 2 })
    const kept = await window({ ...plan })
    expect(kept).toMatchObject({ running: true, region: { name: '正定县' }, recurrence: rule })
    expect((await send('POST', '/windows/preview', plan)).conflicts.length).toBeGreaterThan(0)
    expect((await send('GET', '/windows?phase=running')).items).toHaveLength(1)
    expect(await send('POST', `/windows/${kept.id}/cancel`)).toMatchObject({ running: false, next: null })
  })
})

describe('people', () => {
  it('suppress until then: it is recorded, told to nobody, and speaks after', async () => {
    replay.world.broken.add('甲县-primary')
    await replay.minutes(3)
    const { id } = await alarm()
    const until = test.context.now + 10 * 60_000
    expect(await send('PUT', `/alarms/${id}/suppression`, { until, reason: '已知施工' })).toMatchObject({ muted: 'suppressed', suppressed: { reason: '已知施工', until } }) // prettier-ignore
    await replay.minutes(12)
    const events = (await send('GET', `/alarms/${id}/events`)).items as { kind: string; actor: unknown }[]
    expect(events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['suppressed', 'suppression-ended']),
    )
    expect(events.find(({ kind }) => kind === 'suppressed')!.actor).toMatchObject({ name: 'network-admin' })
    expect(await opened()).toHaveLength(1)
    expect(await send('GET', `/alarms/${id}`)).toMatchObject({ muted: null, suppressed: null })
  })

  it('acknowledge until then, several at once', async () => {
    replay.world.broken.add('甲县-primary').add('乙县-primary')
    await replay.minutes(3)
    const ids = (await replay.alarms()).map(({ id }) => id)
    const { items } = await send('POST', '/alarms/acknowledgements', {
      ids,
      until: test.context.now + 5 * 60_000,
    })
    expect(items).toHaveLength(2)
    await replay.minutes(6)
    expect(await send('GET', `/alarms/${ids[0]}`)).toMatchObject({
      acknowledgedBy: null,
      acknowledgedUntil: null,
    })
  })
})

describe('which alarms open an incident', () => {
  const policy = (action: object, more: object = {}) =>
    send('POST', '/incident-policies', {
      regionId: test.regions.get('130000'),
      name: '策略',
      match: {},
      action,
      ...more,
    })

  it.each<[string, object, number, number]>([
    ['none', { open: 'never' }, 0, 0],
    ['after a while', { open: 'after', afterMinutes: 10 }, 0, 1],
    ['at once, of another priority', { open: 'at-once', priority: 'P4' }, 1, 1],
  ])('%s', async (_, action, soon, later) => {
    await policy(action)
    replay.world.broken.add('甲县-primary')
    await replay.minutes(5)
    expect(await opened()).toHaveLength(soon)
    await replay.minutes(8)
    const tickets = await opened()
    expect(tickets).toHaveLength(later)
    if ('priority' in action) expect(tickets[0]!.priority).toBe(action.priority)
  })

  it('the nearest region decides', async () => {
    await policy({ open: 'never' })
    await policy(
      { open: 'at-once' },
      { regionId: test.regions.get('130123'), match: { conditions: ['link-state'] } },
    )
    replay.world.broken.add('甲县-primary').add('乙县-primary')
    await replay.minutes(5)
    expect((await opened()).map(({ title }) => title)).toEqual([expect.stringContaining('甲县')])
  })
})

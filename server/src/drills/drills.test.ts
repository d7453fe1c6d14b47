import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { plantCounty, type County } from '../decider-testing.ts'
import { testApp, type TestApp } from '../testing.ts'

let test: TestApp
let ids: County
let admin: Awaited<ReturnType<TestApp['as']>>
let seq = 0
const epoch = randomUUID()
const dayMs = 86_400_000

beforeEach(async () => {
  test = await testApp()
  ids = await plantCounty(test)
  seq = 0
  const reloaded = once(test.context.bus, 'estate.reloaded')
  test.services.estate.changed([ids.link])
  await reloaded
  admin = await test.as('network-admin')
  await looks(3, [true, true])
})
afterEach(() => test.close())

/** Looks of the collector, ten seconds apart, and what the drills make of each. */
async function looks(times: number, legs: [boolean, boolean], devices = [true, true, true]): Promise<void> {
  const { context, services } = test
  for (let i = 0; i < times; i++) {
    context.now += 10_000
    services.uplink.presence.arrived(ids.collector)
    const columns = (metric: string, entities: string[], values: number[]): SampleColumns => ({
      metric,
      ids: entities,
      entities: entities.map((_, at) => at),
      atMs: entities.map((_, at) => context.now - 10 + at),
      values,
    })
    await services.decider.commit({ collectorId: ids.collector, epoch, lane: 'samples', seq: ++seq }, [
      columns('probeOk', ids.circuits, legs.map(Number)),
      columns('probeRttMs', ids.circuits, legs.map((ok) => (ok ? 20 : NaN)).filter((ms) => ms === 20)),
      columns('reachable', ids.devices, devices.map(Number)),
    ].filter(({ values }) => values.length === 2 || values.length === 3)) // prettier-ignore
    await services.drills.tick()
  }
}

const plan = (more: object = {}) =>
  admin.inject({
    method: 'POST',
    url: '/drills',
    body: { linkId: ids.link, startsAt: test.context.now, minutes: 30, ...more },
  })
const planned = async (more: object = {}) => (await plan(more)).json<{ id: string; windowId: string }>()
const read = async (id: string) => (await admin.inject({ url: `/drills/${id}` })).json()

describe('a drill', () => {
  it('that goes well passes, with its record, without a page or a ticket, and its window ends with it', async () => {
    const { id, windowId } = await planned({ note: '季度演练' })
    await looks(1, [true, true])
    expect(await read(id)).toMatchObject({ phase: 'running', note: '季度演练', leftAt: null })
    await looks(2, [false, true], [true, false, false])
    await looks(10, [false, true])
    expect(await read(id)).toMatchObject({ phase: 'running', silentDevices: 2, backAt: null })
    expect((await admin.inject({ url: '/tickets' })).json().items).toEqual([])
    await looks(8, [true, true])
    const record = await read(id)
    expect(record).toMatchObject({ phase: 'over', outcome: 'passed', reasons: [], windowId })
    expect(record.takeoverMs).toBeGreaterThanOrEqual(0)
    expect(record.takeoverMs).toBeLessThanOrEqual(30_000)
    expect(record.backAt).toBeGreaterThan(record.tookAt)
    const window = (await admin.inject({ url: `/windows/${windowId}` })).json()
    expect(window).toMatchObject({ source: 'drill', running: false })
    expect((await admin.inject({ url: `/drills?linkId=${ids.link}` })).json().items).toHaveLength(1)
  })

  it('goes on after a restart where it was', async () => {
    const { id } = await planned()
    await looks(3, [false, true])
    await test.services.drills.load()
    await looks(4, [false, true])
    await looks(8, [true, true])
    expect(await read(id)).toMatchObject({ outcome: 'passed', startedAt: expect.any(Number) as number })
  })

  it('in which nobody switches fails when its time is up', async () => {
    const { id } = await planned({ minutes: 5 })
    await looks(31, [true, true])
    expect(await read(id)).toMatchObject({ phase: 'over', outcome: 'failed', reasons: ['not-switched'] })
  })

  it('whose standby does not carry fails: it was cut off', async () => {
    const { id } = await planned()
    await looks(6, [false, false], [true, false, false])
    await looks(8, [true, true])
    expect(await read(id)).toMatchObject({ outcome: 'failed', reasons: ['not-taken-over'], silentDevices: 2 })
  })

  it('does not begin before its time', async () => {
    const { id } = await planned({ startsAt: test.context.now + 120_000 })
    await looks(5, [false, true])
    expect(await read(id)).toMatchObject({ phase: 'planned', startedAt: null })
    expect((await admin.inject({ url: '/tickets' })).json().items).toHaveLength(1)
  })

  it('can be called off, once', async () => {
    const { id, windowId } = await planned()
    const cancel = () => admin.inject({ method: 'POST', url: `/drills/${id}/cancel` })
    expect((await cancel()).json()).toMatchObject({ phase: 'cancelled', outcome: null })
    expect((await cancel()).json()).toMatchObject({ code: 'drill-over' })
    expect((await admin.inject({ url: `/windows/${windowId}` })).json()).toMatchObject({ running: false })
  })

  it.each<[string, () => Promise<object>, number, string]>([
    ['in the past', async () => ({ startsAt: test.context.now - 600_000 }), 400, 'invalid'],
    ['in two years', async () => ({ startsAt: test.context.now + 730 * dayMs }), 400, 'invalid'],
    ['onto the primary', async () => ({ circuitId: ids.circuits[0] }), 400, 'invalid'],
    ['of no such link', async () => ({ linkId: 'lnk_none' }), 404, 'not-found'],
    ['on top of another', async () => (await plan(), { startsAt: test.context.now + 600_000 }), 409, 'drill-planned'],
  ])('is refused %s', async (_, more, status, code) => {
    const answer = await plan(await more())
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  }) // prettier-ignore

  it('is refused without a standby', async () => {
    await test.context.db.deleteFrom('circuits').where('id', '=', ids.circuits[1]!).execute()
    await test.services.state.reload()
    expect((await plan()).json()).toMatchObject({ status: 422, code: 'no-standby' })
  })

  it('of a link elsewhere is nobody’s business', async () => {
    const { id } = await planned()
    const other = await test.as('network-admin', '130200')
    expect((await other.inject({ url: `/drills/${id}` })).statusCode).toBe(404)
    expect((await other.inject({ url: '/drills' })).json().items).toEqual([])
    expect((await other.inject({ url: `/drills?linkId=${ids.link}` })).statusCode).toBe(404)
  })
})

describe('when a backup last carried', () => {
  const unused = () =>
    [...test.services.alarms.book.open()]
      .filter(({ finding, goneSinceMs }) => finding.condition === 'backup-unused' && goneSinceMs === null)
      .map(({ state, finding }) => ({ state, id: finding.entityId, days: finding.values.days }))
  const later = async (days: number) => {
    test.context.now += days * dayMs
    await looks(1, [true, true])
  }

  it('is kept over a restart, and found once it is 90 days ago', async () => {
    const { context, services } = test
    await context.db.updateTable('circuits').set({ created_at: context.now }).execute()
    await looks(3, [false, true])
    await services.uses.keep()
    const carriedMs = services.state.judge.carriedAt(ids.circuits[1]!)!
    expect(carriedMs).toBe(context.now)
    const kept = await context.db.selectFrom('circuit_uses').selectAll().where('circuit_id', '=', ids.circuits[1]!).executeTakeFirst() // prettier-ignore
    expect(kept?.carried_at).toBe(carriedMs)
    await services.state.load()
    expect(services.state.judge.carriedAt(ids.circuits[1]!)).toBe(carriedMs)
    await looks(12, [true, true])
    await later(89)
    expect(unused()).toEqual([])
    await later(1)
    expect(unused()).toEqual([{ state: 'firing', id: ids.circuits[1], days: 90 }])
    await looks(7, [false, true])
    expect(unused()).toEqual([])
  })
})

import { randomUUID } from 'node:crypto'
import type { Lane, SampleColumns } from '@zongheng/collector/contract.ts'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { plantCounty, type County } from './decider-testing.ts'
import type { StatefulType } from './events.ts'
import type { Viewer } from './identity/viewer.ts'
import { createServices, type Services } from './services.ts'
import { testApp, type TestApp } from './testing.ts'

/** A collector that is cut off and later sends what it measured. */
let test: TestApp
let services: Services
let viewer: Viewer
let county: County
const told: string[] = []
const seqs: Record<Lane, number> = { samples: 0, backfill: 0, facts: 0 }
const epoch = randomUUID()
const minute = 60_000
let startMs: number

beforeEach(async () => {
  test = await testApp()
  services = test.services
  told.length = 0
  Object.assign(seqs, { samples: 0, backfill: 0 })
  startMs = test.context.now
  county = await plantCounty(test)
  viewer = await (await test.as('network-admin')).viewer()
  await services.decider.start()
  await test.services.clocks.stop() // a ticket's limits run out by themselves, whenever that is: not what is looked at here
})
afterEach(async () => {
  await services.decider.stop()
  await test.close()
})

/** Minutes from the start, in which the primary circuit is down. */
const outage = [10, 14] as const
const isUp = (atMs: number) => atMs < startMs + outage[0] * minute || atMs >= startMs + outage[1] * minute

/** What is measured at an instant: legs every ten seconds, devices every minute. */
function measured(atMs: number, of = county): SampleColumns[] {
  const columns = (metric: string, ids: string[], values: number[]): SampleColumns => ({
    metric,
    ids,
    entities: ids.map((_, i) => i),
    atMs: ids.map(() => atMs),
    values,
  })
  const legs = columns('probeOk', of.circuits, [Number(of !== county || isUp(atMs)), 1])
  return (atMs - startMs) % minute === 0 ? [legs, columns('reachable', of.devices, [1, 1, 1])] : [legs]
}

async function send(lane: Lane, atMs: number, of = county): Promise<void> {
  const mark = { collectorId: of.collector, epoch, lane, seq: ++seqs[lane] }
  await services.decider.commit(mark, measured(atMs, of))
}

async function live(fromMinute: number, untilMinute: number, counties = [county]): Promise<void> {
  for (let at = startMs + fromMinute * minute; at < startMs + untilMinute * minute; at += 10_000) {
    test.context.now = at + 100
    for (const one of counties) {
      services.uplink.presence.arrived(one.collector)
      await send('samples', at, one)
    }
  }
}

async function late(fromMinute: number, untilMinute: number): Promise<void> {
  for (let at = startMs + fromMinute * minute; at < startMs + untilMinute * minute; at += 10_000)
    await send('backfill', at)
}

/** Nothing is heard of it; the server goes on judging. */
async function silence(fromMinute: number, untilMinute: number): Promise<void> {
  services.uplink.presence.left(county.collector)
  for (let at = startMs + fromMinute * minute; at < startMs + untilMinute * minute; at += 30_000) {
    test.context.now = at
    await services.decider.tick()
  }
}

/** A new process over the same database. */
async function restart(): Promise<void> {
  await services.decider.stop()
  services = createServices(test.context)
  await services.decider.start()
}

const availability = async (id = county.circuits[0]!, type: StatefulType = 'circuit') =>
  services.state.availability(viewer, type, id, startMs, startMs + 40 * minute)

/** Histories of everything are gapless, and end with the present. */
async function mustBeWhole(): Promise<void> {
  const { db } = test.context
  const rows = await db.selectFrom('state_changes').selectAll().orderBy('entity_id').orderBy('at').execute()
  const present = await db.selectFrom('entity_states').selectAll().execute()
  const chains = Map.groupBy(rows, (row) => row.entity_id)
  for (const chain of chains.values())
    for (const [i, row] of chain.entries()) {
      expect(row.from_state).toBe(chain[i - 1]?.to_state ?? null)
      expect(row.to_state).not.toBe(row.from_state)
      expect(row.at).toBeGreaterThan(chain[i - 1]?.at ?? 0)
    }
  for (const { entity_id, state, since } of present) {
    expect(chains.get(entity_id)?.at(-1)).toMatchObject({ to_state: state, at: since })
    expect(services.state.stateOf(entity_id)).toMatchObject({ state, sinceMs: since })
  }
}

/** What was measured of the outage is history: four minutes, give or take what the probes did not see. */
async function mustBeKnown(): Promise<void> {
  const { downMs, unknownMs, errorBoundMs, outages } = await availability()
  expect(outages).toBe(1)
  expect(Math.abs(downMs - (outage[1] - outage[0]) * minute)).toBeLessThanOrEqual(errorBoundMs)
  expect(errorBoundMs).toBeLessThanOrEqual(2 * minute)
  expect(unknownMs).toBeLessThanOrEqual(30_000)
  for (const [type, ids] of [
    ['link', [county.link]],
    ['device', county.devices],
  ] as const)
    for (const id of ids) expect((await availability(id, type)).unknownMs).toBeLessThanOrEqual(90_000)
  await mustBeWhole()
}

/** Cut off from minute 5 to 36; what is older than a quarter of an hour comes late. */
async function cutOff(): Promise<void> {
  await live(0, 5)
  await silence(5, 36)
  expect(services.state.stateOf(county.circuits[0]!)?.state).toBe('unknown')
  await live(21, 36)
  await live(36, 40)
  test.context.now = startMs + 40 * minute
}

/** Nothing more comes. That it is all is known at once, but after a restart or in the middle only by waiting. */
async function caughtUp(afterMs = 11 * minute): Promise<void> {
  test.context.now += afterMs
  for (let ticks = 0; ticks < 2; ticks++) await services.decider.tick()
}

const alarms = () => test.context.db.selectFrom('alarms').selectAll().orderBy('id').execute()
const pages = () =>
  test.context.db.selectFrom('notify_threads').select(['id', 'alarm_id']).orderBy('id').execute()
const tickets = () => test.context.db.selectFrom('tickets').selectAll().execute()

it('fills what was unknown, keeps the outage as an alarm of the past, and pages nobody', async () => {
  await cutOff()
  const before = await availability()
  expect(before).toMatchObject({ downMs: 0, outages: 0 })
  expect(before.unknownMs).toBeGreaterThan(10 * minute)
  const [alarmsBefore, ticketsBefore, pagesBefore] = [await alarms(), await tickets(), await pages()]
  const stateBefore = services.state.stateOf(county.link)?.state
  for (const event of ['state.changed', 'alarm.changed', 'ticket.changed'] as const)
    test.context.bus.on(event, () => told.push(event))
  await late(5, 21)
  await caughtUp(6_000)
  await mustBeKnown()
  expect(told).toEqual(['alarm.changed'])
  const known = new Set(alarmsBefore.map((row) => row.id))
  expect((await alarms()).filter((row) => known.has(row.id))).toEqual(alarmsBefore)
  expect((await alarms()).filter((row) => !known.has(row.id))).toMatchObject([
    { entity_id: county.link, condition: 'link-state', historical: 1, state: 'cleared' },
  ])
  expect(await pages()).toEqual(pagesBefore)
  expect(await tickets()).toEqual(ticketsBefore)
  expect(services.state.stateOf(county.link)?.state).toBe(stateBefore)
})

it('comes to the same in two halves, with a long time in between', async () => {
  await cutOff()
  await late(5, 12)
  await caughtUp()
  const half = await availability()
  expect(half.downMs).toBeGreaterThan(minute)
  expect(half.unknownMs).toBeGreaterThan(8 * minute)
  await mustBeWhole()
  await late(12, 21)
  await caughtUp()
  await mustBeKnown()
})

it.each([6, 12, 20.9])('comes to the same when the server is killed at minute %d of it', async (at) => {
  await cutOff()
  await late(5, at)
  await restart()
  await mustBeWhole()
  await late(at, 21)
  await restart()
  await caughtUp()
  await mustBeKnown()
})

it('writes nothing of a batch whose commit fails, and all of it when it comes again', async () => {
  await cutOff()
  await late(5, 11)
  const before = await test.context.db.selectFrom('state_changes').selectAll().execute()
  const mark = { collectorId: county.collector, epoch, lane: 'backfill', seq: ++seqs.backfill } as const
  await sql`alter table batch_marks rename to hidden`.execute(test.context.db)
  await expect(services.decider.commit(mark, measured(startMs + 11 * minute))).rejects.toThrow()
  await sql`alter table hidden rename to batch_marks`.execute(test.context.db)
  expect(await test.context.db.selectFrom('state_changes').selectAll().execute()).toEqual(before)
  await late(11, 21)
  await caughtUp()
  await mustBeKnown()
})

it('takes nothing away from what another collector knew meanwhile', async () => {
  const other = await plantCounty(test, 8)
  services.estate.changed(other.devices)
  await services.decider.tick()
  const both = [county, other]
  await live(0, 5, both)
  services.uplink.presence.left(county.collector)
  await live(5, 36, [other])
  await live(36, 40, both)
  test.context.now = startMs + 40 * minute
  const known = await availability(other.link, 'link')
  expect(known).toMatchObject({ downMs: 0 })
  expect(services.state.stateOf(county.circuits[0]!)?.state).toBe('up')
  await late(5, 36)
  await caughtUp()
  await mustBeKnown()
  expect(await availability(other.link, 'link')).toEqual(known)
})

it('knows nothing of the time in which the server itself was away, until it is told', async () => {
  await live(0, 5)
  await services.decider.stop()
  test.context.now = startMs + 36 * minute
  await restart()
  expect(services.state.stateOf(county.circuits[0]!)).toMatchObject({ state: 'unknown' })
  await live(21, 36)
  await live(36, 40)
  expect((await availability()).unknownMs).toBeGreaterThan(15 * minute)
  await late(5, 21)
  await caughtUp()
  await mustBeKnown()
})

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { plantCounty, type County } from './decider-testing.ts'
import type { TestApp } from './testing.ts'
import { testApp } from './testing.ts'
import { lastMark } from './uplink/store.ts'

/** One county behind one city, in the database, and what a collector would say of it. */
let test: TestApp
let ids: County
let seq = 0
const epoch = randomUUID()

beforeEach(async () => {
  test = await testApp()
  seq = 0
  ids = await plantCounty(test)
  await test.services.decider.start()
})
afterEach(async () => {
  await test.services.decider.stop()
  await test.close()
})

/** One look of the collector, ten seconds on: which of both legs and three devices answer. */
async function look(legs: boolean[], devices: boolean[]): Promise<void> {
  const { context, services } = test
  context.now += 10_000
  services.uplink.presence.arrived(ids.collector)
  const columns = (metric: string, entities: string[], values: number[]): SampleColumns => ({
    metric,
    ids: entities,
    entities: entities.map((_, i) => i),
    atMs: entities.map((_, i) => context.now - 10 + i),
    values,
  })
  const mark = { collectorId: ids.collector, epoch, lane: 'samples', seq: ++seq } as const
  await services.decider.commit(mark, [
    columns('probeOk', ids.circuits, legs.map(Number)),
    columns('reachable', ids.devices, devices.map(Number)),
  ])
}

async function looks(times: number, legs: boolean[], devices: boolean[]): Promise<void> {
  for (let i = 0; i < times; i++) await look(legs, devices)
}

const healthy = [
  [true, true],
  [true, true, true],
] as const
const linkOf = async () =>
  (await (await test.as('network-admin')).inject({ url: `/links/${ids.link}` })).json()
const listOf = async (url: string) => (await (await test.as('network-admin')).inject({ url })).json().items

it('a cut becomes one alarm and one incident, graver when the backup goes too, resolved when all is back', async () => {
  await looks(3, [...healthy[0]], [...healthy[1]])
  expect(await linkOf()).toMatchObject({ state: 'normal' })

  await looks(4, [false, true], [true, true, true])
  expect(await linkOf()).toMatchObject({ state: 'on-backup', activeCircuitId: ids.circuits[1] })
  const [alarm] = await listOf('/alarms?state=firing')
  expect(alarm).toMatchObject({ condition: 'link-state', severity: 'major', causeId: null })
  const [ticket] = await listOf('/tickets')
  expect(ticket).toMatchObject({
    kind: 'incident',
    priority: 'P2',
    alarmId: alarm.id,
    state: 'new',
    team: { name: expect.stringContaining('网络组') },
  })
  expect(ticket.description).toContain('SJZ-ZD-0')
  expect(ticket.description).toContain('0311-10000')

  await looks(4, [false, false], [true, false, false])
  expect(await linkOf()).toMatchObject({ state: 'down' })
  const roots = await listOf('/alarms?state=firing&root=true')
  expect(roots).toMatchObject([{ id: alarm.id, severity: 'critical', children: 2 }])
  expect(await listOf('/tickets')).toMatchObject([{ id: ticket.id, priority: 'P1' }])
  expect((await listOf('/devices')).map((d: { state: string }) => d.state).sort()).toEqual([
    'unreachable',
    'unreachable',
    'up',
  ])

  await looks(6, [...healthy[0]], [...healthy[1]])
  expect(await linkOf()).toMatchObject({ state: 'normal' })
  expect(await listOf('/alarms?state=firing')).toEqual([])
  expect(await listOf('/tickets')).toMatchObject([{ id: ticket.id, state: 'resolved' }])
})

it('counts the outage of a circuit within the error bound of its probing', async () => {
  await looks(6, [...healthy[0]], [...healthy[1]])
  const cutAt = test.context.now
  await looks(6, [false, true], [true, true, true])
  const backAt = test.context.now
  await looks(6, [...healthy[0]], [...healthy[1]])
  const viewer = await (await test.as('network-admin')).viewer()
  const found = await test.services.state.availability(
    viewer,
    'circuit',
    ids.circuits[0]!,
    cutAt - 60_000,
    test.context.now,
  )
  expect(found.outages).toBe(1)
  expect(Math.abs(found.downMs - (backAt - cutAt))).toBeLessThanOrEqual(found.errorBoundMs)
  expect(found.errorBoundMs).toBeLessThanOrEqual(20_100)
})

it('tells of a changed estate once it is in memory: collectors are given what is there then', async () => {
  const { context, services } = test
  const seen = once(context.bus, 'estate.reloaded').then(
    () => services.state.model.devices.get(ids.devices[0]!)?.name,
  )
  await context.db.updateTable('devices').set({ name: 'SJZ-CR' }).where('id', '=', ids.devices[0]!).execute()
  services.estate.changed([ids.devices[0]!])
  expect(await seen).toBe('SJZ-CR')
})

it('states, alarms and the mark of the batch stand or fall together', async () => {
  await looks(3, [...healthy[0]], [...healthy[1]])
  expect(await lastMark(test.context.db, ids.collector, epoch, 'samples')).toBe(3)
  await looks(2, [false, true], [true, true, true])
  await test.services.decider.stop()
  // A new process over the same database takes up what the old one had committed.
  await test.services.state.load()
  await test.services.alarms.load()
  expect(test.services.state.stateOf(ids.link)).toMatchObject({ state: 'on-backup' })
})

it('what is told while it decides is decided right after, once, however many tell', async () => {
  const { decider, state } = test.services
  const judge = state.judge.evaluate.bind(state.judge)
  let told: Promise<void>[] = []
  const evaluate = vi.spyOn(state.judge, 'evaluate').mockImplementationOnce((nowMs) => {
    told = [decider.tick(), decider.tick()]
    return judge(nowMs)
  })
  await decider.tick()
  await Promise.all(told)
  expect(evaluate).toHaveBeenCalledTimes(2)
})

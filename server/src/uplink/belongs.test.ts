import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { EstateModel } from '../estate/model.ts'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { keepOwn, ownOf, type Own } from './belongs.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

let t: TestApp
let ids: Map<string, string>
let model: EstateModel
let own: Own
let nowMs: number
beforeAll(async () => {
  t = await testApp()
  ids = await withSmallEstate(t)
  const collector = await t.services.uplink.enrolment.local('here', null, 'key')
  const mine = ['市-RT', '正定-RT'].map((key) => ids.get(key)!)
  await t.context.db
    .updateTable('devices')
    .set({ collector_id: collector.id })
    .where('id', 'in', mine)
    .execute()
  t.services.estate.changed(mine)
  model = await t.services.estate.model()
  own = ownOf(model, collector.id)
  nowMs = t.context.now
})
afterAll(() => t.close())

const one = (metric: string, id: string, atMs = nowMs, startMs?: number): SampleColumns => ({
  metric,
  ids: [id],
  entities: [0],
  atMs: [atMs],
  ...(startMs === undefined ? {} : { startMs: [startMs] }),
  values: [1],
})
const isKept = (columns: SampleColumns) => keepOwn([columns], own, nowMs).columns.length === 1
const interfaceOf = (key: string) => model.devices.get(ids.get(key)!)!.interfaces[0]!.id

describe('a collector may speak of', () => {
  it.each<[string, () => [metric: string, id: string], boolean]>([
    ['a device of its own', () => ['reachable', ids.get('市-RT')!], true],
    ['another’s device', () => ['reachable', ids.get('省-RT')!], false],
    ['no such device', () => ['reachable', 'dev_nowhere'], false],
    ['a port of its own device', () => ['ifOperStatus', interfaceOf('市-RT')], true],
    ['a port of another’s device', () => ['ifOperStatus', interfaceOf('省-RT')], false],
    ['a leg whose lower end is its own', () => ['probeOk', ids.get('正定-主')!], true],
    ['a leg whose upper end alone is its own', () => ['probeOk', ids.get('藁城-主')!], false],
    ['the neighbour of a router of its own', () => ['neighbourState', ids.get('藁城-主')!], true],
    ['the neighbour of another’s router', () => ['neighbourState', ids.get('唐山-主')!], false],
    ['a port as if it were a device', () => ['reachable', interfaceOf('市-RT')], false],
    ['a device as if it were a leg', () => ['probeOk', ids.get('市-RT')!], false],
    ['a metric that nobody knows', () => ['toString', ids.get('市-RT')!], false],
  ])('%s: %#', (_, sample, kept) => {
    expect(isKept(one(...sample()))).toBe(kept)
  })

  it.each([
    ['now', 0, 0, true],
    ['a clock that is a little ahead', 5 * minuteMs, 0, true],
    ['the future', 5 * minuteMs + 1, 0, false],
    ['a spool of a year', -365 * dayMs, -365 * dayMs, true],
    ['another age', -367 * dayMs, -367 * dayMs, false],
    ['a growth since another age', 0, -367 * dayMs, false],
  ])('%s', (_, at, start, kept) => {
    expect(isKept(one('ifHCInOctets', interfaceOf('市-RT'), nowMs + at, nowMs + start))).toBe(kept)
  })
})

it('what is not its own is left out of a batch, and the rest is taken', () => {
  const [mine, theirs] = [ids.get('市-RT')!, ids.get('省-RT')!]
  const mixed: SampleColumns = {
    metric: 'responseMs',
    ids: [theirs, mine],
    entities: [0, 1, 0, 1],
    atMs: [nowMs, nowMs, nowMs + 1, nowMs + 1],
    values: [1, 2, 3, 4],
  }
  const { columns, dropped } = keepOwn(
    [mixed, one('cpuPercent', theirs), one('cpuPercent', mine)],
    own,
    nowMs,
  )
  expect(dropped).toBe(3)
  expect(columns).toEqual([
    {
      metric: 'responseMs',
      ids: [theirs, mine],
      entities: Uint32Array.of(1, 1),
      atMs: Float64Array.of(nowMs, nowMs + 1),
      values: Float64Array.of(2, 4),
    },
    one('cpuPercent', mine),
  ])
})

it('a batch that is all its own is not copied', () => {
  const batch = one('cpuPercent', ids.get('市-RT')!)
  expect(keepOwn([batch], own, nowMs).columns[0]).toBe(batch)
})

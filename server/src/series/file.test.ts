import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MalformedSamples } from './columns.ts'
import { SeriesFile } from './file.ts'
import type { BatchMark } from './contract.ts'

const t0 = 1_790_000_000_000
const min = 60_000
const mark = (seq: number, more: Partial<BatchMark> = {}): BatchMark => ({
  collectorId: 'col_1',
  epoch: 'a',
  lane: 'samples',
  seq,
  ...more,
})

/** One poll of two interfaces and a sensor, `i` minutes after t0. */
const poll = (i: number): SampleColumns[] => [
  { metric: 'ifHCInOctets', ids: ['ifc_1', 'ifc_2'], entities: [0, 1], atMs: [t0 + i * min, t0 + i * min + 5],
    startMs: [t0 + (i - 1) * min, t0 + (i - 1) * min + 5], values: [6000 + i, 60] },
  { metric: 'value', ids: ['sns_1'], entities: [0], atMs: [t0 + i * min], values: [20 + i / 10] },
] // prettier-ignore

let folder: string
let file: SeriesFile
const open = () => (file = new SeriesFile(join(folder, 'series.db')))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'series-'))
  open()
})
afterEach(() => {
  file.close()
  rmSync(folder, { recursive: true })
})

const readAll = () =>
  file.queries.read({
    entities: ['ifc_1', 'sns_1', 'ifc_9'],
    metrics: ['ifHCInOctets', 'value'],
    from: t0,
    until: t0 + 100 * min,
    stepMs: 5 * min,
  })
const volume = (from: number, until: number) =>
  file.queries.total({
    entity: 'ifc_1',
    metric: 'ifHCInOctets',
    from: t0 + from * min,
    until: t0 + until * min,
  })

describe('what is read is the same', () => {
  const stages: [string, (i: number) => void][] = [
    ['hot', () => {}],
    ['after a start anew', (i) => { if (i % 10 === 0) { file.close(); open() } }],
    ['packed once', (i) => { if (i === 100) file.flush() }],
    ['packed often, joined into long blocks', () => file.flush()],
    ['half packed', (i) => { if (i % 7 === 0) file.flush() }],
  ] // prettier-ignore
  it.each(stages)('%s', (_name, after) => {
    for (let i = 1; i <= 100; i++) {
      file.append(mark(i), poll(i))
      after(i)
    }
    const [octets, , , value, ...strangers] = readAll()
    expect(octets!.mean).toHaveLength(20)
    expect(octets!.mean[0]).toBeCloseTo((6001 + 6002 + 6003 + 6004 + 6005) / 300, 9)
    expect(value!.mean.at(-1)).toBeCloseTo(20 + (95 + 96 + 97 + 98 + 99) / 50, 9)
    expect([value!.min.at(-1), value!.max.at(-1)]).toEqual([29.5, 29.9])
    expect(strangers.every((steps) => steps.mean.every((mean) => mean === null))).toBe(true)
    expect(volume(0, 100)).toEqual({ total: 600_000 + 5050, coveredMs: 100 * min })
    expect(volume(0.5, 1)).toEqual({ total: 3000.5, coveredMs: min / 2 })
  })
})

describe('a batch is kept once', () => {
  it.each<[string, BatchMark, boolean]>([
    ['the same again', mark(2), false],
    ['an earlier one again', mark(1), false],
    ['the next', mark(3), true],
    ['another lane', mark(2, { lane: 'backfill' }), true],
    ['a new spool', mark(1, { epoch: 'b' }), true],
    ['another collector', mark(1, { collectorId: 'col_2' }), true],
  ])('%s', (_name, next, fresh) => {
    expect([file.append(mark(1), poll(1)), file.append(mark(2), poll(2))]).toEqual([true, true])
    expect(file.append(next, poll(3))).toBe(fresh)
    expect(volume(0, 10).total).toBe(6001 + 6002 + (fresh ? 6003 : 0))
  })

  it('and samples that another spool brings again do not double the volume', () => {
    file.append(mark(1), poll(1))
    file.flush()
    file.append(mark(1, { epoch: 'b' }), poll(1))
    expect(volume(0, 10).total).toBe(6001)
  })
})

it('takes late samples in among the others', () => {
  for (const i of [5, 6, 7]) file.append(mark(i), poll(i))
  file.flush()
  for (const i of [1, 2, 3, 4]) file.append(mark(i, { lane: 'backfill' }), poll(i))
  file.flush()
  expect(volume(0, 7).coveredMs).toBe(7 * min)
})

it('counts an increment that ends long after the period', () => {
  file.append(mark(1), [
    {
      metric: 'ifHCInOctets',
      ids: ['ifc_1'],
      entities: [0],
      atMs: [t0 + 72 * 60 * min],
      startMs: [t0],
      values: [720],
    },
  ])
  for (let i = 0; i < 3; i++) file.flush()
  expect(volume(0, 60)).toEqual({ total: 10, coveredMs: 60 * min })
})

describe('refuses what cannot be, and keeps nothing of it', () => {
  it.each<[string, Partial<SampleColumns>]>([
    ['columns of different length', { values: [] }],
    ['an entity beyond the ids', { entities: [7] }],
    ['an instant before the epoch', { atMs: [-5] }],
    ['a value that is no number', { values: [NaN] }],
    ['an increment without a start', { startMs: undefined }],
    ['an increment that ends before it starts', { startMs: [t0 + 9 * min] }],
  ])('%s', (_name, fault) => {
    const good: SampleColumns = {
      metric: 'ifHCInOctets',
      ids: ['ifc_1'],
      entities: [0],
      atMs: [t0 + min],
      startMs: [t0],
      values: [5],
    }
    expect(() => file.append(mark(1), [good, { ...good, ...fault }])).toThrow(MalformedSamples)
    expect(volume(0, 10).total).toBe(0)
    expect(file.append(mark(1), [good])).toBe(true)
  })

  it('but leaves out a metric of a newer collector', () => {
    expect(
      file.append(mark(1), [
        { metric: 'ifFuture', ids: ['ifc_1'], entities: [0], atMs: [t0], values: [5] },
        ...poll(1),
      ]),
    ).toBe(true)
    expect(volume(0, 10).total).toBe(6001)
  })
})

it('answers a key as often as it is asked for', () => {
  file.append(mark(1), poll(1))
  const key = { entity: 'sns_1', metric: 'value' } as const
  const [one, other] = file.queries.raw([key, key], { from: t0, until: t0 + 5 * min })
  expect([one!.values, other!.values]).toEqual([[20.1], [20.1]])
})

it('carries its log over in time, however small the batches are', () => {
  for (let i = 1; i <= 300; i++) {
    file.append(mark(i), poll(i))
    file.work()
  }
  expect(statSync(join(folder, 'series.db-wal')).size).toBeLessThan(3 * 2 ** 20)
})

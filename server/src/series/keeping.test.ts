import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SeriesFile, type SeriesFileOptions } from './file.ts'
import type { SeriesKey } from './contract.ts'

const min = 60_000
const hour = 60 * min
const day = 24 * hour
/** A midnight in Shanghai. */
const t0 = Date.parse('2026-03-01T00:00:00+08:00')

let folder: string
let file: SeriesFile
let nowMs: number
let seq: number
const open = (options: SeriesFileOptions = {}) =>
  (file = new SeriesFile(join(folder, 'series.db'), { clock: () => nowMs, ...options }))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'series-'))
  nowMs = t0
  seq = 0
  open()
})
afterEach(() => {
  file.close()
  rmSync(folder, { recursive: true })
})

const key: SeriesKey = { entity: 'ifc_1', metric: 'ifHCInOctets' }
const other: SeriesKey = { entity: 'ifc_2', metric: 'ifHCInOctets' }
type Increment = [start: number, at: number, value: number]

function append(increments: Increment[], { entity } = key): void {
  file.append({ collectorId: 'col_1', epoch: 'a', lane: 'samples', seq: ++seq }, [
    {
      metric: 'ifHCInOctets',
      ids: [entity],
      entities: increments.map(() => 0),
      startMs: increments.map(([start]) => start),
      atMs: increments.map(([, at]) => at),
      values: increments.map(([, , value]) => value),
    },
  ])
}

/** Polled every quarter of an hour, a prime number more each time; from the first to before the last day after t0. */
function poll(firstDay: number, lastDay: number, of = key): void {
  const rows: Increment[] = []
  for (let at = t0 + firstDay * day; at < t0 + lastDay * day; at += 15 * min) rows.push([at, at + 15 * min, 900_000 + ((at / min) % 977)])
  append(rows, of)
} // prettier-ignore

/** Ten more minutes than days after t0, and all that is due then is done. */
function liveUntil(days: number): void {
  nowMs = t0 + days * day + 11 * min
  while (file.work());
}

const total = (from: number, until: number, of = key) =>
  file.queries.total({ ...of, from: t0 + from * day, until: t0 + until * day })
const chart = (from: number, until: number, stepMs: number, of = key) =>
  file.queries.read({ entities: [of.entity], metrics: [of.metric], from: t0 + from * day, until: t0 + until * day, stepMs })[0]! // prettier-ignore
const raw = (from: number, until: number, of = key) =>
  file.queries.raw([of], { from: t0 + from * day, until: t0 + until * day })[0]!

describe('a day that was rolled up reads as its samples do', () => {
  it.each([
    ['in fine steps', 20 * min],
    ['in hours', hour],
    ['in steps that cut hours', 50 * min],
    ['in days', day],
  ])('%s', (_name, stepMs) => {
    poll(0, 5)
    file.flush()
    const before = { chart: chart(0, 5, stepMs), total: total(0.3, 4.7) }
    liveUntil(5)
    const after = chart(0, 5, stepMs)
    expect(after.atMs).toEqual(before.chart.atMs)
    after.mean.forEach((mean, i) =>
      expect(mean).toBeCloseTo(before.chart.mean[i]!, stepMs % hour === 0 ? 6 : -0.3),
    )
    expect(total(0.3, 4.7)).toEqual(before.total)
  })

  it('and its gaps stay gaps', () => {
    poll(0, 1)
    poll(2, 3)
    liveUntil(3)
    expect(chart(0, 3, day).mean.map((mean) => mean === null)).toEqual([false, true, false])
    const hours = chart(0, 3, hour).mean
    expect(hours.slice(27, 48).every((mean) => mean === null)).toBe(true)
    expect(total(0, 3).coveredMs).toBe(2 * day)
  })
})

it('late samples roll their day anew, once', () => {
  poll(0, 1)
  poll(2, 3)
  liveUntil(3)
  poll(1, 2)
  append([[t0 + day, t0 + day + 15 * min, 5_000_000]]) // told again, better
  expect(total(0, 3).coveredMs).toBe(3 * day)
  const before = total(0, 3)
  file.flush()
  expect(total(0, 3)).toEqual(before)
  liveUntil(3)
  expect(total(0, 3)).toEqual(before)
  expect(chart(0, 3, day).max[1]).toBeCloseTo(5_000_000 / 900, 2)
})

it('an increment over several days is told by each of them, and whole by their sum', () => {
  poll(0, 1)
  append([[t0 + day, t0 + 4.5 * day, 7_000_001]])
  liveUntil(6)
  expect(total(1, 6).total).toBe(7_000_001)
  expect([total(1, 2), total(2, 3), total(4, 6)].map((one) => one.total)).toEqual([
    2_000_000, 2_000_001, 1_000_000,
  ])
  expect(raw(0, 6).values.slice(-1)).toEqual([7_000_001])
  expect(raw(2, 3)).toMatchObject({ atMs: [t0 + 4.5 * day], startMs: [t0 + day], values: [7_000_001] })
})

describe('retention', () => {
  const shorter = { rawDays: 3, longRawDays: 6, rollupDays: [8, 10, Infinity] } as const

  beforeEach(() => {
    file.close()
    open({ retention: shorter })
    poll(0, 2)
    poll(0, 2, other)
  })

  it('keeps everything until classes are told', () => {
    liveUntil(40)
    expect(raw(0, 2).atMs).toHaveLength(192)
  })

  it('keeps the raw samples of the long class, of others what was rolled up', () => {
    const before = [total(0, 2), total(0, 2, other)]
    file.keepLong(['ifc_2'])
    liveUntil(5.5)
    expect([raw(0, 2).atMs.length, raw(0, 2, other).atMs.length]).toEqual([0, 192])
    expect([total(0, 2), total(0, 2, other)]).toEqual(before)
    expect(chart(0, 1, min).mean.every((mean) => mean !== null)).toBe(true)
    liveUntil(9)
    expect(raw(0, 2, other).atMs).toEqual([])
    expect(chart(0, 1, day, other).mean[0]).toBeCloseTo(before[1]!.total / (2 * 86_400), -2)
  })

  it('drops roll-ups by level', () => {
    file.keepLong([])
    liveUntil(12)
    expect(total(0, 2).coveredMs).toBe(2 * day)
    expect(new Set(chart(0, 1, 5 * min).mean).size).toBe(1) // of the day alone
  })

  it('adds what comes when the raw samples are gone, once, to what is left of them', () => {
    file.keepLong([])
    liveUntil(5.5)
    const before = total(0, 3)
    append([[t0 + 2 * day, t0 + 2 * day + 15 * min, 1234], [t0 + 0.5 * day + 1, t0 + 0.5 * day + 2, 66]]) // prettier-ignore
    file.flush()
    liveUntil(5.6)
    expect(total(0, 3).total).toBe(before.total + 1300)
    liveUntil(6.7)
    expect(total(0, 3).total).toBe(before.total + 1300)
    expect(raw(0, 2).atMs).toEqual([])
  })
})

it('answers whatever happened as a list of all samples would', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('append' as const), from: fc.nat(4 * 96), count: fc.integer({ min: 1, max: 60 }), of: fc.constantFrom(key, other), value: fc.nat(2 ** 31) }),
    fc.record({ kind: fc.constant('live' as const), hours: fc.nat(30) }),
    fc.constant({ kind: 'flush' as const }),
    fc.constant({ kind: 'reopen' as const }),
  ) // prettier-ignore
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.nat(4 * 96), fc.nat(4 * 96), (steps, one, another) => {
      const model = new Map([key, other].map(({ entity }) => [entity, new Map<number, number>()]))
      file.close()
      rmSync(join(folder, 'series.db'))
      nowMs = t0
      open({ mostHead: 7, mostHot: 90 })
      for (const now of steps) {
        if (now.kind === 'flush') file.flush()
        if (now.kind === 'live') liveUntil((nowMs - t0) / day + now.hours / 24)
        if (now.kind === 'reopen') {
          file.close()
          open({ mostHead: 7, mostHot: 90 })
        }
        if (now.kind !== 'append') continue
        const rows = Array.from({ length: now.count }, (_, i): Increment => [t0 + (now.from + i) * 15 * min, t0 + (now.from + i + 1) * 15 * min, now.value + i]) // prettier-ignore
        append(rows, now.of)
        for (const [, at, value] of rows) model.get(now.of.entity)!.set(at, value)
      }
      const [from, until] = [Math.min(one, another), Math.max(one, another)]
      for (const of of [key, other]) {
        const expected = [...model.get(of.entity)!].filter(([at]) => at > t0 + from * 15 * min && at <= t0 + until * 15 * min) // prettier-ignore
        const sum = expected.reduce((all, [, value]) => all + value, 0)
        expect(total(from / 96, until / 96, of)).toEqual({
          total: sum,
          coveredMs: expected.length * 15 * min,
        })
        const all = raw(0, 6, of)
        expect(new Map(all.atMs.map((at, i) => [at, all.values[i]!]))).toEqual(new Map([...model.get(of.entity)!].sort(([a], [b]) => a - b))) // prettier-ignore
        const newest = Math.max(...model.get(of.entity)!.keys())
        expect(file.queries.last([of], 0).map(({ atMs }) => atMs)).toEqual(newest > 0 ? [newest] : [])
      }
    }),
    { numRuns: process.env.LONG ? 1000 : 30 },
  )
}, 120_000)

import { describe, expect, it } from 'vitest'
import { cell, newest, volume } from './figures.ts'
import { fromLocal, toLocal } from './local-time.ts'
import {
  drawn,
  extent,
  gapsOf,
  loneSteps,
  lossPercent,
  nearestStep,
  shadesOf,
  shapeOf,
  stepsWithin,
  type Picture,
} from './picture.ts'
import { isMidnight, linear, niceCeil, timeTicks } from './scale.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const minutes = (count: number) => Array.from({ length: count }, (_, i) => i * 60_000)
const series = (mean: (number | null)[]) => ({
  entityId: 'dev_1',
  metric: 'pingSent',
  unit: '',
  stepMs: 60_000,
  atMs: minutes(mean.length),
  mean,
  min: mean,
  max: mean,
})

describe('scale', () => {
  it.each([
    [0, 1],
    [0.003, 0.005],
    [1, 1],
    [1.2, 2],
    [2.3, 2.5],
    [6.9, 10],
    [99.9, 100],
    [230, 250],
  ])('rounds the top of an axis from %d to %d', (value, expected) => {
    expect(niceCeil(value)).toBeCloseTo(expected, 10)
  })

  it('maps an empty domain to the middle', () => {
    expect(linear([5, 5], [0, 10])(5)).toBe(5)
    expect(linear([0, 10], [100, 0])(2.5)).toBe(75)
  })

  it('puts day ticks on midnight in Shanghai', () => {
    const ticks = timeTicks(Date.UTC(2026, 10, 1, 3), Date.UTC(2026, 10, 4, 3), 4)
    expect(ticks).toEqual([1, 2, 3].map((day) => Date.UTC(2026, 10, day, 16)))
    expect(ticks.every(isMidnight)).toBe(true)
  })

  it('puts the ticks of a year on the first of months', () => {
    const ticks = timeTicks(Date.UTC(2025, 10, 22), Date.UTC(2026, 10, 22), 7)
    expect(ticks.map((at) => toLocal(at).slice(0, 10))).toEqual([
      ...['2026-01-01', '2026-03-01', '2026-05-01', '2026-07-01', '2026-09-01', '2026-11-01'],
    ])
  })

  it('keeps to the number of ticks asked for', () => {
    expect(timeTicks(0, dayMs, 6)).toHaveLength(7)
    expect(timeTicks(0, 30 * dayMs, 6).length).toBeLessThanOrEqual(6)
    expect(timeTicks(10, 10, 6)).toEqual([])
  })
})

describe('picture', () => {
  const one = [1, 2]
  const picture: Picture = {
    at: [0, 1],
    low: 0,
    high: 2,
    ticks: [],
    traces: [
      { line: one, ink: 'ink', range: { low: one, high: one, ink: 'smoke-2' } },
      { line: one, ink: 'series-1', fill: 'series-1-soft', base: one },
    ],
  }

  it('draws ranges and bases before the lines they belong to', () => {
    expect(drawn(picture.traces).map(({ trace, part }) => `${trace} ${part}`)).toEqual([
      ...['0 low', '0 high', '0 line', '1 base', '1 line'],
    ])
  })

  it('keeps its shape while its values change', () => {
    expect(shapeOf({ ...picture, at: [5, 6], high: 9 })).toBe(shapeOf(picture))
    expect(shapeOf({ ...picture, traces: picture.traces.slice(1) })).not.toBe(shapeOf(picture))
  })

  it('tells where nothing was measured, but not of what is still to come', () => {
    const at = minutes(8)
    const found = gapsOf(at, [1, null, null, 4, 5, null, null, null], 60_000)
    expect(found).toEqual([
      { from: 0, until: 180_000 },
      { from: 240_000, until: 480_000 },
    ])
    expect(gapsOf(at, [1, 2, 3, 4, 5, 6, null, null], 60_000)).toEqual([])
    expect(gapsOf([], [], 60_000)).toEqual([])
  })

  it('finds measured steps that no line leads to', () => {
    expect(loneSteps([1, null, 3, null, 5, 6, null], 0, 6)).toEqual([0, 2])
  })

  it('knows the extent of what is within the period', () => {
    const within = stepsWithin([0, 10, 20, 30], 10, 30)
    expect(within).toEqual([1, 3])
    expect(
      extent(
        [
          [9, 1, null, 9],
          [0, 4, 2, 0],
        ],
        within,
      ),
    ).toEqual({ least: 1, greatest: 4 })
    expect(extent([[null]], [0, 1])).toBeNull()
  })

  it.each([
    [-1, 0, null],
    [0, 10, 0],
    [14, 10, 1],
    [16, 10, 2],
    [31, 5, null],
  ])('finds the step nearest to %d within %d', (at, within, expected) => {
    expect(nearestStep([0, 10, 20], at, within)).toBe(expected)
  })

  it('counts lost echoes against sent ones, and knows nothing where none was sent', () => {
    expect(lossPercent(series([4, 4, null, 0]), series([0, 1, null, 0]))).toEqual([0, 25, null, null])
  })

  it('shades outages, the unseen and maintenance', () => {
    const spans = ['up', 'down', 'unknown', 'degraded', 'maintenance'].map((state, i) => ({
      state,
      fromAt: i,
      untilAt: i === 4 ? null : i + 1,
    }))
    expect(shadesOf(spans, 9)).toEqual([
      { from: 1, until: 2, ink: 'st-down-soft' },
      { from: 2, until: 3, ink: 'st-unknown-soft' },
      { from: 4, until: 9, ink: 'st-maintenance-soft' },
    ])
  })
})

describe('figures', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_250_000, '1.25 MB'],
    [4.2e12, '4.2 TB'],
  ])('says %d octets as %s', (octets, text) => expect(volume(octets)).toBe(text))

  it('keeps what it says short', () => {
    expect([0.1 + 0.2, 1234.56, null].map((value) => cell(value))).toEqual([0.3, 1234.6, null])
    expect(newest([1, 2, null])).toBe(2)
    expect(newest([null])).toBeNull()
  })

  it('reads local times by the clock of Shanghai', () => {
    const at = Date.UTC(2026, 10, 22, 1, 30)
    expect(toLocal(at)).toBe('2026-11-22T09:30')
    expect(fromLocal(toLocal(at))).toBe(at)
  })
})

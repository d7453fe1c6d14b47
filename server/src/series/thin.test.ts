import { describe, expect, it } from 'vitest'
import { rollUp } from './rollup.ts'
import { noSamples, type Samples } from './samples.ts'
import { thin, totalOf } from './thin.ts'

const min = 60_000
const gauges = (...pairs: [number, number][]): Samples => ({
  at: pairs.map((p) => p[0]),
  start: null,
  value: pairs.map((p) => p[1]),
})
const increments = (...rows: [number, number, number][]): Samples => ({
  at: rows.map((r) => r[1]),
  start: rows.map((r) => r[0]),
  value: rows.map((r) => r[2]),
})
const polled = (count: number) =>
  gauges(...Array.from({ length: count }, (_, i): [number, number] => [i * min, i]))

describe('gauges in steps', () => {
  it.each<[string, Samples, number, number, number, (number | null)[]]>([
    ['nothing measured', noSamples(false), 0, 2 * min, min, [null, null]],
    ['one sample a step', polled(3), 0, 3 * min, min, [0, 1, 2]],
    ['several samples a step', polled(4), 0, 4 * min, 2 * min, [0.5, 2.5]],
    ['finer than the samples: the last one holds', polled(2), 0, 2 * min, min / 2, [0, 0, 1, 1]],
    [
      'a lost poll is bridged',
      gauges([0, 5], [min, 5], [3 * min, 7], [4 * min, 7]),
      0,
      5 * min,
      min,
      [5, 5, 5, 7, 7],
    ],
    [
      'silence over three intervals is a gap',
      gauges([0, 5], [min, 5], [2 * min, 5], [8 * min, 9]),
      0,
      9 * min,
      min,
      [5, 5, 5, 5, 5, null, null, null, 9],
    ],
  ])('%s', (_name, samples, from, until, step, mean) => {
    expect(thin(samples, from, until, step).mean).toEqual(mean)
  })

  it('keeps the extremes of a step', () => {
    const { min: lowest, max: highest } = thin(gauges([0, 5], [1, -2], [2, 99]), 0, min, min)
    expect([lowest, highest]).toEqual([[-2], [99]])
  })
})

describe('increments as rates', () => {
  it.each<[string, Samples, number, number, number, (number | null)[]]>([
    ['nothing measured', noSamples(true), 0, min, min, [null]],
    ['a whole step', increments([0, min, 600]), 0, min, min, [10]],
    ['weighted by overlap', increments([0, min, 600], [min, 2 * min, 1800]), 30_000, 90_000, min, [20]],
    ['an increment over many steps', increments([0, 4 * min, 2400]), 0, 4 * min, min, [10, 10, 10, 10]],
    [
      'the edge of the range lies within an increment',
      increments([0, 10 * min, 6000]),
      4 * min,
      6 * min,
      min,
      [10, 10],
    ],
    [
      'a restart leaves a gap, not a spike',
      increments([0, min, 60], [min, 2 * min, 60], [2 * min, 3 * min, 60], [7 * min, 8 * min, 120]),
      0,
      8 * min,
      min,
      [1, 1, 1, null, null, null, null, 2],
    ],
    [
      'an increment of no length says nothing of a rate',
      increments([min, min, 5]),
      0,
      2 * min,
      min,
      [null, null],
    ],
  ])('%s', (_name, samples, from, until, step, mean) => {
    expect(thin(samples, from, until, step).mean).toEqual(mean)
  })
})

describe('totals', () => {
  const counter = increments([0, min, 600], [min, 2 * min, 1200], [5 * min, 6 * min, 60])
  it.each<[string, number, number, number, number]>([
    ['whole', 0, 10 * min, 1860, 3 * min],
    ['pro rata at both edges', 30_000, 90_000, 900, min],
    ['before anything', -min, 0, 0, 0],
    ['within a gap', 3 * min, 4 * min, 0, 0],
  ])('%s', (_name, from, until, total, coveredMs) => {
    expect(totalOf(counter, from, until)).toEqual({ total, coveredMs })
  })
})

describe('a counter that stood still and then tells what it grew by meanwhile', () => {
  // Nothing from 0 to 2 min, told as zeros; then 600 from 0 to 3 min.
  const thawed: Samples = { at: [min, 2 * min, 3 * min], start: [0, min, 0], value: [0, 0, 600] }

  it.each<[from: number, until: number, total: number, coveredMs: number]>([
    [0, 5 * min, 600, 3 * min],
    [0, 2 * min, 400, 2 * min],
    [min, 3 * min, 400, 2 * min],
  ])('counts its volume, and no time twice: %i to %i', (from, until, total, coveredMs) => {
    expect(totalOf(thawed, from, until)).toEqual({ total, coveredMs })
  })

  it('has a mean that gives its volume', () => {
    expect(thin(thawed, 0, 3 * min, min).mean).toEqual([600 / 180, 600 / 180, 600 / 180])
  })

  it('covers no part of its roll-up for longer than it is', () => {
    expect(rollUp(thawed, 0, 24 * 60 * min, 5 * min)).toMatchObject({ weight: [3 * min], sum: [600] })
  })
})

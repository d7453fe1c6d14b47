import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { levels, mergeRollups, rollFurther, rollUp } from './rollup.ts'
import type { Samples } from './samples.ts'

const min = 60_000
const hour = 60 * min
const day = 24 * hour

it('tells of gauges the number, sum and extremes of each part in which anything was measured', () => {
  const samples: Samples = { at: [0, 60_000, 300_000, 3_900_000], start: null, value: [5, 7, -1, 2.5] }
  expect(rollUp(samples, 0, day, levels[0].ms)).toEqual({
    isIncrement: false,
    at: [0, 300_000, 3_900_000],
    weight: [2, 1, 1],
    sum: [12, -1, 2.5],
    min: [5, -1, 2.5],
    max: [7, -1, 2.5],
  })
})

it('tells of increments the volume, the time that it covers and the extremes of the rate', () => {
  const samples: Samples = {
    at: [2 * min, 8 * min, 20 * min],
    start: [0, 2 * min, 19 * min],
    value: [1200, 600, 3],
  }
  expect(rollUp(samples, 0, day, levels[0].ms)).toEqual({
    isIncrement: true,
    at: [0, 5 * min, 15 * min],
    weight: [5 * min, 3 * min, min],
    sum: [1500, 300, 3],
    min: [1.667, 1.667, 0.05],
    max: [10, 1.667, 0.05],
  })
})

/** Increments one after another, some parted by gaps, over about three days. */
const anyIncrements = fc
  .array(fc.record({ gap: fc.oneof(fc.constant(0), fc.nat(hour)), ms: fc.integer({ min: 0, max: 5 * hour }), value: fc.maxSafeNat().map((n) => n % 2 ** 45) }), { maxLength: 60 })
  .map((list): Samples => {
    const samples = { at: [] as number[], start: [] as number[], value: [] as number[] }
    let now = -hour
    for (const { gap, ms, value } of list) {
      const start = now + gap
      now = start + ms
      samples.start.push(start)
      samples.at.push(now)
      samples.value.push(value)
    }
    return samples
  }) // prettier-ignore

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

describe('volumes', () => {
  it('add up exactly, whatever lies across midnight', () => {
    fc.assert(
      fc.property(anyIncrements, (samples) => {
        const days = Array.from({ length: 16 }, (_, i) =>
          rollUp(samples, (i - 1) * day, i * day, levels[0].ms),
        )
        expect(sum(days.map((one) => sum(one.sum)))).toBe(sum(samples.value))
        expect(sum(days.map((one) => sum(one.weight)))).toBe(
          sum(samples.at.map((at, i) => at - samples.start![i]!)),
        )
      }),
    )
  })

  it('and extremes are the same, however they are rolled further', () => {
    fc.assert(
      fc.property(anyIncrements, (samples) => {
        const fine = rollUp(samples, 0, day, levels[0].ms)
        const hours = rollFurther(fine, 0, levels[1].ms)
        const days = rollFurther(hours, 0, levels[2].ms)
        expect(days).toEqual(rollFurther(fine, 0, levels[2].ms))
        expect(sum(hours.sum)).toBe(sum(fine.sum))
        if (fine.at.length > 0) expect(days.max[0]).toBe(Math.max(...fine.max))
      }),
    )
  })
})

it('what came later adds to what is there', () => {
  const of = (samples: Samples) => rollUp(samples, 0, day, levels[0].ms)
  const early: Samples = { at: [min, 10 * min], start: null, value: [1, 2] }
  const late: Samples = { at: [2 * min, 20 * min], start: null, value: [9, 3] }
  const all: Samples = { at: [min, 2 * min, 10 * min, 20 * min], start: null, value: [1, 9, 2, 3] }
  expect(mergeRollups(of(early), of(late), 0, levels[0].ms)).toEqual(of(all))
})

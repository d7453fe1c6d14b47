import { expect, it } from 'vitest'
import { daysUntil, median, quantile, spreadOf, trendOf, usualOf } from './stats.ts'

it('takes the middle, and what lies between', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(quantile([0, 10], 0.95)).toBeCloseTo(9.5)
  expect(median([])).toBeNaN()
})

it('is not moved by a few wild values', () => {
  expect(spreadOf([10, 11, 9, 10, 1e9])).toBeCloseTo(1.4826)
  const days = Array.from({ length: 30 }, (_, i) => i)
  const trend = trendOf(
    days,
    days.map((day) => (day % 10 === 3 ? 1e6 : 5 + 2 * day)),
  )
  expect(trend.perX).toBeCloseTo(2)
  expect(trend.base).toBeCloseTo(5)
})

const wide = { spreads: 4, leastPercent: 30, leastSpread: 0 }
it.each<[string, number[], ReturnType<typeof usualOf>]>([
  ['two weeks say nothing', [10, 12], null],
  ['a steady value may still move by the least', [10, 10, 10, 10], { median: 10, low: 7, high: 13 }],
  ['one week that was wild does not widen it', [10, 10, 10, 10, 500], { median: 10, low: 7, high: 13 }],
])('usual: %s', (_, past, usual) => expect(usualOf(past, wide)).toEqual(usual))

it('a value that varies from week to week may vary', () => {
  const { low, high } = usualOf([8, 12, 10, 14, 6, 10], wide)!
  expect([low, high]).toEqual([10 - 4 * 1.4826 * 2, 10 + 4 * 1.4826 * 2])
})

const days = Array.from({ length: 30 }, (_, i) => 20_000 + i)
it.each<[string, (i: number) => number, number, number | null]>([
  ['a line that fills', (i) => 50 + i, 100, 21],
  ['a battery that ages', (i) => 40 - i / 2, 20, 11],
  ['one that is full already', (i) => 90 + i, 100, 0],
  ['a level one never fills', () => 50, 100, Infinity],
  ['one that empties never fills', (i) => 90 - i, 100, Infinity],
  ['a trend within the noise is none', (i) => 50 + i / 100 + (i % 7) * 3, 100, Infinity],
])('%s', (_, value, toward, left) => {
  expect(daysUntil(days, days.map((_, i) => value(i)), toward)).toBeCloseTo(left!) // prettier-ignore
})

it('two weeks are needed for a trend', () => {
  const few = days.slice(0, 13)
  expect(daysUntil(few, few, 1e9)).toBeNull()
})

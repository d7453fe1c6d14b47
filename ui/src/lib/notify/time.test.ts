import { describe, expect, it } from 'vitest'
import { dateOf, instantOf, minuteOf, monthAfter, timeOf, wallOf, weeksOf } from './time.ts'

describe('times of duty', () => {
  it.each([
    [0, '00:00'],
    [510, '08:30'],
    [1439, '23:59'],
  ])('%d minutes are %s', (minute, text) => {
    expect(timeOf(minute)).toBe(text)
    expect(minuteOf(text)).toBe(minute)
  })

  it('a wall clock in China is an instant, and back', () => {
    expect(wallOf(instantOf('2026-11-22T08:30'))).toBe('2026-11-22T08:30')
  })

  it.each([
    ['2026-11', 6, '2026-10-26', '2026-12-06'],
    ['2026-02', 5, '2026-01-26', '2026-03-01'],
    ['2027-02', 4, '2027-02-01', '2027-02-28'],
  ])('%s has %d weeks', (month, count, first, last) => {
    const weeks = weeksOf(month)
    expect(weeks).toHaveLength(count)
    expect([dateOf(weeks[0]![0]!), dateOf(weeks.at(-1)![6]!)]).toEqual([first, last])
  })

  it.each([
    ['2026-12', 1, '2027-01'],
    ['2026-01', -1, '2025-12'],
  ])('%s and %d months', (month, by, result) => expect(monthAfter(month, by)).toBe(result))
})

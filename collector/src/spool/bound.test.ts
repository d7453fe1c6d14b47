import { describe, expect, it } from 'vitest'
import { boundOf, RateMeter } from './bound.ts'

const gib = 1024 ** 3

describe('the bound of a spool', () => {
  it.each<[string, bytesPerS: number | null, free: number, own: number, bound: number]>([
    ['a gibibyte until the rate is known', null, 100 * gib, 0, gib],
    ['a gibibyte for whoever needs less', 300, 100 * gib, 0, gib],
    ['72 hours of what is measured, and half as much again', 10_000, 100 * gib, 0, 10_000 * 72 * 3600 * 1.5],
    ['at most half of what is free', 200_000, 20 * gib, 0, 10 * gib],
    ['what it holds itself counts as free', 200_000, 10 * gib, 10 * gib, 10 * gib],
    ['64 MiB on a disk that is full already', 200_000, 0, 0, 64 * 1024 ** 2],
  ])('is %s', (_, rate, free, own, bound) => {
    expect(boundOf(rate, free, own)).toBe(bound)
  })

  it('follows what comes, and knows nothing in its first minute', () => {
    let nowMs = 0
    const rate = new RateMeter(() => nowMs)
    expect(rate.bytesPerS).toBeNull()
    for (; nowMs < 4 * 3_600_000; nowMs += 2000) rate.add(2000)
    expect(rate.bytesPerS).toBeCloseTo(1000, -1)
    for (; nowMs < 8 * 3_600_000; nowMs += 2000) rate.add(8000)
    expect(rate.bytesPerS).toBeGreaterThan(3900)
  })
})

import { expect, it } from 'vitest'
import { officeLoad, ripple } from './load.ts'

it.each([
  ['a workday morning', '2026-11-23T10:00:00+08:00', 0.9, 1],
  ['the lunch break', '2026-11-23T12:45:00+08:00', 0.4, 0.6],
  ['the night, with its backups', '2026-11-24T03:00:00+08:00', 0.2, 0.4],
  ['a Saturday morning', '2026-11-28T10:00:00+08:00', 0.5, 0.65],
])('is as busy as an office on %s', (_, instant, low, high) => {
  const load = officeLoad(Date.parse(instant))
  expect(load).toBeGreaterThanOrEqual(low)
  expect(load).toBeLessThanOrEqual(high)
})

it('never jumps, and never wavers beyond its bounds', () => {
  const start = Date.parse('2026-11-20T00:00:00Z')
  let before = officeLoad(start)
  for (let atMs = start; atMs < start + 4 * 86_400_000; atMs += 60_000) {
    expect(Math.abs(officeLoad(atMs) - before)).toBeLessThan(0.02)
    before = officeLoad(atMs)
    expect(Math.abs(ripple(0.3, atMs) - 1)).toBeLessThanOrEqual(0.14)
  }
})

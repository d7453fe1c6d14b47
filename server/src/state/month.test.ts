import { expect, it } from 'vitest'
import { startOfMonth } from './month.ts'

it.each([
  ['in the middle', '2026-11-22T04:00:00Z', 'Asia/Shanghai', '2026-10-31T16:00:00.000Z'],
  ['on its first morning', '2026-10-31T16:00:00Z', 'Asia/Shanghai', '2026-10-31T16:00:00.000Z'],
  ['on the last evening before', '2026-10-31T15:59:59Z', 'Asia/Shanghai', '2026-09-30T16:00:00.000Z'],
  ['at the turn of the year', '2026-12-31T20:00:00Z', 'Asia/Shanghai', '2026-12-31T16:00:00.000Z'],
  ['elsewhere', '2026-11-22T04:00:00Z', 'UTC', '2026-11-01T00:00:00.000Z'],
])('a month begins at midnight here: %s', (_name, now, zone, start) => {
  expect(new Date(startOfMonth(Date.parse(now), zone)).toISOString()).toBe(start)
})

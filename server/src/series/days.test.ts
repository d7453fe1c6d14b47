import { describe, expect, it } from 'vitest'
import { Days } from './days.ts'

const hour = 3_600_000

describe('days', () => {
  it.each([
    ['Asia/Shanghai', '2026-11-22T15:59:59.999Z', '2026-11-21T16:00:00.000Z', 24],
    ['Asia/Shanghai', '2026-11-22T16:00:00.000Z', '2026-11-22T16:00:00.000Z', 24],
    ['UTC', '2024-02-29T12:00:00.000Z', '2024-02-29T00:00:00.000Z', 24],
    ['Europe/Berlin', '2026-03-29T10:00:00.000Z', '2026-03-28T23:00:00.000Z', 23],
    ['Europe/Berlin', '2026-10-25T23:30:00.000Z', '2026-10-25T23:00:00.000Z', 24],
    ['America/New_York', '2026-11-01T12:00:00.000Z', '2026-11-01T04:00:00.000Z', 25],
    ['Asia/Kathmandu', '2026-01-01T00:00:00.000Z', '2025-12-31T18:15:00.000Z', 24],
  ])('in %s, %s lies in that of %s', (timeZone, at, start, hours) => {
    const days = new Days(timeZone)
    const day = days.of(Date.parse(at))
    expect(new Date(days.start(day)).toISOString()).toBe(start)
    expect((days.start(day + 1) - days.start(day)) / hour).toBe(hours)
    expect([days.of(days.start(day)), days.of(days.start(day + 1) - 1), days.of(days.start(day + 1))]).toEqual([day, day, day + 1]) // prettier-ignore
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addWorkingMs,
  hoursOn,
  isWorkingTime,
  officeCalendar,
  statutoryHolidays,
  withDays,
  workingMsBetween,
  type BusinessCalendar,
} from './calendar.ts'
import { dateOf, monthBounds, monthOf, nextDate, startOfDate, weekdayOf } from './zone.ts'

const office = officeCalendar()
const china = (text: string) => Date.parse(`${text}+08:00`)
const hour = 3_600_000

describe('working time', () => {
  it.each<[string, string, boolean]>([
    ['a Monday morning', '2026-11-23T09:00', true],
    ['before work', '2026-11-23T08:29:59.999', false],
    ['the first instant', '2026-11-23T08:30', true],
    ['noon', '2026-11-23T12:00', false],
    ['the afternoon', '2026-11-23T14:00', true],
    ['the end of the day', '2026-11-23T17:30', false],
    ['a Sunday', '2026-11-22T10:00', false],
    ['the eve of the Spring Festival, a Saturday', '2026-02-14T10:00', true],
    ['the Spring Festival, a Monday', '2026-02-16T10:00', false],
    ['the Saturday worked for it', '2026-02-28T10:00', true],
    ['National Day 2025, that lasts for eight', '2025-10-08T10:00', false],
    ['the Sunday worked for it', '2025-09-28T10:00', true],
    ['the day after the Mid-Autumn Festival of 2024', '2024-09-18T10:00', true],
    ['Labour Day 2024', '2024-05-03T10:00', false],
  ])('%s', (_name, at, expected) => expect(isWorkingTime(office, china(at))).toBe(expected))

  it('adds a local holiday, and takes a statutory one away', () => {
    const local = withDays(office, { off: ['2026-11-23', '2026-02-14'], worked: ['2026-10-01'] })
    expect(isWorkingTime(local, china('2026-11-23T09:00'))).toBe(false)
    expect(isWorkingTime(local, china('2026-02-14T09:00'))).toBe(false)
    expect(isWorkingTime(local, china('2026-10-01T09:00'))).toBe(true)
  })

  it.each<[string, string, string, number]>([
    ['a whole day', '2026-11-23T00:00', '2026-11-24T00:00', 7],
    ['over noon', '2026-11-23T11:00', '2026-11-23T15:00', 2],
    ['over a weekend', '2026-11-20T16:30', '2026-11-23T09:30', 2],
    ['over the National Day', '2026-09-30T16:30', '2026-10-08T09:30', 2],
    ['backwards', '2026-11-23T15:00', '2026-11-23T11:00', 0],
  ])('between: %s', (_name, from, until, hours) =>
    expect(workingMsBetween(office, china(from), china(until))).toBe(hours * hour),
  )

  it.each<[string, string, number, string]>([
    ['within the morning', '2026-11-23T09:00', 2, '2026-11-23T11:00'],
    ['to the last instant of the morning, not into the afternoon', '2026-11-23T09:00', 3, '2026-11-23T12:00'],
    ['over noon', '2026-11-23T11:00', 2, '2026-11-23T15:00'],
    ['from the night', '2026-11-22T23:00', 1, '2026-11-23T09:30'],
    ['over the Spring Festival', '2026-02-14T17:00', 1, '2026-02-24T09:00'],
    ['nothing, in the night', '2026-11-22T23:00', 0, '2026-11-22T23:00'],
  ])('adds: %s', (_name, start, hours, end) =>
    expect(addWorkingMs(office, china(start), hours * hour)).toBe(china(end)),
  )

  it('refuses to wait for a calendar without hours, and to run backwards', () => {
    const idle: BusinessCalendar = { ...office, week: [], madeUp: [] }
    expect(() => addWorkingMs(idle, 0, 1)).toThrow('no working hours')
    expect(() => addWorkingMs(office, 0, -1)).toThrow(RangeError)
  })
})

describe('statutory holidays', () => {
  const years = Object.entries(statutoryHolidays)
  it.each(years)(
    '%s: days lie in their year and in order, and only weekends are worked for them',
    (year, holidays) => {
      for (const { from, until, worked = [] } of holidays) {
        expect([from.slice(0, 4), until.slice(0, 4), from <= until]).toEqual([year, year, true])
        for (const date of worked) expect([0, 6]).toContain(weekdayOf(date))
      }
      expect(holidays.map(({ from }) => from)).toEqual(holidays.map(({ from }) => from).sort())
    },
  )

  // 365 or 366 days less 104 of weekends, less the statutory days: 11, since 2025 there are 13.
  it.each([
    ['2024', 251],
    ['2025', 248],
    ['2026', 248],
  ])('%s has %i working days', (year, expected) => {
    let days = 0
    for (let date = `${year}-01-01`; date.startsWith(year); date = nextDate(date))
      if (hoursOn(office, date).length > 0) days++
    expect(days).toBe(expected)
  })
})

describe('whatever the zone and the instants', () => {
  const zones = ['Asia/Shanghai', 'UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu']
  const zone = fc.constantFrom(...zones)
  const instant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2026, 11, 31) })
  const calendarOf = (timeZone: string) => officeCalendar(timeZone)

  it('working time adds up', () =>
    fc.assert(
      fc.property(zone, fc.tuple(instant, instant, instant), (timeZone, instants) => {
        const [a, b, c] = instants.sort((x, y) => x - y) as [number, number, number]
        const calendar = calendarOf(timeZone)
        expect(workingMsBetween(calendar, a, b) + workingMsBetween(calendar, b, c)).toBe(
          workingMsBetween(calendar, a, c),
        )
      }),
      { numRuns: 60 },
    ))

  it('what is added has passed, and not sooner', () =>
    fc.assert(
      fc.property(zone, instant, fc.integer({ min: 1, max: 100 * hour }), (timeZone, start, ms) => {
        const calendar = calendarOf(timeZone)
        const end = addWorkingMs(calendar, start, ms)
        expect(workingMsBetween(calendar, start, end)).toBe(ms)
        expect(workingMsBetween(calendar, start, end - 1)).toBe(ms - 1)
        expect(isWorkingTime(calendar, end - 1)).toBe(true)
      }),
      { numRuns: 200 },
    ))

  it('a date begins where the one before has ended', () =>
    fc.assert(
      fc.property(zone, instant, (timeZone, ms) => {
        const date = dateOf(ms, timeZone)
        const [start, next] = [startOfDate(date, timeZone), startOfDate(nextDate(date), timeZone)]
        expect(start <= ms && ms < next).toBe(true)
        expect([dateOf(start, timeZone), dateOf(start - 1, timeZone) < date]).toEqual([date, true])
      }),
    ))

  it('an instant lies within its month', () =>
    fc.assert(
      fc.property(zone, instant, (timeZone, ms) => {
        const { from, until } = monthBounds(monthOf(ms, timeZone), timeZone)
        expect(from <= ms && ms < until).toBe(true)
        expect(monthOf(until - 1, timeZone)).toBe(monthOf(ms, timeZone))
      }),
    ))
})

it.each(['2026-13', '2026-1', 'November', ''])('%s is no month', (month) =>
  expect(() => monthBounds(month, 'UTC')).toThrow(RangeError),
)

/** When people work: hours of the week, holidays and the weekend days that are worked for them. Service clocks run on it. */
import { statutoryHolidays } from './holidays.ts'
import { dateOf, defaultTimeZone, minuteOfDate, nextDate, weekdayOf } from './zone.ts'

export { statutoryHolidays, type Holiday } from './holidays.ts'
export { dateOf, defaultTimeZone, monthBounds, monthOf, startOfDate } from './zone.ts'

/** Minutes after midnight, from (inclusive) to until (exclusive). */
export type Hours = readonly [from: number, until: number]

export interface BusinessCalendar {
  timeZone: string
  /** Of each weekday, Sunday first; in order, none overlapping another. */
  week: readonly (readonly Hours[])[]
  /** Of a weekend day that is worked instead of another. */
  madeUp: readonly Hours[]
  /** Dates off, and dates worked whatever their weekday; a date in both is worked. */
  off: ReadonlySet<string>
  worked: ReadonlySet<string>
  /** The last year whose holidays are announced; absent: it keeps none of the state's. */
  announcedUntil?: number
}

const clock = (hour: number, minute = 0) => hour * 60 + minute
const officeHours: readonly Hours[] = [
  [clock(8, 30), clock(12)],
  [clock(14), clock(17, 30)],
]
const none: readonly Hours[] = []

/** Offices, Monday to Friday 8:30–12:00 and 14:00–17:30, with the statutory holidays that have been announced. */
export function officeCalendar(timeZone: string = defaultTimeZone): BusinessCalendar {
  const holidays = Object.values(statutoryHolidays).flat()
  return {
    timeZone,
    week: [none, officeHours, officeHours, officeHours, officeHours, officeHours, none],
    madeUp: officeHours,
    off: new Set(holidays.flatMap(({ from, until }) => datesBetween(from, until))),
    worked: new Set(holidays.flatMap(({ worked = [] }) => worked)),
    announcedUntil: Math.max(...Object.keys(statutoryHolidays).map(Number)),
  }
}

/** The calendar with days of a region's own: a local holiday, or one that is worked there. */
export const withDays = (
  calendar: BusinessCalendar,
  { off = [], worked = [] }: { off?: readonly string[]; worked?: readonly string[] },
): BusinessCalendar => ({
  ...calendar,
  off: new Set([...calendar.off, ...off].filter((date) => !worked.includes(date))),
  worked: new Set([...calendar.worked].filter((date) => !off.includes(date)).concat(worked)),
})

/** Hours that are worked on a date. */
export function hoursOn({ week, madeUp, off, worked }: BusinessCalendar, date: string): readonly Hours[] {
  if (worked.has(date)) return madeUp
  if (off.has(date)) return none
  return week[weekdayOf(date)] ?? none
}

export function isWorkingTime(calendar: BusinessCalendar, ms: number): boolean {
  return spansOn(calendar, dateOf(ms, calendar.timeZone)).some(([from, until]) => from <= ms && ms < until)
}

/** Working time from one instant to a later one; 0 when it is not later. */
export function workingMsBetween(calendar: BusinessCalendar, fromMs: number, untilMs: number): number {
  return workingSpans(calendar, fromMs, untilMs).reduce((sum, [from, until]) => sum + until - from, 0)
}

/** The working time between two instants, in order. */
export function workingSpans(
  calendar: BusinessCalendar,
  fromMs: number,
  untilMs: number,
): [from: number, until: number][] {
  const spans: [number, number][] = []
  if (untilMs <= fromMs) return spans
  const last = dateOf(untilMs, calendar.timeZone)
  for (let date = dateOf(fromMs, calendar.timeZone); date <= last; date = nextDate(date))
    for (const [from, until] of spansOn(calendar, date))
      if (until > fromMs && from < untilMs) spans.push([Math.max(from, fromMs), Math.min(until, untilMs)])
  return spans
}

/** A calendar without an hour of work for so long is taken to have none. */
const mostIdleDays = 400

/** The first instant by which `ms` of working time have passed since the start. Throws a RangeError when that never comes. */
export function addWorkingMs(calendar: BusinessCalendar, startMs: number, ms: number): number {
  if (ms < 0) throw new RangeError('working time only runs forward')
  if (ms === 0) return startMs
  let left = ms
  let idle = 0
  for (let date = dateOf(startMs, calendar.timeZone); idle < mostIdleDays; date = nextDate(date), idle++)
    for (const [from, until] of spansOn(calendar, date)) {
      const begin = Math.max(from, startMs)
      if (until <= begin) continue
      idle = 0
      if (left <= until - begin) return begin + left
      left -= until - begin
    }
  throw new RangeError('the calendar has no working hours')
}

/** Working time on a date, as instants. */
const spansOn = (calendar: BusinessCalendar, date: string): [from: number, until: number][] =>
  hoursOn(calendar, date).map(([from, until]) => [
    minuteOfDate(date, from, calendar.timeZone),
    minuteOfDate(date, until, calendar.timeZone),
  ])

function datesBetween(from: string, until: string): string[] {
  const dates: string[] = []
  for (let date = from; date <= until; date = nextDate(date)) dates.push(date)
  return dates
}

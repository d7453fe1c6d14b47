/** How a window comes again, in the installation's zone: the same wall clock each time, whatever the zone's clocks do. */
import { dateOf, dayMs, minuteOfDate, nextDate, offsetMs, weekdayOf } from '@zongheng/inventory/zone.ts'

export type Recurrence =
  /** On these days of the week; 0 is Sunday. */
  | { every: 'week'; weekdays: number[] }
  /** On this day of the month; months without it are passed over. */
  | { every: 'month'; day: number }
  /** On the nth such weekday of the month; -1 is the last. */
  | { every: 'month'; weekday: number; nth: 1 | 2 | 3 | 4 | -1 }

/** From (inclusive) to until (exclusive), UTC epoch ms. */
export interface Span {
  fromMs: number
  untilMs: number
}

export interface Timing {
  startsAtMs: number
  endsAtMs: number
  recurrence: Recurrence | null
  /** No occurrence begins after it; null: for good. */
  recursUntilMs: number | null
}

/** An occurrence that lasts longer than until the next one may begin is no recurrence. */
export const longestRecurringMs = 7 * dayMs

/** Those that touch the period, in order. O(days of the period). */
export function occurrences(timing: Timing, fromMs: number, untilMs: number, timeZone: string): Span[] {
  const { startsAtMs, endsAtMs, recurrence, recursUntilMs } = timing
  const lastsMs = endsAtMs - startsAtMs
  const touches = (span: Span) => span.fromMs < untilMs && span.untilMs > fromMs
  if (!recurrence) return [{ fromMs: startsAtMs, untilMs: endsAtMs }].filter(touches)
  const minute = minuteOfDay(startsAtMs, timeZone)
  const lastMs = Math.min(untilMs, recursUntilMs ?? Infinity)
  const last = dateOf(lastMs, timeZone)
  const found: Span[] = []
  for (
    let date = dateOf(Math.max(startsAtMs, fromMs - lastsMs), timeZone);
    date <= last;
    date = nextDate(date)
  ) {
    if (!falls(recurrence, date)) continue
    const start = minuteOfDate(date, minute, timeZone) + (startsAtMs % 60_000)
    const span = { fromMs: start, untilMs: start + lastsMs }
    if (start >= startsAtMs && start <= lastMs && touches(span)) found.push(span)
  }
  return found
}

/** The next ones that are not over yet; it looks two years ahead. */
export function nextOccurrences(timing: Timing, nowMs: number, count: number, timeZone: string): Span[] {
  const found: Span[] = []
  const horizonMs = nowMs + 731 * dayMs
  let fromMs = Math.max(nowMs, timing.startsAtMs)
  for (let stepMs = 32 * dayMs; found.length < count && fromMs < horizonMs; fromMs += stepMs, stepMs *= 2)
    for (const span of occurrences(timing, fromMs, fromMs + stepMs, timeZone))
      if (found.length < count && span.fromMs > (found.at(-1)?.fromMs ?? -Infinity)) found.push(span)
  return found
}

const minuteOfDay = (ms: number, timeZone: string) =>
  Math.floor(((ms + offsetMs(ms, timeZone)) % dayMs) / 60_000)

function falls(rule: Recurrence, date: string): boolean {
  if (rule.every === 'week') return rule.weekdays.includes(weekdayOf(date))
  const day = Number(date.slice(-2))
  if ('day' in rule) return day === rule.day
  if (weekdayOf(date) !== rule.weekday) return false
  if (rule.nth === -1) return day + 7 > daysInMonth(date)
  return Math.ceil(day / 7) === rule.nth
}

const daysInMonth = (date: string) =>
  new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0)).getUTCDate()

/** Spans without gaps or overlaps between them, in order. */
export function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = []
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1)
    if (last && span.fromMs <= last.untilMs) last.untilMs = Math.max(last.untilMs, span.untilMs)
    else result.push({ ...span })
  }
  return result
}

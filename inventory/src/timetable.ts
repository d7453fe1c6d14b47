/**
 * Working time by looking it up instead of counting days: each year of a calendar is laid out once as spans with the time worked
 * before them. `between` and `add` are then O(log spans) and one step a year crossed.
 */
import { hoursOn, type BusinessCalendar } from './calendar.ts'
import { dayMs, minuteOfDate, nextDate, offsetMs, startOfDate } from './zone.ts'

interface Year {
  startMs: number
  endMs: number
  from: Float64Array
  until: Float64Array
  /** Worked in this year before each span. */
  before: Float64Array
  workedMs: number
}

/** Two years without an hour of work are taken to be followed by more of them. */
const mostIdleYears = 2
const minuteMs = 60_000

export class Timetable {
  readonly calendar: BusinessCalendar
  readonly #years = new Map<number, Year>()

  constructor(calendar: BusinessCalendar) {
    this.calendar = calendar
  }

  /** Working time from one instant to a later one; 0 when it is not later. */
  between(fromMs: number, untilMs: number): number {
    if (untilMs <= fromMs) return 0
    const [first, last] = [this.#numberOf(fromMs), this.#numberOf(untilMs)]
    let sum = workedBy(this.#year(last), untilMs) - workedBy(this.#year(first), fromMs)
    for (let year = first; year < last; year++) sum += this.#year(year).workedMs
    return sum
  }

  /** The first instant by which `ms` of working time have passed since the start. Throws a RangeError when that never comes. */
  add(startMs: number, ms: number): number {
    if (ms < 0) throw new RangeError('working time only runs forward')
    if (ms === 0) return startMs
    let number = this.#numberOf(startMs)
    let left = ms + workedBy(this.#year(number), startMs)
    for (let idle = 0; idle <= mostIdleYears; number++) {
      const year = this.#year(number)
      if (left <= year.workedMs) return instantOf(year, left)
      left -= year.workedMs
      idle = year.workedMs === 0 ? idle + 1 : 0
    }
    throw new RangeError('the calendar has no working hours')
  }

  /** Whether the holidays of an instant's year are announced; before that only weekends are known. */
  isCertain(ms: number): boolean {
    const { announcedUntil } = this.calendar
    return announcedUntil === undefined || this.#numberOf(ms) <= announcedUntil
  }

  #numberOf(ms: number): number {
    const guess = new Date(ms).getUTCFullYear()
    const { startMs, endMs } = this.#year(guess)
    return ms < startMs ? guess - 1 : ms >= endMs ? guess + 1 : guess
  }

  #year(number: number): Year {
    const known = this.#years.get(number)
    if (known) return known
    const year = layOut(this.calendar, number)
    this.#years.set(number, year)
    return year
  }
}

function layOut(calendar: BusinessCalendar, number: number): Year {
  const { timeZone } = calendar
  const [first, next] = [`${number}-01-01`, `${number + 1}-01-01`]
  const spans: [from: number, until: number][] = []
  for (let date = first; date !== next; date = nextDate(date))
    if (hoursOn(calendar, date).length > 0) spans.push(...spansOn(calendar, date))
  const year: Year = {
    startMs: startOfDate(first, timeZone),
    endMs: startOfDate(next, timeZone),
    from: Float64Array.from(spans, ([from]) => from),
    until: Float64Array.from(spans, ([, until]) => until),
    before: new Float64Array(spans.length),
    workedMs: 0,
  }
  for (const [i, [from, until]] of spans.entries()) {
    year.before[i] = year.workedMs
    year.workedMs += until - from
  }
  return year
}

/** A zone's offset is asked for each hour only on the day it changes. */
function spansOn(calendar: BusinessCalendar, date: string): [from: number, until: number][] {
  const { timeZone } = calendar
  const startMs = startOfDate(date, timeZone)
  const isPlain = offsetMs(startMs, timeZone) === offsetMs(startMs + dayMs, timeZone)
  const at = (minute: number) =>
    isPlain ? startMs + minute * minuteMs : minuteOfDate(date, minute, timeZone)
  return hoursOn(calendar, date).map(([from, until]) => [at(from), at(until)])
}

/** How many spans begin before this. */
function countBefore(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

function workedBy({ from, until, before }: Year, ms: number): number {
  const i = countBefore(from, ms) - 1
  return i < 0 ? 0 : before[i]! + Math.min(ms, until[i]!) - from[i]!
}

/** The first instant by which so much of the year's working time is over. */
function instantOf({ from, before }: Year, workedMs: number): number {
  const i = Math.max(0, countBefore(before, workedMs) - 1)
  return from[i]! + workedMs - before[i]!
}

/** Who is on duty: members in turn, each for a day or a week, and shifts that overrule the turn. Pure. */
import { dateOf, dayMs, minuteOfDate, weekdayOf } from '@zongheng/inventory/zone.ts'

export const turns = ['daily', 'weekly'] as const

export interface Rotation {
  turn: (typeof turns)[number]
  /** In order; the first is on duty from the first hand-over on `from` on. */
  userIds: string[]
  /** A date of the zone: `2026-11-22`. */
  from: string
  /** Minute of the day at which one hands over to the next. */
  handoverMinute: number
  /** Of a weekly turn: 0 is Sunday. */
  handoverWeekday: number
}

export interface Shift {
  id: string
  userId: string
  startsMs: number
  endsMs: number
  note: string | null
}

/** One stretch of duty; `shiftId` where an exception stands in. */
export interface Duty {
  userId: string
  fromMs: number
  untilMs: number
  shiftId: string | null
}

const dateAfter = (date: string, days: number) =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 'yyyy-mm-dd'.length)
const daysBetween = (from: string, until: string) =>
  Math.round((Date.parse(`${until}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs)

/** The first date on which somebody takes over. */
function firstDate({ turn, from, handoverWeekday }: Rotation): string {
  if (turn === 'daily') return from
  return dateAfter(from, (handoverWeekday - weekdayOf(from) + 7) % 7)
}

/** Whose turn it is at an instant, shifts aside; null before the roster begins or while it has nobody. */
export function turnAt(rotation: Rotation, atMs: number, timeZone: string): Omit<Duty, 'shiftId'> | null {
  const { userIds, handoverMinute } = rotation
  const days = rotation.turn === 'daily' ? 1 : 7
  const first = firstDate(rotation)
  const at = (index: number) => minuteOfDate(dateAfter(first, index * days), handoverMinute, timeZone)
  if (userIds.length === 0 || atMs < at(0)) return null
  // a date apart at most: the hand-over of this date may still be to come
  let index = Math.floor(daysBetween(first, dateOf(atMs, timeZone)) / days)
  if (at(index) > atMs) index -= 1
  return { userId: userIds[index % userIds.length]!, fromMs: at(index), untilMs: at(index + 1) }
}

/** Of several shifts at once the one that was entered last counts. */
const shiftAt = (shifts: readonly Shift[], atMs: number) =>
  shifts.filter((s) => s.startsMs <= atMs && atMs < s.endsMs).reduce<Shift | null>((a, b) => (a && a.id > b.id ? a : b), null) // prettier-ignore

export function dutyAt(
  rotation: Rotation,
  shifts: readonly Shift[],
  atMs: number,
  timeZone: string,
): Duty | null {
  const turn = turnAt(rotation, atMs, timeZone)
  const shift = shiftAt(shifts, atMs)
  const edges = shifts.flatMap((s) => [s.startsMs, s.endsMs])
  const within = (fromMs: number, untilMs: number) => ({
    fromMs: edges.reduce((from, edge) => (edge <= atMs && edge > from ? edge : from), fromMs),
    untilMs: edges.reduce((until, edge) => (edge > atMs && edge < until ? edge : until), untilMs),
  })
  if (shift) return { userId: shift.userId, ...within(shift.startsMs, shift.endsMs), shiftId: shift.id }
  return turn && { userId: turn.userId, ...within(turn.fromMs, turn.untilMs), shiftId: null }
}

/** A roster of a year has at most so many stretches. */
const stretchesAtMost = 1000

/** Duty from one instant to another, in order; gaps are nobody's. */
export function dutiesBetween(
  rotation: Rotation,
  shifts: readonly Shift[],
  fromMs: number,
  untilMs: number,
  timeZone: string,
): Duty[] {
  const duties: Duty[] = []
  const starts = [minuteOfDate(firstDate(rotation), rotation.handoverMinute, timeZone), ...shifts.map((s) => s.startsMs)] // prettier-ignore
  for (let at = fromMs; at < untilMs && duties.length < stretchesAtMost;) {
    const duty = dutyAt(rotation, shifts, at, timeZone)
    if (duty) duties.push(duty)
    const next = duty?.untilMs ?? Math.min(...starts.filter((start) => start > at))
    if (!Number.isFinite(next)) break
    at = next
  }
  return joined(duties)
}

/** Neighbouring stretches of one person and origin are one. */
function joined(duties: Duty[]): Duty[] {
  const result: Duty[] = []
  for (const duty of duties) {
    const last = result.at(-1)
    const goesOn =
      last?.userId === duty.userId && last.shiftId === duty.shiftId && last.untilMs === duty.fromMs
    const isWhole = goesOn && duty.shiftId !== null
    if (isWhole) last.untilMs = duty.untilMs
    else result.push(duty)
  }
  return result
}

/** Who is on duty now, and who comes after. */
export function nowAndNext(rotation: Rotation, shifts: readonly Shift[], nowMs: number, timeZone: string) {
  const now = dutyAt(rotation, shifts, nowMs, timeZone)
  const [first, second] = dutiesBetween(rotation, shifts, nowMs, nowMs + 35 * dayMs, timeZone)
  return { now, next: (now ? second : first) ?? null }
}

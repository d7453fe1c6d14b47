import { dayOf } from '../days.ts'

export interface Span {
  fromAt: number
  untilAt: number
}

const dayMs = 86_400_000
/** Midnight as the clocks of the installation show it. */
export const startOf = (day: string) => Date.parse(`${day}T00:00:00+08:00`)

/** Whole weeks, Monday first, that hold the month (or just the week) in which `at` lies; days as `2026-11-22`. */
export function daysAround(at: number, unit: 'month' | 'week'): string[] {
  const today = dayOf(at)
  const [from, until] = unit === 'week' ? [today, today] : [`${today.slice(0, 7)}-01`, lastOf(today)]
  const first = startOf(from) - mondayOffset(from) * dayMs
  const last = startOf(until) + (6 - mondayOffset(until)) * dayMs
  return Array.from({ length: Math.round((last - first) / dayMs) + 1 }, (_, i) => dayOf(first + i * dayMs))
}

/** The same day a unit on or back. */
export function moved(at: number, unit: 'month' | 'week', by: number): number {
  if (unit === 'week') return at + by * 7 * dayMs
  const day = dayOf(at)
  const first = new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 + by, 1))
  return startOf(first.toISOString().slice(0, 10))
}

/** From the first of these days to the end of the last. */
export function spanOf(days: readonly string[]): [fromMs: number, untilMs: number] {
  const fromMs = startOf(days[0]!)
  return [fromMs, fromMs + days.length * dayMs]
}

/** What runs on each of these days, in order. */
export function runsByDay<T extends Span>(days: readonly string[], runs: readonly T[]): Map<string, T[]> {
  return new Map(
    days.map((day) => {
      const from = startOf(day)
      return [day, runs.filter((run) => run.fromAt < from + dayMs && run.untilAt > from)]
    }),
  )
}

const mondayOffset = (day: string) => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7

function lastOf(day: string): string {
  const last = new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0))
  return last.toISOString().slice(0, 10)
}

import { expect, it } from 'vitest'
import { daysAround, moved, runsByDay, type Span } from './days.ts'

const at = Date.parse('2026-11-22T10:00:00+08:00')
const run = (from: string, until: string): Span => ({
  fromAt: Date.parse(`${from}+08:00`),
  untilAt: Date.parse(`${until}+08:00`),
})

it('whole weeks hold the month, Monday first', () => {
  const days = daysAround(at, 'month')
  expect([days[0], days.at(-1), days.length]).toEqual(['2026-10-26', '2026-12-06', 42])
  expect(daysAround(at, 'week')).toEqual(expect.arrayContaining(['2026-11-16', '2026-11-22']))
  expect(daysAround(at, 'week')).toHaveLength(7)
})

it('goes on by a month or a week', () => {
  expect(daysAround(moved(at, 'month', 1), 'month')[0]).toBe('2026-11-30')
  expect(daysAround(moved(at, 'week', -1), 'week')[0]).toBe('2026-11-09')
})

it('a window over midnight stands on both days', () => {
  const byDay = runsByDay(
    ['2026-11-21', '2026-11-22', '2026-11-23'],
    [run('2026-11-22T23:00', '2026-11-23T02:00')],
  )
  expect([...byDay.values()].map((runs) => runs.length)).toEqual([0, 1, 1])
})

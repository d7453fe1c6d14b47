import { describe, expect, it } from 'vitest'
import { merged, nextOccurrences, occurrences, type Recurrence, type Timing } from './recurrence.ts'

const zone = 'Asia/Shanghai'
const hourMs = 3_600_000
const at = (text: string, offset = '+08:00') => Date.parse(`${text}${offset}`)
const timing = (recurrence: Recurrence | null, more: Partial<Timing> = {}): Timing => ({
  startsAtMs: at('2026-11-22T23:00'),
  endsAtMs: at('2026-11-23T02:00'),
  recurrence,
  recursUntilMs: null,
  ...more,
})
const days = (rule: Recurrence, from: string, until: string, more: Partial<Timing> = {}) =>
  occurrences(timing(rule, more), at(from), at(until), zone).map(({ fromMs }) =>
    new Date(fromMs + 8 * hourMs).toISOString().slice(0, 10),
  )

describe('a window comes again', () => {
  it.each<[string, Recurrence, string[]]>([
    [
      'on weekdays',
      { every: 'week', weekdays: [0, 3] },
      ['2026-11-22', '2026-11-25', '2026-11-29', '2026-12-02'],
    ],
    ['on a day of the month', { every: 'month', day: 30 }, ['2026-11-30']],
    ['on the second Tuesday', { every: 'month', weekday: 2, nth: 2 }, ['2026-12-08']],
    ['on the last Sunday', { every: 'month', weekday: 0, nth: -1 }, ['2026-11-29', '2026-12-27']],
  ])('%s', (_, rule, dates) =>
    expect(
      days(rule, '2026-11-01T00:00', _ === 'on weekdays' ? '2026-12-05T00:00' : '2026-12-29T00:00'),
    ).toEqual(dates),
  )

  it('never before its first time, and not after its last', () =>
    expect(days({ every: 'week', weekdays: [0] }, '2026-10-01T00:00', '2027-01-01T00:00', { recursUntilMs: at('2026-12-06T23:00') })).toEqual(['2026-11-22', '2026-11-29', '2026-12-06'])) // prettier-ignore

  it('passes over months without the day', () =>
    expect(days({ every: 'month', day: 31 }, '2026-11-22T00:00', '2027-04-01T12:00')).toEqual([
      '2026-12-31',
      '2027-01-31',
      '2027-03-31',
    ]))

  it('is still on when it began on the day before', () =>
    expect(days({ every: 'week', weekdays: [0] }, '2026-11-30T01:00', '2026-11-30T02:00')).toEqual([
      '2026-11-29',
    ]))

  it('keeps the wall clock where clocks are moved', () => {
    const berlin = { startsAtMs: at('2027-03-20T02:30', '+01:00'), endsAtMs: at('2027-03-20T04:30', '+01:00'), recurrence: { every: 'week', weekdays: [6, 0] }, recursUntilMs: null } as const // prettier-ignore
    const spans = occurrences({ ...berlin, recurrence: { every: 'week', weekdays: [6, 0] } }, berlin.startsAtMs, at('2027-04-05T00:00', '+02:00'), 'Europe/Berlin') // prettier-ignore
    const walls = spans.map(({ fromMs }) => new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' }).format(fromMs)) // prettier-ignore
    expect(new Set(walls.filter((_, i) => i !== 3))).toEqual(new Set(['02:30']))
    expect(spans.every(({ fromMs, untilMs }) => untilMs - fromMs === 2 * hourMs)).toBe(true)
  })

  it('once, when nothing else is said', () => {
    expect(occurrences(timing(null), 0, at('2030-01-01T00:00'), zone)).toHaveLength(1)
    expect(occurrences(timing(null), at('2026-11-23T02:00'), at('2030-01-01T00:00'), zone)).toEqual([])
  })
})

it('tells the next five, the running one first', () => {
  const rule = timing({ every: 'month', weekday: 0, nth: -1 })
  const next = nextOccurrences(rule, at('2026-11-30T01:00'), 5, zone)
  expect(next).toHaveLength(5)
  expect(next[0]!.fromMs).toBe(at('2026-11-29T23:00'))
  expect(next.map(({ fromMs }) => fromMs)).toEqual(
    [...next.map(({ fromMs }) => fromMs)].sort((a, b) => a - b),
  )
})

it('counts overlapping time once', () =>
  expect(merged([{ fromMs: 5, untilMs: 9 }, { fromMs: 1, untilMs: 3 }, { fromMs: 3, untilMs: 6 }])).toEqual([{ fromMs: 1, untilMs: 9 }])) // prettier-ignore

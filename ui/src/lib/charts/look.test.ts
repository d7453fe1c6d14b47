import { describe, expect, it } from 'vitest'
import {
  atTime,
  fromAddress,
  marked,
  panned,
  returned,
  toAddress,
  upToNow,
  widened,
  zoomed,
  type Look,
} from './look.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const now = Date.UTC(2026, 10, 22)
const day = upToNow('24h', now)
const hours = ({ period }: Look) => [(period.from - now) / hourMs, (period.until - now) / hourMs]
const between = (from: number, until: number) => ({ from: now + from * hourMs, until: now + until * hourMs })

describe('what charts look at', () => {
  it('moves on with the clock', () => {
    expect(hours(atTime(day, now + hourMs))).toEqual([-23, 1])
  })

  it('stands still once it was zoomed, and goes back step by step', () => {
    const once = marked(day, between(-10, -8), now)
    const twice = marked(once, between(-10, -9), now)
    expect(hours(atTime(twice, now + hourMs))).toEqual([-10, -9])
    expect(hours(returned(twice, now))).toEqual([-10, -8])
    const home = returned(returned(twice, now), now + hourMs)
    expect(home.range).toBe('24h')
    expect(hours(home)).toEqual([-23, 1])
  })

  it('pans into the past, and follows the clock again when it is back', () => {
    const past = panned(day, -0.5, now)
    expect(hours(past)).toEqual([-36, -12])
    expect(past.range).toBeNull()
    expect(panned(past, 2, now)).toEqual(day)
  })

  it.each([
    [0.5, -18, [-21, -9]],
    [0, -12, [-12 - 1 / 24, -12 + 1 / 24]],
    [1000, 0, [-366 * 24, 0]],
  ])('zooms by %d at %d h, within its bounds', (factor, at, expected) => {
    hours(zoomed(day, factor, now + at * hourMs, now)).forEach((hour, i) =>
      expect(hour).toBeCloseTo(expected[i]!, 6),
    )
  })

  it.each([
    ['the usual', day, {}],
    ['a range', upToNow('7d', now), { range: '7d' }],
    ['one of its own', marked(day, between(-24, -1), now), { ...between(-24, -1) }],
  ])('is told by an address: %s', (_, look, told) => {
    const kept = Object.entries(toAddress(look, '24h')).filter((entry) => entry[1] !== null) as [
      string,
      string,
    ][]
    expect(Object.fromEntries(kept)).toEqual(
      Object.fromEntries(Object.entries(told).map(([k, v]) => [k, String(v)])),
    )
    expect(fromAddress(new URLSearchParams(kept), '24h', now).period).toEqual(look.period)
  })

  it.each(['from=9&until=3', 'range=nonsense', 'from=x&until=y', 'from=1&until=Infinity'])(
    'takes no nonsense: %s',
    (text) => expect(fromAddress(new URLSearchParams(text), '24h', now)).toEqual(day),
  )
})

describe('what is asked for', () => {
  it('reaches half a width to both sides, as fine', () => {
    expect(widened(between(-4, -2), 200, now)).toEqual({ ...between(-5, -1), points: 400 })
  })

  it('reaches neither beyond now nor beyond what the server gives', () => {
    expect(widened(day.period, 100, now).until).toBe(now)
    const year = widened({ from: now - 366 * dayMs, until: now }, 1950, now)
    expect(year.until - year.from).toBeLessThan(400 * dayMs)
    expect(year.points).toBe(2000)
  })
})

import { describe, expect, it } from 'vitest'
import type { DiscoveryMarks } from './discoverer.ts'
import { Rediscovery } from './rediscovery.ts'

const [minute, hour] = [60_000, 3_600_000]
const marks = (more: Partial<DiscoveryMarks> = {}): DiscoveryMarks => ({
  atMs: 0,
  uptime: { atMs: 0, ticks: 8_640_000 },
  tableMark: '48 7',
  changeMark: '100 200 300',
  ...more,
})
const presence = { ticks: null, tableMark: '48 7' }

/** A device whose clock is set by hand. */
function device(place = 0) {
  let monotonicMs = 0
  const rediscovery = new Rediscovery(place, () => monotonicMs)
  const isDueAt = (ms: number, known: DiscoveryMarks | null = marks(), heard = presence) => {
    monotonicMs = ms
    rediscovery.judge(known, heard, ms)
    return rediscovery.isDue
  }
  return { rediscovery, isDueAt, passTo: (ms: number) => (monotonicMs = ms) }
}

it('is discovered as soon as it is known of', () => {
  expect(device().isDueAt(0, null)).toBe(true)
})

describe('all its tables are read', () => {
  it.each<[string, Partial<DiscoveryMarks>, place: number, notAt: number, at: number]>([
    ['once a day where it tells what changed', {}, 1, 24 * hour, 24 * hour + 1],
    ['somewhat sooner by its place', {}, 0, 18 * hour, 18 * hour + 1],
    ['four times as often where it does not tell', { changeMark: null }, 1, 6 * hour, 6 * hour + 1],
    ['after ten minutes where it had only just started', { uptime: { atMs: 0, ticks: 100 } }, 1, 10 * minute, 10 * minute + 1], // prettier-ignore
  ])('%s', (_when, more, place, notAt, at) => {
    const { isDueAt } = device(place)
    expect(isDueAt(notAt, marks(more))).toBe(false)
    expect(isDueAt(at, marks(more))).toBe(true)
  })

  it('at once when its interfaces come or go', () => {
    expect(device().isDueAt(minute, marks(), { ticks: null, tableMark: '49 8' })).toBe(true)
  })

  it('at different times for those that were discovered together', () => {
    const firstDue = (place: number) => {
      const { isDueAt } = device(place)
      let ms = 0
      while (!isDueAt(ms)) ms += minute
      return ms
    }
    expect(new Set([0, 0.25, 0.5, 0.75].map(firstDue)).size).toBe(4)
  })
})

describe('what changed is asked', () => {
  it('every hour, and another mark has all tables read', () => {
    const { rediscovery } = device(1)
    const known = marks()
    expect(rediscovery.isLookDue(known, hour)).toBe(false)
    expect(rediscovery.isLookDue(known, hour + 1)).toBe(true)
    rediscovery.looked(known, '100 200 300', hour + 1)
    expect(rediscovery.isDue).toBe(false)
    expect(rediscovery.isLookDue(known, 2 * hour)).toBe(false)
    expect(rediscovery.isLookDue(known, 2 * hour + 2)).toBe(true)
    rediscovery.looked(known, '100 201 300', 2 * hour + 2)
    expect(rediscovery.isDue).toBe(true)
  })

  it('of nobody who does not tell, nor while it is to be discovered anyway', () => {
    const { rediscovery } = device()
    expect(rediscovery.isLookDue(marks({ changeMark: null }), 5 * hour)).toBe(false)
    rediscovery.want()
    expect(rediscovery.isLookDue(marks(), 5 * hour)).toBe(false)
  })
})

it('rests five minutes between two, however often it is wanted, and forgets no wish', async () => {
  const { rediscovery, passTo } = device()
  rediscovery.want()
  await rediscovery.run(async () => undefined)
  rediscovery.want()
  passTo(5 * minute)
  expect(rediscovery.isDue).toBe(false)
  passTo(5 * minute + 1)
  expect(rediscovery.isDue).toBe(true)
})

it('is wanted still after one that failed', async () => {
  const { rediscovery, passTo } = device()
  rediscovery.want()
  await expect(rediscovery.run(() => Promise.reject(new Error('silent')))).rejects.toThrow('silent')
  passTo(5 * minute + 1)
  expect(rediscovery.isDue).toBe(true)
})

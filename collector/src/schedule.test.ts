import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { steadyClock } from './clock.ts'
import { limiter } from './limit.ts'
import { nextDue, Schedule } from './schedule.ts'

describe('the schedule', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
  afterEach(() => void vi.useRealTimers())

  it('runs once soon, then holds its place in the period', async () => {
    const schedule = new Schedule()
    const runs: number[] = []
    schedule.set('dev_1', 60_000, async () => void runs.push(Date.now()))
    await vi.advanceTimersByTimeAsync(10 * 60_000)
    expect(runs[0]! - 1_000_000).toBeLessThanOrEqual(5_000)
    const places = new Set(runs.slice(1).map((at) => Math.round(at) % 60_000))
    expect([places.size, runs.length >= 10]).toEqual([1, true])
    schedule.clear()
  })

  it('a run that takes too long costs the next one, not its own end', async () => {
    const schedule = new Schedule()
    const started: number[] = []
    schedule.set('dev_1', 1000, async () => {
      started.push(Date.now())
      await new Promise((resolve) => setTimeout(resolve, 2500))
    })
    await vi.advanceTimersByTimeAsync(20_000)
    expect(schedule.health().total.skipped).toBeGreaterThan(0)
    expect(started.slice(1).every((at, i) => at - started[i]! >= 2500)).toBe(true)
    schedule.clear()
  })

  it('runs nothing that was deleted', async () => {
    const schedule = new Schedule()
    let runs = 0
    schedule.set('dev_1', 1000, async () => void runs++)
    schedule.delete('dev_1')
    await vi.advanceTimersByTimeAsync(5000)
    expect([runs, schedule.size]).toEqual([0, 0])
  })

  it('spreads a thousand devices over the period', () => {
    const places = Array.from({ length: 1000 }, (_, i) => nextDue(`dev_${i}`, 60_000, 0) % 60_000)
    const perTenth = Array.from(
      { length: 10 },
      (_, tenth) => places.filter((at) => Math.floor(at / 6000) === tenth).length,
    )
    expect(Math.min(...perTenth)).toBeGreaterThan(50)
  })

  it('is never due in the past, nor later than one and a half periods', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 100, max: 3_600_000 }),
        fc.nat(2 ** 41),
        (id, periodMs, nowMs) => {
          const waitMs = nextDue(id, periodMs, nowMs) - nowMs
          expect(waitMs).toBeGreaterThanOrEqual(periodMs / 2 - 1)
          expect(waitMs).toBeLessThanOrEqual(periodMs * 1.5 + 1)
        },
      ),
    )
  })
})

describe('the clock', () => {
  it.each([
    ['goes with the wall clock', [0, 10, 20], [0, 10, 20], [0, 10, 20]],
    ['follows it forward', [0, 10, 20], [0, 3_600_010, 3_600_020], [0, 3_600_010, 3_600_020]],
    ['absorbs a small step back', [0, 10, 20], [0, -2000, -1990], [0, 10, 20]],
    ['follows a large one', [0, 10, 20], [0, -3_600_000, -3_599_990], [0, -3_600_000, -3_599_990]],
  ])('%s', (_name, monotonic, wall, expected) => {
    let at = 0
    const clock = steadyClock(
      () => wall[at]!,
      () => monotonic[at]!,
    )
    expect(expected.map((_, i) => ((at = i), clock()))).toEqual(expected)
  })
})

describe('the limiter', () => {
  it('lets in as many as it is wide, in order, and goes on after a failure', async () => {
    const limit = limiter(2)
    let running = 0
    let most = 0
    const order: number[] = []
    const task = (i: number) => async () => {
      most = Math.max(most, ++running)
      order.push(i)
      await Promise.resolve()
      running--
      if (i === 1) throw new Error('one fails')
      return i
    }
    const results = await Promise.allSettled([0, 1, 2, 3, 4].map((i) => limit(task(i))))
    expect([most, order]).toEqual([2, [0, 1, 2, 3, 4]])
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ])
  })
})

describe('a schedule when time is not what it seems', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000_000 }))
  afterEach(() => void vi.useRealTimers())

  const count = 600
  const periodMs = 60_000

  /** Many devices in their places, and a process that can be stopped for a while: its timers then wait. */
  async function manyInPlace() {
    let stoppedMs = 0
    const schedule = new Schedule({ monotonic: () => performance.now() + stoppedMs, wall: () => Date.now() })
    const runs: number[] = []
    for (let i = 0; i < count; i++)
      schedule.set(`dev_${i}`, periodMs, async () => void runs.push(performance.now()))
    await vi.advanceTimersByTimeAsync(3 * periodMs)
    runs.length = 0
    return { schedule, runs, stop: (ms: number) => void (stoppedMs += ms) }
  }
  const mostIn = (runs: number[], ms: number) =>
    Math.max(...runs.map((from) => runs.filter((at) => at >= from && at < from + ms).length))

  it.each([3_600_000, -3_600_000])('a clock set by %d ms moves nobody from his place', async (stepMs) => {
    const { schedule, runs } = await manyInPlace()
    vi.setSystemTime(Date.now() + stepMs)
    await vi.advanceTimersByTimeAsync(periodMs)
    expect(Math.abs(runs.length - count)).toBeLessThanOrEqual(1)
    expect(mostIn(runs, 1000)).toBeLessThan(40)
    expect(schedule.health().lastMinute).toMatchObject({ late: 0, skipped: 0 })
    schedule.clear()
  })

  it('after a pause of twenty seconds nobody is left out, and nothing stampedes', async () => {
    const { schedule, runs, stop } = await manyInPlace()
    stop(20_000)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(runs.length).toBeGreaterThan(200)
    expect(mostIn(runs, 100)).toBeLessThan(40)
    const { lastMinute, late, lateCount } = schedule.health()
    expect(lastMinute.late).toBeGreaterThan(150)
    expect([lastMinute.skipped, late.length]).toEqual([0, 20])
    expect(lateCount).toBe(lastMinute.late)
    await vi.advanceTimersByTimeAsync(2 * periodMs)
    expect(schedule.health()).toMatchObject({ lastMinute: { late: 0, skipped: 0 }, late: [], lateCount: 0 })
    schedule.clear()
  })

  it('after a night asleep everybody waits for his next place', async () => {
    const { schedule, runs, stop } = await manyInPlace()
    stop(8 * 3_600_000)
    await vi.advanceTimersByTimeAsync(periodMs + 1000)
    expect(new Set(runs).size).toBeGreaterThan(count / 2)
    expect(mostIn(runs, 1000)).toBeLessThan(60)
    expect(runs.length).toBeGreaterThanOrEqual(count)
    schedule.clear()
  })
})

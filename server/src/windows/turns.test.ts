import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Turns } from './turns.ts'

const spans = [
  { id: 'lnk_a', window: 'win_1', fromMs: 1_000, untilMs: 5_000 },
  { id: 'lnk_b', window: 'win_2', fromMs: 3_000, untilMs: 4_000 },
]
let told: string[][]
let turns: Turns
beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
  told = []
  const running = (id: string) =>
    spans.find((one) => one.id === id && one.fromMs <= Date.now() && Date.now() < one.untilMs)
  turns = new Turns({
    clock: Date.now,
    ids: () => ['lnk_a', 'lnk_b', 'lnk_c'],
    windowOf: (id) => running(id)?.window ?? null,
    nextMs: (nowMs) =>
      Math.min(...spans.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]).filter((ms) => ms > nowMs)),
    tell: (ids) => told.push(ids),
  })
})
afterEach(() => {
  turns.stop()
  vi.useRealTimers()
})

it('is silent while nothing begins or ends', () => {
  turns.start()
  vi.advanceTimersByTime(999)
  expect(told).toEqual([])
})

it('tells each beginning and each end once, when it comes', () => {
  turns.start()
  vi.advanceTimersByTime(1_000)
  expect(told).toEqual([['lnk_a']])
  vi.advanceTimersByTime(2_000)
  expect(told).toEqual([['lnk_a'], ['lnk_b']])
  vi.advanceTimersByTime(60_000)
  expect(told).toEqual([['lnk_a'], ['lnk_b'], ['lnk_b'], ['lnk_a']])
})

it('looks at nothing before it is started', () => {
  turns.look()
  vi.advanceTimersByTime(2_000)
  expect(told).toEqual([])
})

it('tells of what is changed by hand when it is looked at', () => {
  turns.start()
  spans.push({ id: 'lnk_c', window: 'win_3', fromMs: 0, untilMs: 9_000 })
  turns.look()
  expect(told).toEqual([['lnk_c']])
  spans.pop()
})

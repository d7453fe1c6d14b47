import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { PollDepth } from './device.ts'
import { Turns } from './turns.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function newTurns(atOnce: number) {
  const taken: [ms: number, depth: PollDepth][] = []
  const beganMs = performance.now()
  const take = (depth: PollDepth) => taken.push([performance.now() - beganMs, depth])
  return { turns: new Turns({ atOnce, everyMs: 5_000, take }), taken }
}

it('takes the first few at once, later ones together and as deep as the deepest, and never forgets them', () => {
  const { turns, taken } = newTurns(2)
  for (const depth of ['status', 'status', 'reachability', 'full', 'status'] as const) turns.ask(depth)
  expect(taken).toEqual([[0, 'status'], [0, 'status']]) // prettier-ignore
  vi.advanceTimersByTime(60_000)
  expect(taken.slice(2)).toEqual([[10_000, 'full']])
  turns.ask('status')
  expect(taken).toHaveLength(4)
})

it('however often it is asked, takes one in its time in the long run', () => {
  const { turns, taken } = newTurns(3)
  for (let i = 0; i < 1000; i++) {
    turns.ask('status')
    vi.advanceTimersByTime(100)
  }
  expect(taken.length).toBeLessThanOrEqual(3 + 100_000 / 5_000)
})

it('takes none once it is closed', () => {
  const { turns, taken } = newTurns(1)
  turns.ask('status')
  turns.ask('status')
  turns.close()
  vi.advanceTimersByTime(60_000)
  expect(taken).toHaveLength(1)
})

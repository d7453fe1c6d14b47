import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Gatherer } from './gatherer.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function newGatherer() {
  const handedOn: string[][] = []
  const gatherer = new Gatherer(200, async (ids) => void handedOn.push(ids))
  return { gatherer, handedOn }
}

it('hands on what comes first at once, with what comes along with it', () => {
  const { gatherer, handedOn } = newGatherer()
  for (const id of ['a', 'b', 'a']) gatherer.add(id)
  vi.advanceTimersByTime(1)
  expect(handedOn).toEqual([['a', 'b']])
})

it('gathers what follows: a storm is a few messages', () => {
  const { gatherer, handedOn } = newGatherer()
  for (let ms = 0; ms < 1000; ms += 10) {
    gatherer.add(`id${ms}`)
    vi.advanceTimersByTime(10)
  }
  vi.advanceTimersByTime(1000)
  expect(handedOn.length).toBeLessThanOrEqual(6)
  expect(handedOn.flat()).toHaveLength(100)
})

it('forgets what it has not handed on when it is stopped', async () => {
  const { gatherer, handedOn } = newGatherer()
  gatherer.add('a')
  await gatherer.stop()
  gatherer.add('b')
  vi.advanceTimersByTime(1000)
  expect(handedOn).toEqual([])
})

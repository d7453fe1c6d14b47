import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Soon } from './soon.ts'

const waitMs = 400
let asked: (() => void)[]
let soon: Soon
beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  soon = new Soon(() => new Promise<void>((resolve) => asked.push(resolve)), waitMs)
})
afterEach(() => vi.useRealTimers())

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const answer = async () => {
  asked.at(-1)!()
  await pass(0)
}

it('asks for what never ends as well: the first reason says when', async () => {
  for (let ms = 0; ms < waitMs; ms += 100) {
    soon.soon()
    await pass(100)
  }
  expect(asked).toHaveLength(1)
})

it('asks once for many reasons, and anew for those of later', async () => {
  for (let i = 0; i < 5; i++) soon.soon()
  await pass(waitMs)
  await answer()
  expect(asked).toHaveLength(1)
  soon.soon()
  await pass(waitMs)
  expect(asked).toHaveLength(2)
})

it('never asks twice at a time, so that no older answer comes last; what came meanwhile is asked for then', async () => {
  void soon.now()
  void soon.now()
  soon.soon()
  await pass(waitMs)
  expect([asked.length, soon.isAsking]).toEqual([1, true])
  await answer()
  expect(asked).toHaveLength(2)
  await answer()
  await pass(waitMs)
  expect([asked.length, soon.isAsking]).toEqual([2, false])
})

it('asks no more once it is stopped', async () => {
  void soon.now()
  void soon.now()
  soon.soon()
  soon.stop()
  await answer()
  await pass(waitMs)
  expect(asked).toHaveLength(1)
})

import { expect, it } from 'vitest'
import { Rarely } from './rarely.ts'

it('tells the first at once, and what came since a minute later, each by itself', () => {
  let nowMs = 0
  const rarely = new Rarely(() => nowMs)
  const told: string[] = []
  const add = (key: string, count = 1) => rarely.add(key, count, (total) => void told.push(`${key} ${total}`))
  add('a')
  add('a', 5)
  add('b', 2)
  add('b', 0)
  nowMs = 60_000
  add('a')
  add('b', 0)
  expect(told).toEqual(['a 1', 'b 2', 'a 6'])
})

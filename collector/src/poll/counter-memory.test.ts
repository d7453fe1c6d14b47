import { describe, expect, it } from 'vitest'
import { CounterMemory } from './counter-memory.ts'

const day = 24 * 3_600_000
const startMs = Date.UTC(2026, 0, 1)

describe('when a counter was first read', () => {
  it.each<[string, number[]]>([
    ['is known to the millisecond', [0, 1, 61_003, day]],
    ['whatever the clock is set to', [10 * day, 0, -200 * day, 5]],
    ['for weeks', [0, 20 * day]],
  ])('%s', (_name, offsets) => {
    const memory = new CounterMemory(offsets.map(() => 1e9))
    for (const [counter, offset] of offsets.entries()) {
      memory.since[counter] = memory.noteOf(startMs + offset)
      expect(memory.sinceMs(counter)).toBe(startMs + offset)
    }
  })

  it('is later than it was, never earlier, once that is years ago', () => {
    const memory = new CounterMemory([1e9])
    memory.since[0] = memory.noteOf(startMs)
    memory.since[1] = memory.noteOf(startMs + 1000 * day)
    expect(memory.sinceMs(0)).toBeGreaterThanOrEqual(startMs)
    expect(memory.sinceMs(0)).toBeLessThan(startMs + 1000 * day)
    expect(memory.sinceMs(1)).toBe(startMs + 1000 * day)
  })

  it('goes along to another memory', () => {
    const [before, after] = [new CounterMemory([1e9]), new CounterMemory([1e9, 1e9])]
    before.since[0] = before.noteOf(startMs)
    before.atMs[0] = before.lastMs = startMs + day
    after.since[0] = after.noteOf(startMs - 3 * day)
    after.copyRow(1, before, 0)
    expect(after.sinceMs(1)).toBe(startMs)
  })
})

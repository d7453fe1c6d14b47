import { describe, expect, it } from 'vitest'
import type { Agent } from './agent.ts'
import { Pending } from './pending.ts'
import { PendingTable } from './pending-table.ts'
import type { Request } from './request.ts'

/** The table asks nothing of them but their id. */
function pendingOf(id: number): Pending {
  const pending = new Pending({} as Agent, {} as Request, { timeoutMs: 1, retries: 0 })
  pending.id = id
  return pending
}

/** mulberry32: the same numbers each time. */
function randoms(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), state | 1)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

describe('PendingTable', () => {
  it.each([
    ['ids all over the range', 0x7fff_fffc],
    ['ids that crowd in few slots', 0xfc],
  ])('holds what a Map would: %s', (_name, mask) => {
    const random = randoms(mask)
    const table = new PendingTable()
    const map = new Map<number, Pending>()
    for (let step = 0; step < 50_000; step++) {
      const id = random() & mask
      if (id > 0 && !map.has(id) && map.size < 300) {
        const pending = pendingOf(id)
        table.add(pending)
        map.set(id, pending)
      } else {
        const gone = random() & 1 ? id : ([...map.keys()][random() % map.size] ?? id)
        table.delete(gone)
        map.delete(gone)
      }
      const sought = random() & mask
      if (table.get(sought) !== (map.get(sought) ?? null)) throw new Error(`step ${step}: ${sought}`)
    }
    expect(table.size).toBe(map.size)
    expect(new Set(table.filter(() => true))).toEqual(new Set(map.values()))
    for (const [id, pending] of map) expect(table.get(id)).toBe(pending)
  })
})

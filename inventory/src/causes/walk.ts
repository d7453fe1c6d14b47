import type { Rows } from './graph.ts'

const unreached = -2

/** What a walk from the roots found. */
export interface Walk {
  has(v: number): boolean
  /** The next vertex towards a root; -1 at one. */
  towards(v: number): number
}

/** Walks over all that has not failed, from roots that have not. O(vertices + edges). */
export function walkFrom(
  { size, offsets, targets }: Rows,
  failed: Uint8Array,
  roots: Iterable<number>,
): Walk {
  const parent = new Int32Array(size).fill(unreached)
  const queue = new Int32Array(size)
  let filled = 0
  for (const root of roots) {
    if (failed[root] || parent[root] !== unreached) continue
    parent[root] = -1
    queue[filled++] = root
  }
  for (let i = 0; i < filled; i++) {
    const v = queue[i]!
    for (let e = offsets[v]!; e < offsets[v + 1]!; e++) {
      const w = targets[e]!
      if (failed[w] || parent[w] !== unreached) continue
      parent[w] = v
      queue[filled++] = w
    }
  }
  return { has: (v) => parent[v] !== unreached, towards: (v) => parent[v]! }
}

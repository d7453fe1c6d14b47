import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowsOf, type Rows } from './graph.ts'
import { Reach } from './reach.ts'

const size = 14
const vertices = Array.from({ length: size }, (_, v) => v)

const graphs = fc
  .array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { minLength: size, maxLength: 2 * size })
  .map((pairs) => rowsOf(pairs.filter(([a, b]) => a !== b).flat(), size))

/** Each step: some fail or come back, and a source may come or go. */
const courses = fc.array(
  fc.record({ toggled: fc.array(fc.nat(size - 1), { maxLength: 4 }), source: fc.option(fc.nat(size - 1)) }),
  { minLength: 1, maxLength: 12 },
)

const neighboursOf = ({ offsets, targets }: Rows, v: number) => [
  ...targets.subarray(offsets[v], offsets[v + 1]),
]

/** What a plain walk reaches. */
function walk(graph: Rows, from: Iterable<number>, passes: (v: number) => boolean): Set<number> {
  const found = new Set([...from].filter(passes))
  for (const v of found) for (const w of neighboursOf(graph, v)) if (passes(w)) found.add(w)
  return found
}

/** The definition, by plain sets. */
function plainly(graph: Rows, failed: Set<number>, sources: Set<number>) {
  const reached = walk(graph, sources, (v) => sources.has(v) || !failed.has(v))
  const isFrontier = (v: number) => !reached.has(v) && neighboursOf(graph, v).some((w) => reached.has(w))
  const cutOf = (v: number) => {
    if (reached.has(v)) return []
    if (isFrontier(v)) return [v]
    const zone = walk(graph, [v], (w) => !reached.has(w) && !isFrontier(w))
    return [...new Set([...zone].flatMap((w) => neighboursOf(graph, w).filter(isFrontier)))].sort(
      (a, b) => a - b,
    )
  }
  return { reached, isFrontier, cutOf }
}

describe('after any course of failures and returns', () => {
  it('what is reached, the frontier and every cut are those of a plain walk', () => {
    fc.assert(
      fc.property(graphs, courses, fc.boolean(), (graph, course, asksBetween) => {
        const failed = new Set<number>()
        const sources = new Set([0])
        const flags = new Uint8Array(size)
        const reach = new Reach(graph, flags, sources)
        for (const { toggled, source } of course) {
          for (const v of toggled) {
            if (!failed.delete(v)) failed.add(v)
            flags[v] = Number(failed.has(v))
            reach.touch(v)
          }
          if (source) {
            if (!sources.delete(source)) sources.add(source)
            reach.setSource(source, sources.has(source))
          }
          if (!asksBetween && course.at(-1)!.toggled !== toggled) continue
          const plain = plainly(graph, failed, sources)
          const told = vertices.map((v) => [reach.isReached(v), reach.isFrontier(v), reach.cutOf(v)])
          expect(told).toEqual(
            vertices.map((v) => [plain.reached.has(v), plain.isFrontier(v), plain.cutOf(v)]),
          )
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('a cut parts the sources from what it cuts off, and would not without any one of it', () => {
    fc.assert(
      fc.property(graphs, fc.uniqueArray(fc.integer({ min: 1, max: size - 1 })), (graph, failing) => {
        const flags = new Uint8Array(size)
        for (const v of failing) flags[v] = 1
        const reach = new Reach(graph, flags, [0])
        for (let v = 0; v < size; v++) {
          const cut = reach.cutOf(v)
          if (reach.isFrontier(v) || !cut.length) continue
          const isFound = (without: readonly number[]) => walk(graph, [0], (w) => !without.includes(w)).has(v)
          expect(isFound(cut)).toBe(false)
          for (const one of cut) expect(isFound(cut.filter((other) => other !== one))).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

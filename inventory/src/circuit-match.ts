/** Which two ports are the ends of one circuit, by what is written on both where no protocol tells. Pure. */
import { circuitWords, type CircuitWords, type Place } from './circuit-words.ts'
import type { AdjacencyEnd } from './surroundings.ts'

export interface DescribedPort extends AdjacencyEnd {
  siteId: string
  /** Which of the places its site is at. */
  placeId: string
  ifAlias: string
}

/** `number`: both bear the circuit's number. `place`: each names where the other stands, and no third could be meant. */
export interface DescribedPair {
  a: DescribedPort
  z: DescribedPort
  by: 'number' | 'place'
}

interface Reading extends DescribedPort {
  words: CircuitWords
}

/** O(ports · (text + places)). What more than two could be is nobody's. */
export function describedPairs(ports: readonly DescribedPort[], places: readonly Place[]): DescribedPair[] {
  const read = ports.flatMap((port): Reading[] =>
    port.ifAlias.trim() === '' ? [] : [{ ...port, words: circuitWords(port.ifAlias, places) }],
  )
  const numbered = byNumber(read)
  const taken = new Set(numbered.flatMap(({ a, z }) => [a, z]))
  return [...numbered, ...byPlace(read.filter((port) => !taken.has(port)))]
}

function byNumber(ports: readonly Reading[]): DescribedPair[] {
  const groups = groupedBy(ports, ({ words }) => words.number?.toUpperCase() ?? null)
  return [...groups.values()].flatMap((ends): DescribedPair[] => {
    const [a, z] = ends
    return a && z && ends.length === 2 && a.siteId !== z.siteId ? [{ a, z, by: 'number' }] : []
  })
}

function byPlace(ports: readonly Reading[]): DescribedPair[] {
  const directions = groupedBy(ports, ({ placeId, words }) => words.placeId && directionOf(placeId, words.placeId)) // prettier-ignore
  const facing = (port: Reading) =>
    (directions.get(directionOf(port.words.placeId!, port.placeId)) ?? []).filter((other) => agree(port.words, other.words)) // prettier-ignore
  return ports.flatMap((a): DescribedPair[] => {
    const { placeId } = a.words
    if (placeId === null || placeId <= a.placeId) return [] // from one side, or each pair came twice
    const [z, ...others] = facing(a)
    return z && others.length === 0 && facing(z).length === 1 ? [{ a, z, by: 'place' }] : []
  })
}

const directionOf = (from: string, to: string) => `${from} ${to}`

/** What both say is the same; what one leaves out is no contradiction. */
const agree = (one: CircuitWords, other: CircuitWords) =>
  (['carrier', 'number', 'bandwidthBps', 'access', 'role'] as const).every(
    (word) => one[word] === null || other[word] === null || one[word] === other[word],
  )

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    if (key === null) continue
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

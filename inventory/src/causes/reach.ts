/**
 * What is reached from the sources over what stands, kept while things fail and come back, and what cuts off the rest.
 *
 * - *Reached*: a way of standing vertices leads there from a source. A spanning forest is kept. What fails loosens the tree below
 *   it and no more; what hangs loose is hung up again where a reached neighbour is left; what comes back is walked from there.
 * - *Frontier*: failed, and beside what is reached. Only these can be mended from here.
 * - *Zone*: a connected part of what is neither. The frontier around it is its cut: the minimal cut nearest to the sources, since
 *   each of it has a reached neighbour and a neighbour in the zone. If one failure dominates the zone, it is the only one there.
 *
 * Each of the three follows from the graph and from what has failed now, never from the order in which it did.
 *
 * Cost: a failure or return O(edges of what is loosened or joined); many at once are settled together, and cost no more than one
 * walk over everything. A zone is walked when it is asked for, once for as long as it stays the same; asking again is O(1).
 * Memory: 14 octets a vertex, and the graph's.
 */
import type { Rows } from './graph.ts'

const [away, reached, loose] = [0, 1, 2] as const
const nobody = -1

export class Reach {
  readonly #graph: Rows
  readonly #failed: Uint8Array
  readonly #isSource: Uint8Array
  readonly #status: Uint8Array
  readonly #parent: Int32Array
  /** How many neighbours are reached. */
  readonly #touch: Int32Array
  readonly #zoneAt: Int32Array
  readonly #zones = new Map<number, readonly number[]>()
  #zoneCount = 0
  #pending: number[] = []

  /** `failed`: by vertex, 1 for what has failed; whoever changes it says so by `touch`. */
  constructor(graph: Rows, failed: Uint8Array, sources: Iterable<number>) {
    this.#graph = graph
    this.#failed = failed
    this.#isSource = new Uint8Array(graph.size)
    this.#status = new Uint8Array(graph.size)
    this.#parent = new Int32Array(graph.size).fill(nobody)
    this.#touch = new Int32Array(graph.size)
    this.#zoneAt = new Int32Array(graph.size).fill(-1)
    for (const v of sources) this.setSource(v, true)
  }

  /** It has failed, or come back. */
  touch(v: number): void {
    this.#pending.push(v)
  }

  /** What gives a sign of life is reached, whatever the map says. */
  setSource(v: number, isSource: boolean): void {
    if (this.#isSource[v] === Number(isSource)) return
    this.#isSource[v] = Number(isSource)
    this.#pending.push(v)
  }

  isReached(v: number): boolean {
    this.settle()
    return this.#status[v] === reached
  }

  /** Failed, beside what is reached. */
  isFrontier(v: number): boolean {
    this.settle()
    return this.#status[v] !== reached && this.#touch[v]! > 0
  }

  /** What cuts a vertex off: itself at the frontier; nothing when it is reached, or no way ever led there. */
  cutOf(v: number): readonly number[] {
    this.settle()
    if (this.#status[v] === reached) return []
    if (this.#touch[v]! > 0) return [v]
    return this.#zones.get(this.#zoneAt[v]!) ?? this.#walkZone(v)
  }

  /** Takes up what has changed since. */
  settle(): void {
    if (!this.#pending.length) return
    const pending = this.#pending
    this.#pending = []
    const loosened: number[] = []
    const seeds: number[] = []
    for (const v of pending) {
      if (this.#status[v] === reached && this.#falls(v)) this.#loosen(v, loosened)
      else if (this.#status[v] === away && this.#stands(v)) seeds.push(v)
    }
    for (const v of loosened) if (this.#stands(v)) seeds.push(v)
    const gained = this.#join(seeds)
    for (const v of loosened) {
      if (this.#status[v] !== loose) continue
      this.#status[v] = away
      this.#reclass(v, -1)
    }
    for (const v of gained) this.#reclass(v, 1)
  }

  #stands(v: number): boolean {
    return this.#failed[v] === 0 || this.#isSource[v] === 1
  }

  #falls(v: number): boolean {
    return !this.#stands(v) || (this.#parent[v] === nobody && this.#isSource[v] === 0)
  }

  /** All that hangs on it in the forest. */
  #loosen(from: number, loosened: number[]): void {
    const { offsets, targets } = this.#graph
    this.#status[from] = loose
    loosened.push(from)
    for (let i = loosened.length - 1; i < loosened.length; i++) {
      const v = loosened[i]!
      for (let e = offsets[v]!; e < offsets[v + 1]!; e++) {
        const w = targets[e]!
        if (this.#parent[w] !== v || this.#status[w] !== reached) continue
        this.#status[w] = loose
        loosened.push(w)
      }
    }
    for (let i = loosened.length - 1; loosened[i] !== from; i--) this.#parent[loosened[i]!] = nobody
    this.#parent[from] = nobody
  }

  /** Walks on from those that are sources or beside what is reached; answers those that were not reached before. */
  #join(seeds: readonly number[]): number[] {
    const { offsets, targets } = this.#graph
    const queue: number[] = []
    const gained: number[] = []
    const hang = (v: number, parent: number) => {
      if (this.#status[v] === away) gained.push(v)
      this.#status[v] = reached
      this.#parent[v] = parent
      queue.push(v)
    }
    for (const v of seeds) {
      if (this.#status[v] === reached) continue
      const parent = this.#isSource[v] ? nobody : this.#reachedNeighbour(v)
      if (this.#isSource[v] || parent !== nobody) hang(v, parent)
    }
    for (let i = 0; i < queue.length; i++) {
      const v = queue[i]!
      for (let e = offsets[v]!; e < offsets[v + 1]!; e++) {
        const w = targets[e]!
        if (this.#status[w] !== reached && this.#stands(w)) hang(w, v)
      }
    }
    return gained
  }

  #reachedNeighbour(v: number): number {
    const { offsets, targets } = this.#graph
    for (let e = offsets[v]!; e < offsets[v + 1]!; e++)
      if (this.#status[targets[e]!] === reached) return targets[e]!
    return nobody
  }

  /** Its neighbours have one reached neighbour more or less; zones that this borders are walked anew. */
  #reclass(v: number, by: 1 | -1): void {
    const { offsets, targets } = this.#graph
    this.#forgetZonesAt(v)
    for (let e = offsets[v]!; e < offsets[v + 1]!; e++) {
      const w = targets[e]!
      const before = this.#touch[w]!
      this.#touch[w] = before + by
      if ((before === 0 || before + by === 0) && this.#status[w] !== reached) this.#forgetZonesAt(w)
    }
  }

  #forgetZonesAt(v: number): void {
    if (!this.#zones.size) return
    const { offsets, targets } = this.#graph
    this.#zones.delete(this.#zoneAt[v]!)
    for (let e = offsets[v]!; e < offsets[v + 1]!; e++) this.#zones.delete(this.#zoneAt[targets[e]!]!)
  }

  #walkZone(from: number): readonly number[] {
    const { offsets, targets } = this.#graph
    const zone = this.#zoneCount++
    const cut = new Set<number>()
    const queue = [from]
    this.#zoneAt[from] = zone
    for (let i = 0; i < queue.length; i++) {
      const v = queue[i]!
      for (let e = offsets[v]!; e < offsets[v + 1]!; e++) {
        const w = targets[e]!
        if (this.#touch[w]! > 0) cut.add(w)
        else if (this.#zoneAt[w] !== zone) {
          this.#zoneAt[w] = zone
          queue.push(w)
        }
      }
    }
    const found = [...cut].sort((a, b) => a - b)
    this.#zones.set(zone, found)
    return found
  }
}

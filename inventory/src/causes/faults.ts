import type { EstateGraph } from './graph.ts'
import type { Reach } from './reach.ts'

/** How a site looks: seen, dark, or nobody knows. */
export type Sight = 'seen' | 'dark' | 'unknown'

/** What has failed by the newest evidence: circuits and devices that are down, and all that stands at a site that is dark. */
export class Faults {
  readonly graph: EstateGraph
  /** By vertex: 1 for what nothing passes. */
  readonly failed: Uint8Array
  readonly #down: Uint8Array
  readonly #sight: Sight[]
  /** Counts what has changed. */
  version = 0
  readonly #watchers: { reach: Reach; trustsSight: boolean; roots: ReadonlySet<number> }[] = []

  constructor(graph: EstateGraph) {
    this.graph = graph
    this.failed = new Uint8Array(graph.size)
    this.#down = new Uint8Array(graph.size)
    this.#sight = new Array<Sight>(graph.siteCount).fill('unknown')
  }

  /** `trustsSight`: sites that are seen count as reached. `roots` always do. */
  watch(reach: Reach, trustsSight: boolean, roots: readonly number[]): void {
    this.#watchers.push({ reach, trustsSight, roots: new Set(roots) })
    if (!trustsSight) return
    for (const [site, sight] of this.#sight.entries()) if (sight === 'seen') reach.setSource(site, true)
  }

  /** A circuit or device is down, or is not; what is not in the graph is passed over. O(1), and what follows when it is asked. */
  setDown(id: string, isDown: boolean): void {
    const v = this.graph.vertex(id)
    if (v < this.graph.siteCount || this.#down[v] === Number(isDown)) return
    this.version++
    this.#down[v] = Number(isDown)
    this.#set(v, isDown || this.isDark(this.graph.siteOf[v]!))
  }

  setSight(siteId: string, sight: Sight): void {
    const site = this.graph.vertex(siteId)
    if (!this.graph.isSite(site) || this.#sight[site] === sight) return
    this.version++
    const isDark = sight === 'dark'
    const wasDark = this.isDark(site)
    this.#sight[site] = sight
    for (const { reach, trustsSight, roots } of this.#watchers)
      if (trustsSight && !roots.has(site)) reach.setSource(site, sight === 'seen')
    if (isDark === wasDark) return
    this.#set(site, isDark)
    for (const v of this.graph.neighbours(site))
      if (this.graph.isDevice(v)) this.#set(v, isDark || this.isDown(v))
  }

  isDown(v: number): boolean {
    return this.#down[v] === 1
  }

  isDark(site: number): boolean {
    return this.#sight[site] === 'dark'
  }

  #set(v: number, isFailed: boolean): void {
    if (this.failed[v] === Number(isFailed)) return
    this.failed[v] = Number(isFailed)
    for (const { reach } of this.#watchers) reach.touch(v)
  }
}

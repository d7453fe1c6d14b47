/** Ways between sites: which end of a link is nearer to us, and what hangs below it. What fails on them: `causes.ts`. */
import type { GraphLink } from './causes/graph.ts'

export class Topology {
  readonly #links = new Map<string, GraphLink>()
  readonly #linksOf = new Map<string, GraphLink[]>()
  readonly #depth = new Map<string, number>()

  /** `rootSiteIds`: where collectors stand; without any, every site that is no link's lower end. O(sites + links). */
  constructor(links: Iterable<GraphLink>, rootSiteIds: Iterable<string>) {
    for (const link of links) {
      this.#links.set(link.id, link)
      for (const siteId of [link.upperSiteId, link.lowerSiteId]) {
        const list = this.#linksOf.get(siteId)
        if (list) list.push(link)
        else this.#linksOf.set(siteId, [link])
      }
    }
    for (const list of this.#linksOf.values()) list.sort((a, b) => (a.id < b.id ? -1 : 1))
    this.#measure([...rootSiteIds])
  }

  #measure(roots: string[]): void {
    const lower = new Set([...this.#links.values()].map((link) => link.lowerSiteId))
    const starts = roots.length ? roots : [...this.#linksOf.keys()].filter((id) => !lower.has(id))
    for (const id of starts) this.#depth.set(id, 0)
    for (let ring = starts; ring.length;) {
      const next: string[] = []
      for (const id of ring) {
        for (const link of this.#linksOf.get(id) ?? []) {
          const far = otherEnd(link, id)
          if (this.#depth.has(far)) continue
          this.#depth.set(far, this.#depth.get(id)! + 1)
          next.push(far)
        }
      }
      ring = next
    }
  }

  /** Hops from the collector; sites that no link joins to it are infinitely far. */
  depth(siteId: string): number {
    return this.#depth.get(siteId) ?? Infinity
  }

  /** The end of a link that is nearer to the collector; of two equally near, the upper. */
  nearSite(link: GraphLink): string {
    return this.depth(link.lowerSiteId) < this.depth(link.upperSiteId) ? link.lowerSiteId : link.upperSiteId
  }

  /** Links that lead from a site towards the collector, nearest first. */
  uplinks(siteId: string): GraphLink[] {
    return (this.#linksOf.get(siteId) ?? []).filter((link) => this.nearSite(link) !== siteId)
  }

  /** Every site that hangs below a link: its far end and all that is further out. */
  sitesBelow(linkId: string): string[] {
    const link = this.#links.get(linkId)
    if (!link) return []
    const far = otherEnd(link, this.nearSite(link))
    const found = new Set([far])
    for (const siteId of found) {
      for (const next of this.#linksOf.get(siteId) ?? []) {
        if (this.nearSite(next) === siteId) found.add(otherEnd(next, siteId))
      }
    }
    return [...found]
  }

  /** The links from a site to the nearest root, nearest to the site first; null when none lead there. */
  wayTo(siteId: string): GraphLink[] | null {
    const way: GraphLink[] = []
    for (let at = siteId; this.depth(at) > 0;) {
      const link = this.uplinks(at).find((one) => this.depth(this.nearSite(one)) < this.depth(at))
      if (!link) return null
      way.push(link)
      at = this.nearSite(link)
    }
    return way
  }
}

function otherEnd(link: GraphLink, siteId: string): string {
  return link.upperSiteId === siteId ? link.lowerSiteId : link.upperSiteId
}

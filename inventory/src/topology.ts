/**
 * Which finding explains which. The estate as a graph: sites joined by links, links carried by circuits, circuits ending at
 * devices. Everything is seen from where the collectors stand.
 */
import type { Condition } from './condition.ts'

export interface TopologyCircuit {
  id: string
  aDeviceId: string
  zDeviceId: string
}

export interface TopologyLink {
  id: string
  upperSiteId: string
  lowerSiteId: string
  circuits: TopologyCircuit[]
}

export interface TopologyDevice {
  id: string
  siteId: string
  role: string
}

/** An open finding: something is wrong with an entity. */
export interface Finding {
  entityId: string
  condition: Condition
}

/** What the explanation needs to know of the moment. */
export interface Moment {
  has(entityId: string, condition: Condition): boolean
  isDark(siteId: string): boolean
  /** Circuits of a link that are down now. */
  isDown(circuitId: string): boolean
}

export class Topology {
  readonly #links = new Map<string, TopologyLink>()
  readonly #devices = new Map<string, TopologyDevice>()
  readonly #linksOf = new Map<string, TopologyLink[]>()
  readonly #depth = new Map<string, number>()

  /** `rootSiteIds`: where collectors stand; without any, every site that is no link's lower end. O(sites + links). */
  constructor(
    devices: Iterable<TopologyDevice>,
    links: Iterable<TopologyLink>,
    rootSiteIds: Iterable<string>,
  ) {
    for (const device of devices) this.#devices.set(device.id, device)
    for (const link of links) {
      this.#links.set(link.id, link)
      for (const siteId of [link.upperSiteId, link.lowerSiteId]) {
        this.#linksOf.set(siteId, [...(this.#linksOf.get(siteId) ?? []), link])
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
  nearSite(link: TopologyLink): string {
    return this.depth(link.lowerSiteId) < this.depth(link.upperSiteId) ? link.lowerSiteId : link.upperSiteId
  }

  /** Links that lead from a site towards the collector, nearest first. */
  uplinks(siteId: string): TopologyLink[] {
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

  /** Whether a dark site's silence could come from something nearer to the collector. */
  isBehindLinks(siteId: string): boolean {
    return this.uplinks(siteId).length > 0
  }

  /** The finding that explains this one, or null when it stands for itself. O(path to the collector). */
  explain(finding: Finding, now: Moment): Finding | null {
    const cause = this.#candidate(finding, now)
    return cause && (cause.entityId !== finding.entityId || cause.condition !== finding.condition)
      ? cause
      : null
  }

  #candidate({ entityId, condition }: Finding, now: Moment): Finding | null {
    switch (condition) {
      case 'link-state':
        return this.#whyLink(entityId, now)
      case 'device-unreachable': {
        const device = this.#devices.get(entityId)
        return device ? this.#whyDark(device.siteId, now) : null
      }
      case 'device-down': {
        const device = this.#devices.get(entityId)
        if (!device) return null
        return present(device.siteId, 'mains-lost', now) ?? present(device.siteId, 'site-silent', now)
      }
      case 'site-silent':
        return this.#whyDark(entityId, now)
      default:
        return null
    }
  }

  /** A UPS that complains while its site is without mains says nothing new. */
  explainSensor(deviceId: string, now: Moment): Finding | null {
    const device = this.#devices.get(deviceId)
    return device?.role === 'ups' ? present(device.siteId, 'mains-lost', now) : null
  }

  /** A check of what stands on a device that is down, or at a dark site, is explained by whatever explains that. */
  explainCheck(
    { deviceId, siteId }: { deviceId: string | null; siteId: string | null },
    now: Moment,
  ): Finding | null {
    const down = deviceId ? present(deviceId, 'device-down', now) : null
    if (down) return this.explain(down, now) ?? down
    return siteId && now.isDark(siteId) ? this.#whyDark(siteId, now) : null
  }

  /** What cuts a site off from here, though nobody looks out from there any more: its power, its silence, or no circuit is left. */
  explainLost(siteId: string, now: Moment): Finding | null {
    return (
      present(siteId, 'mains-lost', now) ??
      this.#whyCut(siteId, now, new Set()) ??
      present(siteId, 'site-silent', now)
    )
  }

  /** The links from a site to the nearest root, nearest to the site first; null when none lead there. */
  wayTo(siteId: string): TopologyLink[] | null {
    const way: TopologyLink[] = []
    for (let at = siteId; this.depth(at) > 0;) {
      const link = this.uplinks(at).find((one) => this.depth(this.nearSite(one)) < this.depth(at))
      if (!link) return null
      way.push(link)
      at = this.nearSite(link)
    }
    return way
  }

  /** Every way is cut: the cut that is nearest to the root. */
  #whyCut(siteId: string, now: Moment, visited: Set<string>): Finding | null {
    visited.add(siteId)
    const ways = this.uplinks(siteId).filter((link) => !visited.has(this.nearSite(link)))
    const causes = ways.map((link) => {
      const near = this.nearSite(link)
      const dark = now.isDark(near) ? this.#whyDark(near, now) : null
      return dark ?? this.#whyCut(near, now, visited) ?? wholeCut(link, now)
    })
    return causes.every((cause) => cause !== null) ? (causes[0] ?? null) : null
  }

  /** A link is explained only when each circuit that is down is; the first one's cause stands for all. */
  #whyLink(linkId: string, now: Moment): Finding | null {
    const link = this.#links.get(linkId)
    if (!link) return null
    const near = this.nearSite(link)
    if (now.isDark(near)) return this.#whyDark(near, now)
    const down = link.circuits.filter((circuit) => now.isDown(circuit.id))
    const causes = down.map((circuit) => this.#whyCircuit(circuit, now))
    return causes.every((cause) => cause !== null) ? (causes[0] ?? null) : null
  }

  #whyCircuit(circuit: TopologyCircuit, now: Moment): Finding | null {
    for (const deviceId of [circuit.aDeviceId, circuit.zDeviceId]) {
      const siteId = this.#devices.get(deviceId)?.siteId
      const mains = siteId && now.isDark(siteId) ? present(siteId, 'mains-lost', now) : null
      const cause = mains ?? present(deviceId, 'device-down', now)
      if (cause) return cause
    }
    return null
  }

  /** Walks towards the collector to the last thing that can still be seen. */
  #whyDark(siteId: string, now: Moment, visited = new Set<string>()): Finding | null {
    const mains = present(siteId, 'mains-lost', now)
    if (mains) return mains
    visited.add(siteId)
    const uplinks = this.uplinks(siteId)
    for (const link of uplinks) {
      if (!now.isDark(this.nearSite(link)) && now.has(link.id, 'link-state'))
        return { entityId: link.id, condition: 'link-state' }
    }
    for (const link of uplinks) {
      const near = this.nearSite(link)
      if (!now.isDark(near) || visited.has(near)) continue
      const cause = this.#whyDark(near, now, visited)
      if (cause) return cause
    }
    return present(siteId, 'site-silent', now)
  }
}

function otherEnd(link: TopologyLink, siteId: string): string {
  return link.upperSiteId === siteId ? link.lowerSiteId : link.upperSiteId
}

function wholeCut({ id, circuits }: TopologyLink, now: Moment): Finding | null {
  return circuits.every((circuit) => now.isDown(circuit.id)) ? present(id, 'link-state', now) : null
}

function present(entityId: string, condition: Condition, now: Moment): Finding | null {
  return now.has(entityId, condition) ? { entityId, condition } : null
}

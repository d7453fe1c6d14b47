import { explainersOf, lingersMs, type Explainer } from './explainers.ts'
import type { AskedFinding, Cause, CauseFinding, Moment } from './finding.ts'
import { isSame } from './finding.ts'
import type { Faults } from './faults.ts'
import type { EstateGraph, GraphLink } from './graph.ts'
import { Reach } from './reach.ts'

/**
 * Which finding explains which. A site that is cut off is explained by its cut (`reach.ts`): the failure nearest to us is the
 * cause, the others of the cut are named beside it, in the order of (steps from us, id). A link that is down is explained by its
 * ends, or by the cut when nobody can see it. What is told is always a root: a finding that nothing explains in its turn.
 *
 * The answer follows from the estate and from what is found now. O(1) for what is asked again, O(zone) for the first of a zone.
 */
export class Causes {
  readonly #faults: Faults
  readonly #reach: Reach
  readonly #depth: Int32Array
  /** Of cuts that were asked about at this moment. */
  readonly #told = new Map<readonly number[], Cause | null>()
  #toldOf: { now: Moment; size: number; version: number } | undefined

  /** `rootSiteIds`: where it is seen from. `trustsSight`: sites that are seen count as reached. */
  constructor(faults: Faults, rootSiteIds: Iterable<string>, trustsSight = true) {
    const roots = faults.graph.roots(rootSiteIds)
    this.#faults = faults
    this.#depth = faults.graph.depths(roots)
    this.#reach = new Reach(faults.graph, faults.failed, roots)
    faults.watch(this.#reach, trustsSight, roots)
  }

  /** The finding that explains this one, and those that do so with it; null when it stands for itself. */
  explain(finding: AskedFinding, now: Moment): Cause | null {
    const cause = this.#causeOf(finding, now)
    return cause && !isSame(cause.primary, finding) ? cause : null
  }

  /** What cuts a site off, though nobody looks out from there any more: its power, what lies on the way, or its silence. */
  explainLost(siteId: string, now: Moment): Cause | null {
    return this.#whySite(this.#faults.graph.vertex(siteId), now)
  }

  #causeOf(finding: AskedFinding, now: Moment): Cause | null {
    for (const explainer of explainersOf(finding)) {
      const cause = this.#ask(explainer, finding, now)
      if (cause) return cause
    }
    return null
  }

  #ask(explainer: Explainer, finding: AskedFinding, now: Moment): Cause | null {
    const { graph } = this.#faults
    const entity = graph.vertex(finding.entityId)
    const device = finding.entityType === 'device' ? entity : graph.vertex(finding.deviceId ?? '')
    const site = siteAmong(graph, entity, device, finding.siteId)
    switch (explainer) {
      case 'ends':
        return this.#whyLink(finding.entityId, now)
      case 'cut':
        return this.#whySite(site, now)
      case 'dark':
        return this.#faults.isDark(site) ? this.#whySite(site, now) : null
      case 'mains':
        return alone(this.#present(site, 'mains-lost', now))
      case 'mains-by-ups':
        return graph.roleOf(device) === 'ups' ? alone(this.#present(site, 'mains-lost', now)) : null
      case 'site':
        return alone(this.#whyDeviceDown(entity, now))
      case 'device':
        return alone(this.#deviceDown(device, now))
      case 'device-itself':
        return graph.roleOf(device) === 'environment' ? null : alone(this.#deviceDown(device, now))
      case 'circuit':
        return this.#whyCircuit(finding, now)
      case 'link':
        return this.#whyCircuit(finding, now) ?? this.#whyOther(finding, now)
      case 'upper-end':
        return this.#whyUpperEnd(finding, now)
      case 'way':
        return alone(this.#whyWay(site, now))
      default:
        return null // whoever finds such things answers
    }
  }

  #circuitOf({ entityType, entityId }: AskedFinding): { vertex: number; link: GraphLink } | null {
    const { graph } = this.#faults
    const vertex = graph.vertex(entityType === 'interface' ? (graph.circuitAt(entityId)?.id ?? '') : entityId)
    return graph.isCircuit(vertex) ? { vertex, link: graph.links[graph.linkOf[vertex]!]! } : null
  }

  /** Its own line is ill, or was so lately that it is still found: one that flaps is well at times. */
  #whyCircuit(finding: AskedFinding, now: Moment): Cause | null {
    const found = this.#circuitOf(finding)
    if (!found || !this.#isIll(found.vertex, now, lingersMs(finding.condition))) return null
    return alone(this.#whyEnds(found.vertex, now)) ?? this.#orWhy(found.link, now)
  }

  /** Traffic goes another way than usual. A backup that is dead leaves it where it is. */
  #whyOther(finding: AskedFinding, now: Moment): Cause | null {
    const { graph } = this.#faults
    const link = graph.link(finding.entityId) ?? this.#circuitOf(finding)?.link
    return link && this.#bends(link.id, now, lingersMs(finding.condition)) ? this.#orWhy(link, now) : null
  }

  #orWhy(link: GraphLink, now: Moment): Cause {
    return (
      this.#whyLink(link.id, now) ?? { primary: { entityId: link.id, condition: 'link-state' }, others: [] }
    )
  }

  #isIll(circuit: number, now: Moment, withinMs: number): boolean {
    if (this.#faults.isDown(circuit)) return true
    const { state, forMs } = now.standing?.(this.#faults.graph.ids[circuit]!) ?? unsaid
    return state === 'degraded' || (state === 'up' && forMs < withinMs)
  }

  #bends(linkId: string, now: Moment, withinMs = 0): boolean {
    const { state, forMs } = now.standing?.(linkId) ?? unsaid
    if (now.has(linkId, 'link-state')) return state !== 'unprotected'
    return state === 'normal' && forMs < withinMs
  }

  #whyUpperEnd({ entityId, condition }: AskedFinding, now: Moment): Cause | null {
    const upper = this.#faults.graph.circuitAt(entityId)?.aInterfaceId
    if (upper === undefined || upper === entityId || !now.has(upper, condition)) return null
    return alone({ entityId: upper, condition })
  }

  /** The link nearest to us, on the shortest ways to a site, that bends what passes it. O(ways). */
  #whyWay(site: number, now: Moment): CauseFinding | null {
    const { graph } = this.#faults
    const way = [site].filter((v) => graph.isSite(v) && this.#depth[v]! > 0)
    const links = new Set<number>()
    const seen = new Set(way)
    for (const v of way) {
      if (graph.isCircuit(v)) links.add(graph.linkOf[v]!)
      for (const next of graph.neighbours(v)) {
        if (this.#depth[next]! !== this.#depth[v]! - 1 || seen.has(next)) continue
        seen.add(next)
        way.push(next)
      }
    }
    for (const at of [...links].reverse())
      if (this.#bends(graph.links[at]!.id, now)) return this.#rootOfLink(at, now)
    return null
  }

  #whyDeviceDown(device: number, now: Moment): CauseFinding | null {
    const site = this.#faults.graph.siteOf[device] ?? -1
    return this.#present(site, 'mains-lost', now) ?? this.#present(site, 'site-silent', now)
  }

  #whySite(site: number, now: Moment): Cause | null {
    const mains = this.#present(site, 'mains-lost', now)
    if (mains) return alone(mains)
    return this.#whyCut(site, now) ?? alone(this.#present(site, 'site-silent', now))
  }

  /** What cuts a vertex off: each failure of the cut by its root, nearest first. */
  #whyCut(v: number, now: Moment): Cause | null {
    const cut = this.#reach.cutOf(v)
    if (cut.length < 2) return cut.length ? alone(this.#rootAt(cut[0]!, now)) : null
    this.#forgetOtherMoments(now)
    let cause = this.#told.get(cut)
    if (cause === undefined) this.#told.set(cut, (cause = this.#weigh(cut, now)))
    return cause
  }

  #forgetOtherMoments(now: Moment): void {
    const { size } = now
    const { version } = this.#faults
    const of = this.#toldOf
    if (of?.now === now && of.size === size && of.version === version) return
    this.#told.clear()
    this.#toldOf = { now, size, version }
  }

  #weigh(cut: readonly number[], now: Moment): Cause | null {
    const found = new Map<string, { finding: CauseFinding; depth: number }>()
    for (const failed of cut) {
      const finding = this.#rootAt(failed, now)
      if (!finding) continue
      const key = `${finding.entityId}|${finding.condition}`
      const depth = this.#depth[failed]!
      if ((found.get(key)?.depth ?? Infinity) > depth) found.set(key, { finding, depth })
    }
    const [primary, ...others] = [...found]
      .sort(([a, { depth: nearA }], [b, { depth: nearB }]) => nearA - nearB || (a < b ? -1 : 1))
      .map(([, { finding }]) => finding)
    return primary ? { primary, others } : null
  }

  /** What is told of a failure at the frontier. */
  #rootAt(failed: number, now: Moment): CauseFinding | null {
    const { graph } = this.#faults
    if (graph.isCircuit(failed)) return this.#rootOfLink(graph.linkOf[failed]!, now)
    if (graph.isSite(failed)) return this.#rootOfDark(failed, failed, now)
    return this.#deviceDown(failed, now) ?? this.#rootOfDark(failed, graph.siteOf[failed]!, now)
  }

  /** A dark site at whose door we stand: its power; a link there that is not well; or its own silence. */
  #rootOfDark(door: number, site: number, now: Moment): CauseFinding | null {
    const { graph } = this.#faults
    const mains = this.#present(site, 'mains-lost', now)
    if (mains) return mains
    for (const v of graph.neighbours(door)) {
      if (!graph.isCircuit(v) || !this.#reach.isReached(v)) continue
      const link = this.#rootOfLink(graph.linkOf[v]!, now)
      if (link) return link
    }
    return this.#present(site, 'site-silent', now)
  }

  /** What its ends say of a link, else itself; null while nothing is found of it. */
  #rootOfLink(at: number, now: Moment): CauseFinding | null {
    const link = this.#faults.graph.links[at]!
    const { id } = link
    if (!now.has(id, 'link-state')) return null
    const causes = this.#downOf(link).map((v) => this.#whyEnds(v, now))
    const first = causes.every((cause) => cause !== null) ? causes[0] : undefined
    return first ?? { entityId: id, condition: 'link-state' }
  }

  /** A link is explained only when each circuit that is down is; the first one's cause stands for all. */
  #whyLink(linkId: string, now: Moment): Cause | null {
    const link = this.#faults.graph.link(linkId)
    if (!link) return null
    const down = this.#downOf(link)
    if (!down.length) return this.#whyUnseen(link, now)
    const causes = down.map((v) => alone(this.#whyEnds(v, now)) ?? this.#whyHidden(v, now))
    return causes.every((cause) => cause !== null) ? (causes[0] ?? null) : null
  }

  #downOf({ circuits }: GraphLink): number[] {
    return circuits.map(({ id }) => this.#faults.graph.vertex(id)).filter((v) => this.#faults.isDown(v))
  }

  /** Nobody can look at it from either end: whatever cuts off the nearer one. */
  #whyUnseen({ upperSiteId, lowerSiteId }: GraphLink, now: Moment): Cause | null {
    const [upper, lower] = [this.#faults.graph.vertex(upperSiteId), this.#faults.graph.vertex(lowerSiteId)]
    const near = this.#isNearer(lower, upper) ? lower : upper
    return this.#faults.isDark(near) ? this.#whySite(near, now) : null
  }

  #isNearer(a: number, b: number): boolean {
    const [far, near] = [this.#depth[b]! >>> 0, this.#depth[a]! >>> 0] // -1, nowhere, is the farthest
    return near < far
  }

  #whyHidden(circuit: number, now: Moment): Cause | null {
    return this.#reach.isFrontier(circuit) ? null : this.#whyCut(circuit, now)
  }

  /** A circuit ends where its device does, and where there is no power. */
  #whyEnds(circuit: number, now: Moment): CauseFinding | null {
    const { graph } = this.#faults
    for (const device of graph.neighbours(circuit)) {
      const site = graph.siteOf[device]!
      const mains = this.#faults.isDark(site) ? this.#present(site, 'mains-lost', now) : null
      const cause = mains ?? this.#deviceDown(device, now)
      if (cause) return cause
    }
    return null
  }

  /** The device's own failure, or what explains it. */
  #deviceDown(device: number, now: Moment): CauseFinding | null {
    const { graph } = this.#faults
    if (!graph.isDevice(device) || !this.#faults.isDown(device)) return null
    return this.#whyDeviceDown(device, now) ?? { entityId: graph.ids[device]!, condition: 'device-down' }
  }

  #present(site: number, condition: 'mains-lost' | 'site-silent', now: Moment): CauseFinding | null {
    const entityId = this.#faults.graph.ids[site]
    return entityId !== undefined && now.has(entityId, condition) ? { entityId, condition } : null
  }
}

const alone = (primary: CauseFinding | null): Cause | null => primary && { primary, others: [] }
const unsaid = { state: 'unknown', forMs: Infinity }

/** The site itself, or where a thing or its device stands; -1 where neither is known. */
function siteAmong(graph: EstateGraph, entity: number, device: number, siteId: string | null = null): number {
  if (graph.isSite(entity)) return entity
  if (siteId) return graph.vertex(siteId)
  return graph.siteOf[entity] ?? graph.siteOf[device] ?? -1
}

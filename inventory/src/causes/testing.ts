/** A made-up estate whose true failures are known, and what its collectors would say of it. */
import type { Condition } from '../condition.ts'
import { Causes } from './causes.ts'
import { Faults } from './faults.ts'
import type { AskedFinding, CauseFinding, Moment } from './finding.ts'
import { EstateGraph, type GraphDevice, type GraphLink } from './graph.ts'

export interface Estate {
  devices: GraphDevice[]
  links: GraphLink[]
  roots: string[]
}

/** What is truly broken, by id. A site that is broken is without power: its UPS tells if it is in `telling`. */
export interface Broken {
  ids: ReadonlySet<string>
  telling: ReadonlySet<string>
}

/** A site of two routers and a switch. */
export const siteDevices = (siteId: string): GraphDevice[] =>
  ['r1', 'r2', 'sw'].map((key) => ({ id: `${siteId}-${key}`, siteId, role: 'access-router' }))

/** A link of some circuits: of each the routers at its ends, `11` for r1 to r1. */
export const linkOf = (upperSiteId: string, lowerSiteId: string, ...ends: string[]): GraphLink => {
  const id = `${upperSiteId}=${lowerSiteId}`
  const circuits = ends.map((end, at) => ({
    id: `${id}#${at}`,
    aDeviceId: `${upperSiteId}-r${end[0]}`,
    zDeviceId: `${lowerSiteId}-r${end[1]}`,
  }))
  return { id, upperSiteId, lowerSiteId, circuits }
}

export const estateOf = (roots: string[], links: GraphLink[]): Estate => ({
  devices: [...new Set([...roots, ...links.flatMap((one) => [one.upperSiteId, one.lowerSiteId])])].flatMap(
    siteDevices,
  ),
  links,
  roots,
})

/** What evidence shows of it: circuits and devices that are down, sites that are dark, batteries that discharge. */
export class Evidence {
  readonly down = new Set<string>()
  readonly dark = new Set<string>()
  readonly seen = new Set<string>()
  readonly onBattery = new Set<string>()

  constructor({ devices, links, roots }: Estate, { ids, telling }: Broken) {
    const siteOf = new Map(devices.map(({ id, siteId }) => [id, siteId]))
    const runs = (deviceId: string) => !ids.has(deviceId) && !ids.has(siteOf.get(deviceId)!)
    const carries = ({ id, aDeviceId, zDeviceId }: GraphLink['circuits'][number]) =>
      !ids.has(id) && runs(aDeviceId) && runs(zDeviceId)
    const sites = new Set(siteOf.values())
    for (const siteId of roots) this.seen.add(siteId)
    for (const siteId of this.seen)
      for (const { upperSiteId, lowerSiteId, circuits } of links)
        if ([upperSiteId, lowerSiteId].includes(siteId) && circuits.some(carries))
          this.seen.add(upperSiteId).add(lowerSiteId)
    for (const siteId of sites) if (!this.seen.has(siteId)) this.dark.add(siteId)
    for (const siteId of telling) if (ids.has(siteId)) this.onBattery.add(siteId)
    for (const { circuits } of links)
      for (const circuit of circuits) {
        const isLooked = [circuit.aDeviceId, circuit.zDeviceId].some((id) => this.seen.has(siteOf.get(id)!))
        if (isLooked && !carries(circuit)) this.down.add(circuit.id)
      }
    for (const { id, siteId } of devices) if (ids.has(id) && this.seen.has(siteId)) this.down.add(id)
  }
}

/** Judges from evidence as the server does: near sites before far ones. */
export class Explained {
  readonly faults: Faults
  readonly causes: Causes
  readonly findings = new Map<string, CauseFinding>()
  readonly #estate: Estate
  /** One of its own for each judgement, as the server's passes have. */
  #moment: Moment = this

  constructor(estate: Estate) {
    this.#estate = estate
    this.faults = new Faults(new EstateGraph(estate.devices, estate.links))
    this.causes = new Causes(this.faults, estate.roots)
  }

  /** Takes evidence, in the order of `ids`. */
  take(evidence: Evidence, ids: Iterable<string>): void {
    for (const id of ids) {
      this.faults.setDown(id, evidence.down.has(id))
      this.faults.setSight(id, evidence.dark.has(id) ? 'dark' : evidence.seen.has(id) ? 'seen' : 'unknown')
    }
    this.findings.clear()
    this.#moment = momentOf(this)
    for (const { id, circuits } of this.#estate.links)
      if (circuits.some((circuit) => evidence.down.has(circuit.id))) this.#find(id, 'link-state')
    for (const siteId of evidence.onBattery) this.#find(siteId, 'mains-lost')
    for (const { id, siteId } of this.#estate.devices) {
      if (evidence.dark.has(siteId)) this.#find(id, 'device-unreachable')
      else if (evidence.down.has(id)) this.#find(id, 'device-down')
    }
    const depths = this.faults.graph.depths(this.faults.graph.roots(this.#estate.roots))
    const far = (id: string) => depths[this.faults.graph.vertex(id)]!
    for (const siteId of [...evidence.dark].sort((a, b) => far(a) - far(b) || (a < b ? -1 : 1)))
      if (!this.why(siteId, 'site-silent')) this.#find(siteId, 'site-silent')
  }

  get size(): number {
    return this.findings.size
  }

  has(entityId: string, condition: string): boolean {
    return this.findings.has(`${entityId}|${condition}`)
  }

  why(entityId: string, condition: Condition) {
    const asked: AskedFinding = { entityId, condition }
    return this.causes.explain(asked, this.#moment)
  }

  /** Of each finding its cause and those beside it; none for a root. */
  told(): Record<string, string[]> {
    return Object.fromEntries(
      [...this.findings]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, { entityId, condition }]) => {
          const cause = this.why(entityId, condition)
          return [key, cause ? [cause.primary, ...cause.others].map(keyOf) : []]
        }),
    )
  }

  roots(): string[] {
    return Object.entries(this.told()).flatMap(([key, causes]) => (causes.length ? [] : [key]))
  }

  #find(entityId: string, condition: Condition): void {
    this.findings.set(keyOf({ entityId, condition }), { entityId, condition })
  }
}

const keyOf = ({ entityId, condition }: CauseFinding) => `${entityId}|${condition}`

const momentOf = (found: Moment): Moment => ({
  has: (...finding) => found.has(...finding),
  get size() {
    return found.size
  },
})

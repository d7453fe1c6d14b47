import { accessLimits } from '@zongheng/inventory/access.ts'
import { judgeCircuit } from '@zongheng/inventory/circuit-state.ts'
import type { CircuitState } from '@zongheng/inventory/circuit.ts'
import { FlapWatch } from '@zongheng/inventory/circuit-flap.ts'
import { evidence, type EvidenceItem } from '@zongheng/inventory/evidence.ts'
import { carryingOf, directionsOf } from '@zongheng/inventory/link-flow.ts'
import { judgeLink, type LinkState } from '@zongheng/inventory/link.ts'
import { neighbourSaid } from '@zongheng/inventory/neighbour.ts'
import type { CircuitModel, DeviceModel, LinkModel } from '../estate/model.ts'
import { Agenda } from './agenda.ts'
import { gatherCircuit, linkWords } from './circuit-evidence.ts'
import type { Finding } from './finding.ts'
import { linkFinding, linkHoldMs } from './findings.ts'
import { AsymmetryWatch } from './asymmetry.ts'
import type { Held } from './held.ts'
import type { Ground, Pass } from './pass.ts'
import { PathQuality } from './path-quality.ts'
import { noiseOf, quiet } from './probe-noise.ts'
import type { SiteLook } from './site-view.ts'
import { ToldLosses, type ToldLoss } from './told-losses.ts'
import { carries, leastCarried, trafficOf, UtilisationWatch, type Traffic } from './traffic.ts'

const linksEveryMs = 1000
/** Readings of routing neighbours come once a minute. */
const neighbourFreshMs = 150_000

/** A circuit of a link that is being judged. */
interface Judged {
  circuit: CircuitModel
  traffic: Traffic | null
  held: Held
}

/** Where a link begins, seen from the collector. */
interface Near {
  siteId: string
  look: SiteLook
}

/** Judges links by their circuits, near ones before far ones. */
export class LinkJudge {
  readonly #ground: Ground
  readonly #agenda = new Agenda<LinkModel>()
  readonly #linkOfPort = new Map<string, string>()
  readonly #utilisation = new UtilisationWatch()
  readonly #active = new Map<string, string | null>()
  readonly #usableAt = new Map<string, number>()
  readonly #carriedAt = new Map<string, number>()
  readonly #flaps = new FlapWatch()
  readonly #asymmetry = new AsymmetryWatch()
  /** By link. They hold until it is judged again. */
  readonly #findings = new Map<string, Finding>()
  readonly #told: ToldLosses
  #paths!: PathQuality
  #noise = quiet
  #judgedAtMs = -Infinity

  constructor(ground: Ground) {
    this.#ground = ground
    this.#told = new ToldLosses(ground)
  }

  /** Takes a changed estate. */
  rebuild(): void {
    const { model, topology, observations } = this.#ground
    this.#paths = new PathQuality(topology, model.links, observations, (id) => this.activeCircuitOf(id))
    const depth = (link: LinkModel) => topology.depth(this.#nearSiteOf(link))
    this.#agenda.rebuild(
      [...model.links.values()].sort((a, b) => depth(a) - depth(b) || (a.id < b.id ? -1 : 1)),
    )
    this.#findings.clear()
    this.#asymmetry.clear()
    this.#linkOfPort.clear()
    for (const { linkId, a, z } of model.circuits.values())
      for (const { interfaceId } of [a, z]) this.#linkOfPort.set(interfaceId, linkId)
    observations.interfaces.watch(this.#linkOfPort.keys())
    this.#told.rebuild((id) => this.#linkOfPort.has(id))
  }

  lookAtAll(): void {
    this.#judgedAtMs = -Infinity
    this.#agenda.markAll()
  }

  /** Something new was said of a port. */
  markPort(interfaceId: string): void {
    const linkId = this.#linkOfPort.get(interfaceId)
    if (linkId) this.#agenda.mark(linkId)
  }

  /** Its routing neighbour was read. */
  markCircuit(circuitId: string): void {
    const linkId = this.#ground.model.circuits.get(circuitId)?.linkId
    if (linkId) this.#agenda.mark(linkId)
  }

  /** A device told of a loss. Answers who is to be looked at for it to be certain. */
  told(loss: ToldLoss): DeviceModel[] {
    const link = this.#ground.model.links.get(this.#linkOfPort.get(loss.interfaceId) ?? '')
    if (!link) return []
    this.#told.take(loss)
    this.#agenda.mark(link.id)
    return this.#told.toAsk(loss, link)
  }

  activeCircuitOf(linkId: string): string | null {
    return this.#active.get(linkId) ?? null
  }

  usableAt(circuitId: string): number | null {
    return this.#usableAt.get(circuitId) ?? null
  }

  carriedAt(circuitId: string): number | null {
    return this.#carriedAt.get(circuitId) ?? null
  }

  /** When circuits last carried anything, as an earlier process knew. */
  recallUses(carriedAt: Iterable<readonly [circuitId: string, atMs: number]>): void {
    for (const [id, atMs] of carriedAt) this.#carriedAt.set(id, Math.max(atMs, this.#carriedAt.get(id) ?? 0))
  }

  /** The circuit's probe windows, net of the way to it. */
  quality(circuit: CircuitModel) {
    const link = this.#ground.model.links.get(circuit.linkId)
    return link ? this.#paths.net(circuit.id, this.#nearSiteOf(link)) : null
  }

  /** `isProbed`: some leg was probed since the last pass. */
  judge(isProbed: boolean, pass: Pass): void {
    const links = this.#toJudge(isProbed, pass.nowMs)
    const activeBefore = new Map(links.map(({ id }) => [id, this.#active.get(id)]))
    for (const link of links) this.#judgeLink(link, pass.nowMs)
    const isWhole = links.length === this.#ground.model.links.size
    // Another way carries: what lies behind it is judged net of another one.
    if (!isWhole && links.some(({ id }) => this.#active.get(id) !== activeBefore.get(id)))
      for (const link of this.#agenda.all) this.#judgeLink(link, pass.nowMs)
    for (const finding of this.#findings.values()) pass.findings.keep(finding)
    for (const finding of this.#asymmetry.findings()) pass.findings.keep(finding)
  }

  /** All of them once a probe was heard, since each counts for all, and once a second, since time does too. */
  #toJudge(isProbed: boolean, nowMs: number): LinkModel[] {
    if (isProbed || nowMs < this.#judgedAtMs || nowMs - this.#judgedAtMs >= linksEveryMs) {
      this.#agenda.markAll()
      this.#judgedAtMs = nowMs
    }
    if (isProbed) this.#noise = noiseOf(this.#ground.observations.legs.values())
    return this.#agenda.take(nowMs)
  }

  #judgeLink(link: LinkModel, nowMs: number): void {
    const { observations, book, view } = this.#ground
    const siteId = this.#nearSiteOf(link)
    const near = { siteId, look: view.look(siteId) }
    const circuits = link.circuits.map((circuit) => {
      const traffic = trafficOf(circuit, observations, nowMs)
      return { circuit, traffic, held: this.#judgeCircuit(circuit, link, near, traffic, nowMs) }
    })
    const carrying = this.#carrying(circuits, nowMs)
    const carried = circuits.map(({ circuit, held }, i) => ({
      id: circuit.id,
      state: held.state as CircuitState,
      sinceMs: held.sinceMs,
      usableAt: this.usableAt(circuit.id),
      carries: carrying[i]!,
    }))
    const { state, activeCircuitId } = judgeLink(carried, nowMs)
    this.#active.set(link.id, activeCircuitId)
    for (const one of carried)
      if (one.carries ?? one.id === activeCircuitId) this.#carriedAt.set(one.id, nowMs)
    const why = circuits.flatMap(({ circuit, traffic, held }) => [
      ...linkWords(circuit, held.evidence, traffic),
      ...this.#flapWords(circuit, nowMs),
      ...this.#told.words({ circuit, held }),
    ])
    why.push(...this.#directionWords(link, circuits))
    const atMs = Math.max(...circuits.map(({ held }) => held.sinceMs))
    const held = book.hold(
      { type: 'link', id: link.id, regionId: link.regionId, state, atMs, evidence: why },
      nowMs,
    )
    const ill = circuits.filter((one) => one.held.state !== 'up').map(({ circuit }) => circuit)
    const linkState = held.state as LinkState
    const holdMs = linkHoldMs[linkState]
    const isFlapping = circuits.some(({ circuit }) => this.#flaps.of(circuit.id, nowMs) !== null)
    const isBorneOut = !isFlapping && this.#told.bearOut(link, linkState, circuits, holdMs, nowMs)
    const finding = linkFinding(link, linkState, held, ill, isBorneOut)
    if (finding) this.#findings.set(link.id, finding)
    else this.#findings.delete(link.id)
    const isLost = ({ id }: CircuitModel) => observations.legs.get(id)?.lostSinceMs != null
    const calmAtMs = link.circuits.flatMap(({ id }) => this.#flaps.of(id, nowMs)?.untilMs ?? [])
    const isRestless = circuits.some((one) => isLost(one.circuit) || this.#told.isFresh(one, holdMs, nowMs))
    this.#agenda.rest(link.id, isRestless, calmAtMs.length ? Math.min(...calmAtMs) : null)
  }

  #carrying(circuits: Judged[], nowMs: number): (boolean | null)[] {
    const { neighbours } = this.#ground.observations
    return carryingOf(
      circuits.map(({ circuit, traffic }) => {
        const seen = neighbours.get(circuit.id)
        const said = seen && nowMs - seen.atMs <= neighbourFreshMs ? neighbourSaid(seen.code) : null
        return { traffic: traffic && carries(traffic, circuit.bandwidthBps), neighbourUp: said?.isUp ?? null }
      }),
    )
  }

  #flapWords({ id }: CircuitModel, nowMs: number): EvidenceItem[] {
    const flapping = this.#flaps.of(id, nowMs)
    if (!flapping) return []
    const { losses, sinceMs, lostAtMs } = flapping
    return [evidence('flapping', 'bad', lostAtMs, { losses, sinceMs }, id)]
  }

  /** Out over one circuit and back over another: nobody's line is ill, and yet it is not as planned. */
  #directionWords(link: LinkModel, circuits: Judged[]): EvidenceItem[] {
    const flows = circuits.flatMap(({ circuit: { id, bandwidthBps }, traffic }) =>
      traffic
        ? [{ id, inBps: traffic.inBps, outBps: traffic.outBps, leastBps: leastCarried(bandwidthBps) }]
        : [],
    )
    const directions = directionsOf(flows)
    const atMs = Math.max(...circuits.map(({ traffic }) => traffic?.atMs ?? 0))
    this.#asymmetry.take(link, directions, atMs)
    if (!directions.isAsymmetric) return []
    const told = (id: string) => circuits.find(({ circuit }) => circuit.id === id)!.circuit
    const [inward, outward] = [directions.in!, directions.out!]
    return [
      evidence('asymmetric', 'bad', atMs, {
        inRole: told(inward.circuitId).role,
        inNumber: told(inward.circuitId).number,
        inPercent: inward.percent,
        outRole: told(outward.circuitId).role,
        outNumber: told(outward.circuitId).number,
        outPercent: outward.percent,
      }),
    ]
  }

  #judgeCircuit(
    circuit: CircuitModel,
    { regionId }: LinkModel,
    near: Near,
    traffic: Traffic | null,
    nowMs: number,
  ): Held {
    const { model, observations, book } = this.#ground
    const [paths, utilisation, noise] = [this.#paths, this.#utilisation, this.#noise]
    const sources = { model, observations, paths, utilisation, noise }
    const known = gatherCircuit(circuit, near, traffic, sources, nowMs)
    const before = book.stateOf<CircuitState>(circuit.id)
    const { state, atMs, evidence } = judgeCircuit(known, accessLimits[circuit.access], before, nowMs)
    const verdict = { type: 'circuit', id: circuit.id, regionId, state, evidence } as const
    const held = book.hold({ ...verdict, atMs: state === 'degraded' ? nowMs : atMs }, nowMs)
    if (held.state === 'down' && before !== 'down') this.#flaps.lost(circuit.id, held.sinceMs)
    if (held.state === 'up' || held.state === 'degraded') this.#usableAt.set(circuit.id, nowMs)
    return held
  }

  #nearSiteOf({ id, upperSiteId, lowerSiteId }: LinkModel): string {
    return this.#ground.topology.nearSite({ id, upperSiteId, lowerSiteId, circuits: [] })
  }
}

import { accessLimits } from '@zongheng/inventory/access.ts'
import { judgeCircuit } from '@zongheng/inventory/circuit-state.ts'
import type { CircuitState } from '@zongheng/inventory/circuit.ts'
import type { Condition } from '@zongheng/inventory/condition.ts'
import { deviceFreshMs, judgeDevice } from '@zongheng/inventory/device-state.ts'
import type { DeviceState } from '@zongheng/inventory/device.ts'
import { evidence } from '@zongheng/inventory/evidence.ts'
import { judgeLink, type LinkState } from '@zongheng/inventory/link.ts'
import { upsKeys, type SensorSeverity } from '@zongheng/inventory/sensor.ts'
import { Topology, type Moment } from '@zongheng/inventory/topology.ts'
import type {
  CheckModel,
  CircuitModel,
  DeviceModel,
  EstateModel,
  LinkModel,
  SensorModel,
  SiteModel,
} from '../estate/model.ts'
import { KeptLook } from './check-kept.ts'
import { Agenda } from './agenda.ts'
import { lookAtCheck, type CheckLook } from './check-judge.ts'
import { illsOf, lostWay, type CollectorLook } from './collector-rules.ts'
import { gatherCircuit, linkWords, type EvidenceSources } from './circuit-evidence.ts'
import { findingKey, type Finding } from './finding.ts'
import { FindingSet, linkFinding, seriesFullPercent } from './findings.ts'
import type { Change, Held } from './held.ts'
import { Observations, type Touched } from './observations.ts'
import { PathQuality } from './path-quality.ts'
import { noiseOf, quiet } from './probe-noise.ts'
import { seenFreshMs, SiteView, type SiteLook } from './site-view.ts'
import { StateBook } from './state-book.ts'
import { carries, trafficOf, UtilisationWatch, type Traffic } from './traffic.ts'

export interface Judgement {
  changes: Change[]
  findings: Map<string, Finding>
  /** The finding that explains this one, by key; null for a root. */
  explain: (finding: Finding) => string | null
  /** Whether an absent finding means that all is well; false where nobody has looked. */
  isKnown: (entityId: string, condition: Condition) => boolean
}

/** A dark site that no finding explains yet may be explained by the next probe. */
const darkGraceMs = 20_000
const linksEveryMs = 1000

/** One evaluation of everything. */
interface Pass {
  nowMs: number
  findings: FindingSet
  sources: EvidenceSources
  moment: Moment
}

/**
 * Derives every state from the newest observations, near sites before far ones. What nothing new was said of, and time does not
 * change, is left as it is: O(what was heard + what is ill), and once a second O(circuits), since what all legs waver by counts for
 * each. The result is that of a look at everything.
 */
export class Judge {
  readonly observations: Observations
  readonly #book: StateBook
  readonly #view = new SiteView()
  readonly #utilisation = new UtilisationWatch()
  readonly #active = new Map<string, string | null>()
  readonly #usableAt = new Map<string, number>()
  readonly #carriedAt = new Map<string, number>()
  readonly #raised = new Map<string, SensorSeverity>()
  readonly #away = new Map<string, number>()
  readonly #collectors = new Map<string, CollectorLook>()
  #seriesFilledPercent: number | null = null
  /** Checks of which some collector has said something in time. */
  readonly #heardChecks = new Set<string>()
  #checkLooks = new WeakMap<CheckModel, KeptLook>()
  /** How often a collector came or went. */
  #awayChanges = 0
  readonly #sensors = new Map<string, { sensor: SensorModel; device: DeviceModel }>()
  #model!: EstateModel
  #topology!: Topology
  /** Seen from the collector beside the server: how the others are reached. */
  #fromServer!: Topology
  #paths!: PathQuality
  readonly #linkAgenda = new Agenda<LinkModel>()
  readonly #linkFindings = new Map<string, Finding>()
  readonly #siteAgenda = new Agenda<SiteModel>()
  readonly #deviceAgenda = new Agenda<DeviceModel>()
  /** Devices whose sensors have something new to say. */
  readonly #readDevices = new Set<string>()
  readonly #raisedDevices = new Set<string>()
  readonly #busyDevices = new Set<string>()
  readonly #linkOfPort = new Map<string, string>()
  #noise = quiet
  #linksAtMs = -Infinity
  #wasSettled = false

  constructor(
    model: EstateModel,
    held: Iterable<[string, Held]>,
    nowMs: number,
    observations = new Observations(),
  ) {
    this.observations = observations
    this.#book = new StateBook(held, nowMs)
    this.rebuild(model)
  }

  /** Takes a changed estate. What is known of entities that stay is kept. */
  rebuild(model: EstateModel): void {
    this.#model = model
    this.#checkLooks = new WeakMap()
    const roots = new Set([...model.collectors.values()].flatMap((c) => (c.siteId ? [c.siteId] : [])))
    const links = [...model.links.values()].map((link) => ({
      ...link,
      circuits: link.circuits.map((c) => ({ id: c.id, aDeviceId: c.a.deviceId, zDeviceId: c.z.deviceId })),
    }))
    this.#topology = new Topology(model.devices.values(), links, roots)
    const ofServer = [...model.collectors.values()].flatMap((c) => (c.isLocal && c.siteId ? [c.siteId] : []))
    this.#fromServer = new Topology(model.devices.values(), links, ofServer)
    this.#paths = new PathQuality(
      this.#topology,
      model.links,
      this.observations,
      (id) => this.#active.get(id) ?? null,
    )
    const depth = (link: LinkModel) =>
      this.#topology.depth(this.#topology.nearSite({ ...link, circuits: [] }))
    this.#linkAgenda.rebuild(
      [...model.links.values()].sort((a, b) => depth(a) - depth(b) || (a.id < b.id ? -1 : 1)),
    )
    this.#linkFindings.clear()
    this.#siteAgenda.rebuild(model.sites.values())
    this.#deviceAgenda.rebuild(model.devices.values())
    this.#view.build(model)
    this.#sensors.clear()
    for (const device of model.devices.values()) {
      if (device.sensors.length) this.#readDevices.add(device.id)
      for (const sensor of device.sensors) this.#sensors.set(sensor.id, { sensor, device })
    }
    this.#linkOfPort.clear()
    for (const { linkId, a, z } of model.circuits.values())
      for (const { interfaceId } of [a, z]) this.#linkOfPort.set(interfaceId, linkId)
    this.observations.interfaces.watch(this.#linkOfPort.keys())
  }

  /** The next evaluation looks at everything. */
  lookAtAll(): void {
    this.#linksAtMs = -Infinity
    for (const agenda of [this.#linkAgenda, this.#siteAgenda, this.#deviceAgenda]) agenda.markAll()
    for (const device of this.#model.devices.values()) this.#readDevices.add(device.id)
  }

  get model(): EstateModel {
    return this.#model
  }

  get topology(): Topology {
    return this.#topology
  }

  sensorModel(id: string): { sensor: SensorModel; device: DeviceModel } | undefined {
    return this.#sensors.get(id)
  }

  held(id: string): Held | undefined {
    return this.#book.get(id)
  }

  /** Nobody looked since then: what was known is unknown until somebody does. */
  forget(sinceMs: number): Change[] {
    return this.#book.forget(sinceMs)
  }

  /** What is known now was so for longer than was thought. */
  backdate(id: string, sinceMs: number): void {
    const held = this.#book.get(id)
    if (held && held.sinceMs > sinceMs) held.sinceMs = sinceMs
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

  /** The circuit's probe windows, net of the way to it. */
  quality(circuit: CircuitModel) {
    const link = this.#model.links.get(circuit.linkId)
    return link ? this.#paths.net(circuit.id, this.#nearSiteOf(link)) : null
  }

  /**
   * Takes up the readings that open findings of an earlier process stood on. A site that went dark on its battery cannot be read
   * again, and its last word still explains what follows from it.
   */
  recall(findings: Iterable<Finding>): void {
    for (const { evidence, severity } of findings) {
      for (const { code, at, values } of evidence) {
        const { sensorId, value } = values
        if (code !== 'sensor-value' || typeof sensorId !== 'string' || typeof value !== 'number') continue
        if (!this.#sensors.has(sensorId) || this.observations.sensors.has(sensorId)) continue
        this.observations.sensor(sensorId, { value, atMs: at ?? 0 })
        this.#raised.set(sensorId, severity === 'minor' ? 'warning' : 'critical')
      }
    }
  }

  /** Since when a collector gives no sign; null while it does. */
  collectorAway(collectorId: string, sinceMs: number | null): void {
    if (this.#away.has(collectorId) !== (sinceMs !== null)) this.#awayChanges++
    if (sinceMs === null) this.#away.delete(collectorId)
    else this.#away.set(collectorId, sinceMs)
  }

  /** How a collector fares, as it says itself, and whether it says anything. */
  collectorSeen(collectorId: string, look: CollectorLook): void {
    this.collectorAway(collectorId, look.awaySinceMs)
    this.#collectors.set(collectorId, look)
  }

  /** How full the series are; null while that is not known, or they have no bound. */
  seriesFilled(percent: number | null): void {
    this.#seriesFilledPercent = percent
  }

  evaluate(nowMs: number): Judgement {
    const touched = this.observations.takeTouched()
    const isSettled = this.#book.isSettled(nowMs)
    if (isSettled !== this.#wasSettled) this.lookAtAll()
    this.#wasSettled = isSettled
    this.#markTouched(touched)
    const sites = this.#siteAgenda.take(nowMs)
    this.#view.update(
      sites.map(({ id }) => id),
      this.observations,
      isSettled,
    )
    const links = this.#linksToJudge(touched.legs.size > 0, nowMs)
    const pass = this.#newPass(nowMs)
    const { findings, moment } = pass
    this.#judgeLinks(links, pass)
    for (const finding of this.#linkFindings.values()) findings.keep(finding)
    this.#readSensors(findings)
    for (const site of sites) this.#judgeSite(site, pass)
    for (const device of this.#deviceAgenda.take(nowMs)) this.#judgeDevice(device, pass)
    this.#judgeLoads(pass)
    for (const check of this.#model.checks.values()) if (check.isEnabled) this.#judgeCheck(check, pass)
    this.#judgeCollectors(pass)
    const filled = this.#seriesFilledPercent ?? 0
    if (filled >= seriesFullPercent) findings.addFullSeries(filled, nowMs)
    return {
      changes: this.#book.takeChanges(),
      findings: findings.all,
      explain: (finding) =>
        finding.condition === 'collector-away'
          ? this.#whyAway(finding, moment)
          : findings.explain(finding, this.#topology, moment),
      isKnown: (entityId, condition) => this.#isKnown(entityId, condition),
    }
  }

  #markTouched({ devices, legs, sensors, ports }: Touched): void {
    const { circuits, devices: known } = this.#model
    for (const id of devices) {
      const device = known.get(id)
      if (!device) continue
      this.#deviceAgenda.mark(id)
      this.#siteAgenda.mark(device.siteId)
      this.#busyDevices.add(id)
    }
    for (const id of legs) {
      const siteId = known.get(circuits.get(id)?.z.deviceId ?? '')?.siteId
      if (siteId) this.#siteAgenda.mark(siteId)
    }
    for (const id of sensors) {
      const deviceId = this.#sensors.get(id)?.device.id
      if (!deviceId) continue
      this.#readDevices.add(deviceId)
      this.#deviceAgenda.mark(deviceId)
    }
    for (const id of ports) {
      const linkId = this.#linkOfPort.get(id)
      if (linkId) this.#linkAgenda.mark(linkId)
    }
  }

  /** All of them once a probe was heard, since each counts for all, and once a second, since time does too. */
  #linksToJudge(isProbed: boolean, nowMs: number): LinkModel[] {
    const isDue = isProbed || nowMs < this.#linksAtMs || nowMs - this.#linksAtMs >= linksEveryMs
    if (isProbed || isDue) {
      this.#linkAgenda.markAll()
      this.#linksAtMs = nowMs
    }
    if (isProbed) this.#noise = noiseOf(this.observations.legs.values())
    return this.#linkAgenda.take(nowMs)
  }

  /** Another way carries: what lies behind it is judged net of another one. */
  #judgeLinks(links: LinkModel[], pass: Pass): void {
    const activeBefore = new Map(links.map(({ id }) => [id, this.#active.get(id)]))
    for (const link of links) this.#judgeLink(link, pass)
    if (links.length === this.#model.links.size) return
    if (links.every(({ id }) => this.#active.get(id) === activeBefore.get(id))) return
    for (const link of this.#linkAgenda.all) this.#judgeLink(link, pass)
  }

  /** In the estate's order: of a room's probes the first of the worst speaks. */
  #readSensors(findings: FindingSet): void {
    for (const id of new Set([...this.#readDevices, ...this.#raisedDevices])) {
      const device = this.#model.devices.get(id)
      if (device) findings.addSensors(device, this.observations)
      if (device?.sensors.some((sensor) => this.#raised.has(sensor.id))) this.#raisedDevices.add(id)
      else this.#raisedDevices.delete(id)
    }
    this.#readDevices.clear()
  }

  #judgeLoads({ findings, nowMs }: Pass): void {
    for (const id of this.#busyDevices) {
      const device = this.#model.devices.get(id)
      if (!device || !findings.addLoads(device, this.observations, nowMs)) this.#busyDevices.delete(id)
    }
  }

  #newPass(nowMs: number): Pass {
    const findings = new FindingSet(this.#model, this.#raised)
    return {
      nowMs,
      findings,
      sources: {
        model: this.#model,
        observations: this.observations,
        paths: this.#paths,
        utilisation: this.#utilisation,
        noise: this.#noise,
      },
      moment: {
        has: (entityId, condition) => findings.has(entityId, condition),
        isDark: (siteId) => this.#view.look(siteId).dark,
        isDown: (circuitId) => this.#book.stateOf(circuitId) === 'down',
      },
    }
  }

  #isKnown(entityId: string, condition: Condition): boolean {
    switch (condition) {
      case 'link-state':
      case 'device-down':
      case 'device-unreachable':
        return this.#book.stateOf(entityId) !== 'unknown'
      case 'check-failed':
      case 'check-limit':
        return !this.#model.checks.get(entityId)?.isEnabled || this.#heardChecks.has(entityId)
      case 'site-silent':
        return this.#view.look(entityId).seenAtMs !== null
      case 'mains-lost':
        return this.#outputSourcesOf(entityId).some((sensorId) => this.observations.sensors.has(sensorId))
      case 'collector-away':
        return !this.#model.collectors.has(entityId) || this.#collectors.get(entityId)?.isHeard === true
      case 'collector-late':
      case 'collector-fault':
        return !this.#model.collectors.has(entityId) || this.#isThere(entityId)
      case 'series-capacity':
        return this.#seriesFilledPercent !== null
      case 'sensor-limit':
      case 'sensor-state': {
        const sensors = this.#model.devices.get(entityId)?.sensors.map((sensor) => sensor.id) ?? [entityId]
        return sensors.some((id) => this.observations.sensors.has(id))
      }
      default:
        return this.observations.devices.get(entityId)?.answeredAtMs != null
    }
  }

  #outputSourcesOf(siteId: string): string[] {
    const devices = [...this.#model.devices.values()].filter((device) => device.siteId === siteId)
    return devices.flatMap((d) => d.sensors.filter((s) => s.key === upsKeys.outputSource).map((s) => s.id))
  }

  #judgeLink(link: LinkModel, pass: Pass): void {
    const { nowMs } = pass
    const siteId = this.#nearSiteOf(link)
    const near = { siteId, look: this.#view.look(siteId) }
    const circuits = link.circuits.map((circuit) => {
      const traffic = trafficOf(circuit, this.observations, nowMs)
      return { circuit, traffic, held: this.#judgeCircuit(circuit, link, near, traffic, pass) }
    })
    const carried = circuits.map(({ circuit, traffic, held }) => ({
      id: circuit.id,
      state: held.state as CircuitState,
      sinceMs: held.sinceMs,
      usableAt: this.usableAt(circuit.id),
      carries: traffic && carries(traffic, circuit.bandwidthBps),
    }))
    const { state, activeCircuitId } = judgeLink(carried, nowMs)
    this.#active.set(link.id, activeCircuitId)
    if (activeCircuitId) this.#carriedAt.set(activeCircuitId, nowMs)
    const why = circuits.flatMap(({ circuit, traffic, held }) => linkWords(circuit, held.evidence, traffic))
    const atMs = Math.max(...circuits.map(({ held }) => held.sinceMs))
    const held = this.#book.hold(
      { type: 'link', id: link.id, regionId: link.regionId, state, atMs, evidence: why },
      nowMs,
    )
    const ill = circuits.filter((one) => one.held.state !== 'up').map(({ circuit }) => circuit)
    const finding = linkFinding(link, held.state as LinkState, held, ill)
    if (finding) this.#linkFindings.set(link.id, finding)
    else this.#linkFindings.delete(link.id)
    const isLost = ({ id }: CircuitModel) => this.observations.legs.get(id)?.lostSinceMs != null
    this.#linkAgenda.rest(link.id, link.circuits.some(isLost), null)
  }

  #judgeCircuit(
    circuit: CircuitModel,
    link: LinkModel,
    near: { siteId: string; look: SiteLook },
    traffic: Traffic | null,
    { sources, nowMs }: Pass,
  ): Held {
    const known = gatherCircuit(circuit, near, traffic, sources, nowMs)
    const before = this.#book.stateOf<CircuitState>(circuit.id)
    const { state, atMs, evidence } = judgeCircuit(known, accessLimits[circuit.access], before, nowMs)
    const verdict = { type: 'circuit', id: circuit.id, regionId: link.regionId, state, evidence } as const
    const held = this.#book.hold({ ...verdict, atMs: state === 'degraded' ? nowMs : atMs }, nowMs)
    if (held.state === 'up' || held.state === 'degraded') this.#usableAt.set(circuit.id, nowMs)
    return held
  }

  #judgeSite(site: SiteModel, { nowMs, findings, moment }: Pass): void {
    const look = this.#view.look(site.id)
    const deviceCount = this.#view.deviceCount(site.id)
    if (!deviceCount) return
    this.#siteAgenda.rest(site.id, look.dark, look.seenAtMs === null ? null : look.seenAtMs + seenFreshMs + 1)
    const cause = look.dark
      ? this.#topology.explain({ entityId: site.id, condition: 'site-silent' }, moment)
      : null
    const alone = look.dark && !cause && deviceCount > 1 && this.#isLongDark(look, nowMs)
    if (alone) findings.addSilentSite(site, look.darkSinceMs ?? nowMs)
    const state = siteState(site.id, look, cause, alone, nowMs)
    if (!state) return
    const word = look.dark
      ? evidence('site-dark', 'bad', look.seenAtMs, { site: site.name })
      : evidence('site-visible', 'good', look.seenAtMs, { site: site.name })
    const atMs =
      state === 'unknown' ? null : look.dark ? look.darkSinceMs : look.visibleSinceMs || look.seenAtMs
    this.#book.hold(
      { type: 'site', id: site.id, regionId: site.regionId, state, atMs, evidence: [word] },
      nowMs,
    )
  }

  #isLongDark(look: SiteLook, nowMs: number): boolean {
    return look.darkSinceMs !== null && nowMs - look.darkSinceMs >= darkGraceMs
  }

  #judgeDevice(device: DeviceModel, { nowMs, findings, moment }: Pass): void {
    const { id, siteId, regionId, name } = device
    const seen = this.observations.devices.get(id)
    const look = this.#view.look(siteId)
    const siteCause = look.dark
      ? this.#topology.explain({ entityId: id, condition: 'device-unreachable' }, moment)
      : null
    const verdict = judgeDevice(
      {
        name,
        pollIntervalMs: device.pollIntervalS * 1000,
        answeredAtMs: seen?.answeredAtMs ?? null,
        silentAtMs: seen?.silentAtMs ?? null,
        silentSinceMs: seen?.silentSinceMs ?? null,
        site: {
          name: this.#model.sites.get(siteId)?.name ?? siteId,
          seenAtMs: this.#view.seenBeside(siteId, id),
          visibleSinceMs: look.visibleSinceMs,
          dark: look.dark && (siteCause !== null || this.#isLongDark(look, nowMs)),
          explained: siteCause !== null,
        },
        impaired: findings.impairs(id),
      },
      this.#book.stateOf<DeviceState>(id),
      nowMs,
    )
    const atMs = verdict.state === 'degraded' ? nowMs : verdict.atMs
    const held = this.#book.hold({ ...verdict, type: 'device', id, regionId, atMs }, nowMs)
    findings.addDevice(device, held.state as DeviceState, held)
    this.#restDevice(device, held.state, nowMs)
  }

  /** An answer holds until it is stale. What is silent stands and falls with what else is seen. */
  #restDevice({ id, pollIntervalS }: DeviceModel, state: string, nowMs: number): void {
    const seen = this.observations.devices.get(id)
    const newest = Math.max(seen?.answeredAtMs ?? 0, seen?.silentAtMs ?? 0)
    const staleMs = newest + deviceFreshMs(pollIntervalS * 1000) + 1
    const isSilent = seen?.silentSinceMs != null && nowMs < staleMs
    const isTold = state === 'down' || state === 'unreachable'
    this.#deviceAgenda.rest(id, isSilent || isTold, newest > 0 && nowMs < staleMs ? staleMs : null)
  }

  #isThere(collectorId: string): boolean {
    const look = this.#collectors.get(collectorId)
    return look?.isHeard === true && look.awaySinceMs === null
  }

  #judgeCollectors({ nowMs, findings, moment }: Pass): void {
    const places = [...this.#model.collectors].map(([id, { siteId }]) => ({ id, siteId }))
    for (const { id, siteId } of places) {
      const look = this.#collectors.get(id) ?? { awaySinceMs: this.#away.get(id) ?? null }
      const isCut = siteId !== null && this.#fromServer.explainLost(siteId, moment) !== null
      const way = lostWay(isCut, this.#wayOf(siteId))
      findings.addCollector(id, illsOf(look, way, nowMs))
    }
  }

  /** States of the links between the server and a site; null when nobody knows the way. */
  #wayOf(siteId: string | null): (string | undefined)[] | null {
    const way = siteId === null ? null : this.#fromServer.wayTo(siteId)
    return way && way.map(({ id }) => this.#book.stateOf(id))
  }

  #whyAway({ siteId }: Finding, moment: Moment): string | null {
    const cause = siteId === null ? null : this.#fromServer.explainLost(siteId, moment)
    return cause && findingKey(cause)
  }

  #judgeCheck(check: CheckModel, { nowMs, findings }: Pass): void {
    const before = this.#book.get(check.id)
    const kept = this.#checkLooks.get(check)
    if (before && kept?.holds(before, this.observations, this.#awayChanges, nowMs))
      return findings.addCheck(check, before.state, kept.look)
    const stateBefore = this.#book.stateOf(check.id)
    const look = this.lookAtCheck(check, nowMs)
    if (look.verdict.state === 'unknown') this.#heardChecks.delete(check.id)
    else this.#heardChecks.add(check.id)
    const held = this.#book.hold(look.verdict, nowMs)
    findings.addCheck(check, held.state, look)
    if (held.state === stateBefore && held.state === look.verdict.state)
      this.#checkLooks.set(check, new KeptLook(check, look, held, this.#awayChanges))
    else this.#checkLooks.delete(check)
  }

  /** How each of its collectors sees it now. */
  lookAtCheck(check: CheckModel, nowMs: number): CheckLook {
    const isAway = (id: string) => this.#away.has(id) || !this.#model.collectors.has(id)
    const sources = { model: this.#model, observations: this.observations, isAway }
    return lookAtCheck(check, sources, this.#book.stateOf(check.id), nowMs)
  }

  #nearSiteOf(link: LinkModel): string {
    return this.#topology.nearSite({
      id: link.id,
      upperSiteId: link.upperSiteId,
      lowerSiteId: link.lowerSiteId,
      circuits: [],
    })
  }
}

/** Null while it is not known yet which it is. */
function siteState(
  siteId: string,
  look: SiteLook,
  cause: { entityId: string } | null,
  alone: boolean,
  nowMs: number,
): DeviceState | null {
  if (look.dark && nowMs - look.askedAtMs > seenFreshMs) return 'unknown'
  if (look.dark) return cause && cause.entityId !== siteId ? 'unreachable' : cause || alone ? 'down' : null
  if (look.seenAtMs === null) return null
  return nowMs - look.seenAtMs <= seenFreshMs ? 'up' : 'unknown'
}

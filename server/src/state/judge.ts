import { accessLimits } from '@zongheng/inventory/access.ts'
import { judgeCircuit, type EndEvidence } from '@zongheng/inventory/circuit-state.ts'
import type { CircuitState } from '@zongheng/inventory/circuit.ts'
import { judgeDevice } from '@zongheng/inventory/device-state.ts'
import type { DeviceState } from '@zongheng/inventory/device.ts'
import type { Condition } from '@zongheng/inventory/condition.ts'
import { evidence, type EvidenceItem } from '@zongheng/inventory/evidence.ts'
import { judgeLink, type LinkState } from '@zongheng/inventory/link.ts'
import { upsKeys } from '@zongheng/inventory/sensor.ts'
import { Topology, type Moment } from '@zongheng/inventory/topology.ts'
import type {
  CircuitEndModel,
  CircuitModel,
  DeviceModel,
  EstateModel,
  LinkModel,
  SensorModel,
  SiteModel,
} from '../estate/model.ts'
import type { StatefulType } from '../events.ts'
import { FindingSet } from './findings.ts'
import type { Finding } from './finding.ts'
import type { Change, Held } from './held.ts'
import { Observations } from './observations.ts'
import { PathQuality } from './path-quality.ts'
import { noiseOf, quiet } from './probe-noise.ts'
import { SiteView } from './site-view.ts'
import { carries, trafficOf, UtilisationWatch, type Traffic } from './traffic.ts'

export interface Judgement {
  changes: Change[]
  findings: Map<string, Finding>
  /** The finding that explains this one, by key; null for a root. */
  explain: (finding: Finding) => string | null
  /** Whether an absent finding means that all is well; false where nobody has looked. */
  isKnown: (entityId: string, condition: Condition) => boolean
}

/** Evidence needs a poll or two to come in after a start: until then what was known stands. */
const startGraceMs = 150_000
/** A dark site that no finding explains yet may be explained by the next probe. */
const darkGraceMs = 20_000

/**
 * Derives every state from the newest observations. One pass over the estate, near sites before far ones:
 * O(devices + circuits); a province of 800 devices takes a few milliseconds.
 */
export class Judge {
  readonly observations: Observations
  readonly #held = new Map<string, Held>()
  readonly #view = new SiteView()
  readonly #utilisation = new UtilisationWatch()
  readonly #active = new Map<string, string | null>()
  readonly #usableAt = new Map<string, number>()
  readonly #carriedAt = new Map<string, number>()
  readonly #raised = new Set<string>()
  readonly #away = new Map<string, number>()
  readonly #sensors = new Map<string, { sensor: SensorModel; device: DeviceModel }>()
  #model!: EstateModel
  #topology!: Topology
  #paths!: PathQuality
  #links: LinkModel[] = []
  #startedMs: number
  #noise = quiet

  constructor(
    model: EstateModel,
    held: Iterable<[string, Held]>,
    nowMs: number,
    observations = new Observations(),
  ) {
    this.observations = observations
    this.#startedMs = nowMs
    for (const [id, state] of held) this.#held.set(id, state)
    this.rebuild(model)
  }

  /** Takes a changed estate. What is known of entities that stay is kept. */
  rebuild(model: EstateModel): void {
    this.#model = model
    const roots = new Set([...model.collectors.values()].flatMap((c) => (c.siteId ? [c.siteId] : [])))
    const links = [...model.links.values()].map((link) => ({
      ...link,
      circuits: link.circuits.map((c) => ({ id: c.id, aDeviceId: c.a.deviceId, zDeviceId: c.z.deviceId })),
    }))
    this.#topology = new Topology(model.devices.values(), links, roots)
    this.#paths = new PathQuality(
      this.#topology,
      model.links,
      this.observations,
      (id) => this.#active.get(id) ?? null,
    )
    const depth = (link: LinkModel) =>
      this.#topology.depth(this.#topology.nearSite({ ...link, circuits: [] }))
    this.#links = [...model.links.values()].sort((a, b) => depth(a) - depth(b) || (a.id < b.id ? -1 : 1))
    this.#view.build(model)
    this.#sensors.clear()
    for (const device of model.devices.values()) {
      for (const sensor of device.sensors) this.#sensors.set(sensor.id, { sensor, device })
    }
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
    return this.#held.get(id)
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

  /** Since when a collector gives no sign; null while it does. */
  collectorAway(collectorId: string, sinceMs: number | null): void {
    if (sinceMs === null) this.#away.delete(collectorId)
    else this.#away.set(collectorId, sinceMs)
  }

  evaluate(nowMs: number): Judgement {
    const changes: Change[] = []
    const findings = new FindingSet(this.#model, this.#raised)
    this.#view.update(this.observations, nowMs - this.#startedMs >= startGraceMs)
    this.#noise = noiseOf(this.observations.legs.values())
    for (const link of this.#links) this.#judgeLink(link, nowMs, changes, findings)
    findings.addSensors(this.observations)
    const moment = this.#moment(findings)
    for (const site of this.#model.sites.values()) this.#judgeSite(site, moment, nowMs, changes, findings)
    for (const device of this.#model.devices.values())
      this.#judgeDevice(device, moment, nowMs, changes, findings)
    findings.addLoads(this.observations, nowMs)
    for (const [id, sinceMs] of this.#away) findings.addAwayCollector(id, sinceMs)
    return {
      changes,
      findings: findings.all,
      explain: (finding) => findings.explain(finding, this.#topology, moment),
      isKnown: (entityId, condition) => this.#isKnown(entityId, condition),
    }
  }

  #isKnown(entityId: string, condition: Condition): boolean {
    switch (condition) {
      case 'link-state':
      case 'device-down':
      case 'device-unreachable':
        return (this.#held.get(entityId)?.state ?? 'unknown') !== 'unknown'
      case 'site-silent':
        return this.#view.look(entityId).seenAtMs !== null
      case 'mains-lost':
        return this.#outputSourcesOf(entityId).some((sensorId) => this.observations.sensors.has(sensorId))
      case 'collector-away':
        return true
      case 'sensor-limit':
      case 'sensor-state':
        return this.observations.sensors.has(entityId)
      default:
        return this.observations.devices.get(entityId)?.answeredAtMs != null
    }
  }

  #outputSourcesOf(siteId: string): string[] {
    const devices = [...this.#model.devices.values()].filter((device) => device.siteId === siteId)
    return devices.flatMap((d) => d.sensors.filter((s) => s.key === upsKeys.outputSource).map((s) => s.id))
  }

  #moment(findings: FindingSet): Moment {
    return {
      has: (entityId, condition) => findings.has(entityId, condition),
      isDark: (siteId) => this.#view.look(siteId).dark,
      isDown: (circuitId) => this.#held.get(circuitId)?.state === 'down',
    }
  }

  #judgeLink(link: LinkModel, nowMs: number, changes: Change[], findings: FindingSet): void {
    const near = this.#nearSiteOf(link)
    const traffic = link.circuits.map((circuit) => trafficOf(circuit, this.observations, nowMs))
    for (const [i, circuit] of link.circuits.entries())
      this.#judgeCircuit(circuit, link, near, traffic[i]!, nowMs, changes)
    const carried = link.circuits.map((circuit, i) => ({
      id: circuit.id,
      state: (this.#held.get(circuit.id)?.state ?? 'unknown') as CircuitState,
      sinceMs: this.#held.get(circuit.id)?.sinceMs ?? nowMs,
      usableAt: this.usableAt(circuit.id),
      carries: traffic[i] ? carries(traffic[i], circuit.bandwidthBps) : null,
    }))
    const verdict = judgeLink(carried, nowMs)
    this.#active.set(link.id, verdict.activeCircuitId)
    if (verdict.activeCircuitId) this.#carriedAt.set(verdict.activeCircuitId, nowMs)
    const why = link.circuits.flatMap((circuit) => this.#evidenceOfCircuit(circuit))
    const latest = Math.max(...link.circuits.map((circuit) => this.#held.get(circuit.id)?.sinceMs ?? 0))
    const state = this.#withGrace<LinkState>(link.id, verdict.state, nowMs)
    const held = this.#hold('link', link.id, link.regionId, state, latest, why, nowMs, changes)
    findings.addLink(
      link,
      state,
      held,
      link.circuits.filter((c) => this.#held.get(c.id)?.state !== 'up'),
    )
  }

  #judgeCircuit(
    circuit: CircuitModel,
    link: LinkModel,
    near: string,
    traffic: Traffic | null,
    nowMs: number,
    changes: Change[],
  ): void {
    const leg = this.observations.legs.get(circuit.id)
    const look = this.#view.look(near)
    const before = (this.#held.get(circuit.id)?.state ?? 'unknown') as CircuitState
    const verdict = judgeCircuit(
      {
        probe:
          leg && circuit.leg
            ? {
                address: circuit.leg.address,
                intervalMs: 10_000,
                okAtMs: leg.okAtMs,
                lostAtMs: leg.lostAtMs,
                lostSinceMs: leg.lostSinceMs,
                ...this.#paths.net(circuit.id, near),
                noise: this.#noise,
              }
            : null,
        a: this.#end(circuit.a),
        z: this.#end(circuit.z),
        near: { site: this.#model.sites.get(near)?.name ?? near, seenAtMs: look.seenAtMs, dark: look.dark },
        utilisation: this.#utilisation.of(circuit, traffic, nowMs),
        errors:
          traffic && traffic.packets > 0
            ? { ratio: traffic.errors / traffic.packets, count: traffic.errors }
            : null,
      },
      accessLimits[circuit.access],
      before,
      nowMs,
    )
    const state = this.#withGrace<CircuitState>(circuit.id, verdict.state, nowMs)
    if (state === 'up' || state === 'degraded') this.#usableAt.set(circuit.id, nowMs)
    const since = state === 'degraded' ? nowMs : verdict.atMs
    this.#hold('circuit', circuit.id, link.regionId, state, since, verdict.evidence, nowMs, changes)
  }

  #evidenceOfCircuit(circuit: CircuitModel): EvidenceItem[] {
    const held = this.#held.get(circuit.id)
    const traffic = trafficOf(circuit, this.observations, this.observations.newestMs)
    const words = (held?.evidence ?? []).map((item) => ({ ...item, circuitId: circuit.id }))
    if (!traffic) return words
    const { inBps, outBps, atMs } = traffic
    const carrying = carries(traffic, circuit.bandwidthBps)
    return [
      ...words,
      evidence(carrying ? 'traffic-carried' : 'traffic-none', 'neutral', atMs, { inBps, outBps }, circuit.id),
    ]
  }

  #end(end: CircuitEndModel): EndEvidence | null {
    const seen = this.observations.interfaces.get(end.interfaceId)
    if (!seen || seen.ifOperStatus === null) return null
    const device = this.#model.devices.get(end.deviceId)?.name ?? end.deviceId
    const shut = seen.ifAdminStatus === 2 // ifAdminStatus down(2)
    return { device, ifName: end.ifName, up: seen.ifOperStatus === 1 && !shut, shut, atMs: seen.statusAtMs }
  }

  #judgeSite(site: SiteModel, moment: Moment, nowMs: number, changes: Change[], findings: FindingSet): void {
    const look = this.#view.look(site.id)
    if (!this.#view.deviceCount(site.id)) return
    const cause = look.dark
      ? this.#topology.explain({ entityId: site.id, condition: 'site-silent' }, moment)
      : null
    const alone =
      look.dark &&
      !cause &&
      nowMs - (look.darkSinceMs ?? nowMs) >= darkGraceMs &&
      this.#view.deviceCount(site.id) > 1
    if (alone) findings.addSilentSite(site, look.darkSinceMs ?? nowMs)
    const state = this.#siteState(site, look.dark, look.seenAtMs, cause, alone)
    if (!state) return
    const why = look.dark
      ? evidence('site-dark', 'bad', look.seenAtMs, { site: site.name })
      : evidence('site-visible', 'good', look.seenAtMs, { site: site.name })
    const since = look.dark ? look.darkSinceMs : look.visibleSinceMs || look.seenAtMs
    this.#hold('site', site.id, site.regionId, state, since, [why], nowMs, changes)
  }

  #siteState(
    site: SiteModel,
    dark: boolean,
    seenAtMs: number | null,
    cause: { entityId: string } | null,
    alone: boolean,
  ): DeviceState | null {
    if (dark) return cause && cause.entityId !== site.id ? 'unreachable' : cause || alone ? 'down' : null
    return seenAtMs === null ? null : 'up'
  }

  #judgeDevice(
    device: DeviceModel,
    moment: Moment,
    nowMs: number,
    changes: Change[],
    findings: FindingSet,
  ): void {
    const seen = this.observations.devices.get(device.id)
    const look = this.#view.look(device.siteId)
    const siteCause = look.dark
      ? this.#topology.explain({ entityId: device.id, condition: 'device-unreachable' }, moment)
      : null
    const settled = siteCause !== null || nowMs - (look.darkSinceMs ?? nowMs) >= darkGraceMs
    const before = (this.#held.get(device.id)?.state ?? 'unknown') as DeviceState
    const verdict = judgeDevice(
      {
        name: device.name,
        pollIntervalMs: device.pollIntervalS * 1000,
        answeredAtMs: seen?.answeredAtMs ?? null,
        silentAtMs: seen?.silentAtMs ?? null,
        silentSinceMs: seen?.silentSinceMs ?? null,
        site: {
          name: this.#model.sites.get(device.siteId)?.name ?? device.siteId,
          seenAtMs: this.#view.seenBeside(device.siteId, device.id),
          visibleSinceMs: look.visibleSinceMs,
          dark: look.dark && settled,
          explained: siteCause !== null,
        },
        impaired: findings.impairs(device.id),
      },
      before,
      nowMs,
    )
    const state = this.#withGrace<DeviceState>(device.id, verdict.state, nowMs)
    const since = state === 'degraded' ? nowMs : verdict.atMs
    const held = this.#hold(
      'device',
      device.id,
      device.regionId,
      state,
      since,
      verdict.evidence,
      nowMs,
      changes,
    )
    findings.addDevice(device, state, held)
  }

  #withGrace<S extends string>(id: string, state: S | 'unknown', nowMs: number): S | 'unknown' {
    const before = this.#held.get(id)?.state as S | undefined
    return state === 'unknown' && before && nowMs - this.#startedMs < startGraceMs ? before : state
  }

  /** Keeps a state and its evidence; a change is dated by its evidence, never before the state it ends. */
  #hold(
    type: StatefulType,
    id: string,
    regionId: string,
    state: string,
    atMs: number | null,
    why: EvidenceItem[],
    nowMs: number,
    changes: Change[],
  ): Held {
    const held = this.#held.get(id)
    if (held?.state === state) {
      held.evidence = why
      return held
    }
    const since = Math.max(held ? held.sinceMs + 1 : 0, Math.min(atMs || nowMs, nowMs))
    const next: Held = { type, regionId, state, sinceMs: since, evidence: why }
    this.#held.set(id, next)
    changes.push({
      entityId: id,
      entityType: type,
      regionId,
      from: held?.state ?? null,
      to: state,
      atMs: since,
      evidence: why,
    })
    return next
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

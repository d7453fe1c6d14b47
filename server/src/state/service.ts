import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { SensorSeverity } from '@zongheng/inventory/sensor.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { loadEstate, type CircuitModel, type EstateModel } from '../estate/model.ts'
import type {
  CircuitReadings,
  DeviceReadings,
  InterfaceReadings,
  Maintenance,
  Readings,
  SensorReadings,
} from '../estate/readings.ts'
import type { StatefulType } from '../events.ts'
import { notFound } from '../http/problem.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import {
  counted,
  knownShareOf,
  reckon,
  type KnownShare,
  type Period,
  type Reckoning,
} from './availability.ts'
import { spansOf } from './availability-history.ts'
import { loadUses } from './circuit-use-store.ts'
import { countStates, type StateCount } from './counts.ts'
import type { FindingSource } from './finding-source.ts'
import { Judge } from './judge.ts'
import { TouchedCircuits } from './touched.ts'
import type { InterfaceSeen } from './ports.ts'
import type { Availability, StateChange, StateSpan } from './schema.ts'
import { judgeSensor } from './sensor-rules.ts'
import type { Change } from './held.ts'
import { hasHistory, listChanges, loadHeld, saveChanges, stretchesOf } from './store.ts'
import { trafficOf } from './traffic.ts'

/** Planned time of an entity within a period, in order, without overlaps. */
export type PlannedOf = (entityId: string, fromMs: number, untilMs: number) => readonly Period[]

/** States, their histories, and the readings of the moment. */
export class StateService implements Readings {
  readonly #db: Db
  readonly #clock: Clock
  readonly #sources: readonly FindingSource[]
  readonly #maintenance: (entityId: string) => Maintenance | null
  readonly #limitsOf: (sensorId: string) => SensorSeverity | null
  readonly #plannedOf: PlannedOf
  #judge: Judge | undefined
  #touched: { model: EstateModel; circuits: TouchedCircuits } | undefined

  /** `sources`: parts of judging that other modules bring. */
  constructor(deps: {
    db: Db
    clock: Clock
    sources?: readonly FindingSource[]
    maintenance?: (entityId: string) => Maintenance | null
    /** How a sensor stands by its limits; null where it has none. */
    sensorLimits?: (sensorId: string) => SensorSeverity | null
    /** Time that availability leaves out. */
    plannedOf?: PlannedOf
  }) {
    this.#db = deps.db
    this.#clock = deps.clock
    this.#sources = deps.sources ?? []
    this.#limitsOf = deps.sensorLimits ?? (() => null)
    this.#maintenance = deps.maintenance ?? (() => null)
    this.#plannedOf = deps.plannedOf ?? (() => [])
  }

  /** Takes up where the last process stopped, or starts over after a failed commit. */
  async load(): Promise<void> {
    const [model, held] = await Promise.all([loadEstate(this.#db), loadHeld(this.#db)])
    const observations = this.#judge?.observations
    this.#judge = new Judge(model, held, this.#clock(), observations, this.#sources)
    const uses = await loadUses(this.#db)
    this.#judge.recallUses(uses.flatMap(({ circuitId, carriedMs }) => (carriedMs === null ? [] : [[circuitId, carriedMs] as const]))) // prettier-ignore
  }

  /** The estate changed: judges go on with what they know of the entities that stay. */
  async reload(): Promise<void> {
    if (this.#judge) this.#judge.rebuild(await loadEstate(this.#db))
    else await this.load()
  }

  get judge(): Judge {
    if (!this.#judge) throw new Error('states are not loaded yet')
    return this.#judge
  }

  get model(): EstateModel {
    return this.judge.model
  }

  // ---- readings ------------------------------------------------------------------

  stateOf(entityId: string): { state: string; sinceMs: number } | undefined {
    return this.#judge?.held(entityId)
  }

  evidenceOf(entityId: string): EvidenceItem[] {
    return this.#judge?.held(entityId)?.evidence ?? []
  }

  activeCircuitOf(linkId: string): string | null {
    return this.#judge?.activeCircuitOf(linkId) ?? null
  }

  maintenanceOf(entityId: string): Maintenance | null {
    return this.#judge ? this.#maintenance(entityId) : null
  }

  circuit(circuitId: string): CircuitReadings | undefined {
    const circuit = this.#judge?.model.circuits.get(circuitId)
    if (!circuit) return undefined
    const windows = this.judge.quality(circuit)
    const traffic = trafficOf(circuit, this.judge.observations, this.#clock())
    const { sent = 0, lost = 0 } = windows?.recent ?? {}
    const cut = this.judge.observations.legs.get(circuitId)?.lostSinceMs != null
    return {
      inBps: traffic?.inBps ?? null,
      outBps: traffic?.outBps ?? null,
      rttMs: cut ? null : (windows?.recent.rttMs ?? null),
      jitterMs: cut ? null : (windows?.recent.jitterMs ?? null),
      lossPercent: cut ? 100 : sent ? (100 * lost) / sent : null,
      usableAtMs: this.judge.usableAt(circuitId),
      carriedAtMs: this.judge.carriedAt(circuitId),
    }
  }

  device(deviceId: string): DeviceReadings | undefined {
    const seen = this.#judge?.observations.devices.get(deviceId)
    if (!seen) return undefined
    const { cpuPercent, memoryPercent, uptimeS, responseMs } = seen
    const polledAtMs = Math.max(seen.answeredAtMs ?? 0, seen.silentAtMs ?? 0) || null
    return { cpuPercent, memoryPercent, uptimeS, responseMs, polledAtMs }
  }

  interface(interfaceId: string): InterfaceReadings | undefined {
    const seen = this.#judge?.observations.interfaces.get(interfaceId)
    return (
      seen && {
        ...rates(seen),
        ifAdminStatus: seen.ifAdminStatus,
        ifOperStatus: seen.ifOperStatus,
        operSinceMs: seen.operSinceMs,
      }
    )
  }

  sensor(sensorId: string): SensorReadings | undefined {
    const seen = this.#judge?.observations.sensors.get(sensorId)
    const found = this.#judge?.sensorModel(sensorId)
    if (!seen || !found) return undefined
    const { severity } = judgeSensor(found.sensor, found.device, seen.value)
    const byLimits = this.#limitsOf(sensorId)
    return { ...seen, severity: severity === 'ok' && byLimits !== null ? byLimits : severity }
  }

  /** Of every region; the caller minds the scope. */
  counts(): StateCount[] {
    return countStates(this.model, (id) => this.judge.held(id)?.state ?? 'unknown')
  }

  // ---- histories -------------------------------------------------------------------

  async history(
    viewer: Viewer,
    type: StatefulType,
    id: string,
    from: number,
    until: number,
  ): Promise<{ items: StateSpan[] }> {
    this.#mustSee(viewer, type, id)
    const stretches = await stretchesOf(this.#db, [id], from, until)
    return {
      items: stretches.map((s) => ({
        state: s.state,
        fromAt: s.fromMs,
        untilAt: s.untilMs,
        evidence: s.evidence,
      })),
    }
  }

  async availability(
    viewer: Viewer,
    type: StatefulType,
    id: string,
    from: number,
    until: number,
  ): Promise<Availability> {
    this.#mustSee(viewer, type, id)
    const period = { fromMs: from, untilMs: Math.max(from, Math.min(until, this.#clock())) }
    const { outages, upMs, ...reckoning } = (await this.#reckon(type, [id], period)).get(id)!
    const knownMs = upMs + reckoning.downMs
    return { entityId: id, from, until: period.untilMs, ...reckoning, knownMs, outages: counted(outages) }
  }

  /** Availability of circuits since an instant, percent; null when nothing is known. */
  async percentSince(
    ids: string[],
    fromMs: number,
    type: StatefulType = 'circuit',
  ): Promise<Map<string, number | null>> {
    const reckonings = await this.#reckon(type, ids, { fromMs, untilMs: this.#clock() })
    return new Map(Array.from(reckonings, ([id, { percent }]) => [id, percent]))
  }

  /** The same, with the share of that time of which anything is known, percent: what is planned counts in neither. */
  async knownSince(ids: string[], fromMs: number, type: StatefulType): Promise<Map<string, KnownShare>> {
    const reckonings = await this.#reckon(type, ids, { fromMs, untilMs: this.#clock() })
    return new Map(Array.from(reckonings, ([id, reckoning]) => [id, knownShareOf(reckoning)]))
  }

  async #reckon(type: StatefulType, ids: string[], period: Period): Promise<Map<string, Reckoning>> {
    const histories = await spansOf(this.#db, type, ids, period)
    const planned = (id: string) => this.#plannedOf(id, period.fromMs, period.untilMs)
    return new Map(ids.map((id) => [id, reckon(histories.get(id) ?? [], planned(id), period)]))
  }

  /** Histories from before this installation looked for itself: only while it has none, and before it begins to judge. */
  async recordPast(past: () => Promise<Change[]>): Promise<void> {
    if (this.#judge || (await hasHistory(this.#db))) return
    const changes = await past()
    await this.#db.transaction().execute((tx) => saveChanges(tx, changes))
  }

  /** What of these is known of the period, by entity; whoever asks minds the scope. */
  spansOf(type: StatefulType, ids: readonly string[], period: Period) {
    return spansOf(this.#db, type, ids, period)
  }

  async bands(viewer: Viewer, from: number, until: number, regionId?: string) {
    const links = [...this.model.links.values()].filter((link) => this.seesLink(viewer, link.id, regionId))
    const stretches = Map.groupBy(
      await stretchesOf(
        this.#db,
        links.map((link) => link.id),
        from,
        until,
      ),
      (s) => s.entityId,
    )
    return {
      items: links.map((link) => ({
        linkId: link.id,
        spans: (stretches.get(link.id) ?? []).map((s) => ({
          state: s.state,
          fromAt: s.fromMs,
          untilAt: s.untilMs,
        })),
      })),
    }
  }

  async changes(viewer: Viewer, filter: Paging & { regionId?: string }): Promise<PageOf<StateChange>> {
    const page = await listChanges(this.#db, viewer, {
      ...filter,
      types: ['link', 'device', 'site', 'check', 'service', 'room'],
    })
    return {
      next: page.next,
      items: page.items.map((row) => ({
        id: row.id,
        entity: { type: row.entity_type, id: row.entity_id, name: this.nameOf(row.entity_id) },
        from: row.from_state,
        to: row.to_state,
        at: row.at,
      })),
    }
  }

  nameOf(entityId: string): string {
    const { links, devices, sites, circuits, checks, services, rooms } = this.model
    const named = [links, devices, sites, checks, services, rooms].find((of) => of.has(entityId))
    return named?.get(entityId)?.name ?? circuits.get(entityId)?.number ?? entityId
  }

  // ---- who may see -------------------------------------------------------------------

  /** A link is visible from both ends. */
  seesLink(viewer: Pick<Viewer, 'regionPaths'>, linkId: string, withinRegionId?: string): boolean {
    const link = this.model.links.get(linkId)
    if (!link) return false
    const ends = [link.regionId, this.model.sites.get(link.upperSiteId)?.regionId]
    return ends.some((id) => {
      const path = id ? this.model.regions.get(id)?.path : undefined
      return (
        path !== undefined &&
        covers(viewer, path) &&
        (!withinRegionId || path.includes(`/${withinRegionId}/`))
      )
    })
  }

  seesDevice(viewer: Pick<Viewer, 'regionPaths'>, deviceId: string): boolean {
    return this.#sees(viewer, 'device', deviceId)
  }

  #mustSee(viewer: Viewer, type: StatefulType, id: string): void {
    if (!this.#sees(viewer, type, id)) throw notFound(type)
  }

  #sees(viewer: Pick<Viewer, 'regionPaths'>, type: StatefulType, id: string): boolean {
    if (type === 'link') return this.seesLink(viewer, id)
    if (type === 'circuit') return this.seesLink(viewer, this.model.circuits.get(id)?.linkId ?? '')
    const { devices, sites, checks, services, rooms } = this.model
    const of = { device: devices, site: sites, check: checks, service: services, room: rooms }
    const regionId = of[type].get(id)?.regionId
    const path = regionId && this.model.regions.get(regionId)?.path
    return path ? covers(viewer, path) : false
  }

  /** Circuits whose rates or probes a batch has just moved. */
  circuitsOf(batch: readonly SampleColumns[]): CircuitModel[] {
    if (this.#touched?.model !== this.model)
      this.#touched = { model: this.model, circuits: new TouchedCircuits(this.model) }
    return this.#touched.circuits.of(batch)
  }
}

function rates(seen: InterfaceSeen): {
  inBps: number | null
  outBps: number | null
  errorsPerS: number | null
} {
  const scaled = (value: number | null, by: number) => (value === null ? null : value * by)
  const [inErrors, outErrors] = [seen.perS('ifInErrors'), seen.perS('ifOutErrors')]
  return {
    inBps: scaled(seen.perS('ifHCInOctets'), 8),
    outBps: scaled(seen.perS('ifHCOutOctets'), 8),
    errorsPerS: inErrors === null && outErrors === null ? null : (inErrors ?? 0) + (outErrors ?? 0),
  }
}

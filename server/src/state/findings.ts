import { targetOf } from '@zongheng/inventory/check-state.ts'
import type { Condition } from '@zongheng/inventory/condition.ts'
import { builtIn } from '@zongheng/inventory/conditions.ts'
import type { DeviceRole, DeviceState } from '@zongheng/inventory/device.ts'
import { evidence } from '@zongheng/inventory/evidence.ts'
import { linkSeverity, type LinkState } from '@zongheng/inventory/link.ts'
import { upsKeys } from '@zongheng/inventory/sensor.ts'
import type { Priority, Severity } from '@zongheng/inventory/severity.ts'
import type {
  CheckModel,
  CircuitModel,
  DeviceModel,
  EstateModel,
  LinkModel,
  SensorModel,
  SiteModel,
} from '../estate/model.ts'
import { outcomeOf, type CheckLook } from './check-judge.ts'
import type { CollectorIll } from './collector-rules.ts'
import { findingKey, type Finding } from './finding.ts'
import type { Held } from './held.ts'
import type { Observations } from './observations.ts'
import { judgeSensor } from './sensor-rules.ts'

/** How long each link state must last before it is told: long enough for its cause to be found. */
export const linkHoldMs: Record<LinkState, number> = {
  down: 15_000,
  'on-backup': 15_000,
  degraded: 60_000,
  unprotected: 30_000,
  unknown: 0,
  normal: 0,
}
/** A line that is back for less may be on its way out again: half of it goes by before the next loss is seen. */
const { clearHoldMs } = builtIn('link-state')
/** A silent device is asked again every 10 to 15 s: it is told once that has failed too. */
const { holdMs: deviceHoldMs } = builtIn('device-down')
/** What cuts it off may be heard of a moment later. */
const { holdMs: siteHoldMs } = builtIn('site-silent')
/** A battery that held through an outage is low until it is charged again. */
const chargingMs = 15 * 60_000

/** Of what the series store is made for. */
export const seriesFullPercent = 90

/** A slow answer must last for some runs to be worth a word. */
const { holdMs: checkLimitHoldMs, clearHoldMs: checkClearHoldMs } = builtIn('check-limit')

const byRole = (severity: Severity, priority: Priority) => ({ severity, priority })
const downSeverity: Partial<Record<DeviceRole, { severity: Severity; priority: Priority }>> = {
  'core-router': byRole('critical', 'P1'),
  'core-switch': byRole('critical', 'P1'),
  'vpn-gateway': byRole('major', 'P2'),
  firewall: byRole('major', 'P2'),
  'access-router': byRole('major', 'P2'),
}
const otherDown = byRole('minor', 'P3')

/** Collects what is wrong, one finding an entity and condition. */
export class FindingSet {
  readonly all = new Map<string, Finding>()
  readonly #model: EstateModel
  readonly #impaired = new Set<string>()

  readonly #raised: Set<string>

  /** `raised`: sensors that are bad; kept from pass to pass. */
  constructor(model: EstateModel, raised: Set<string>) {
    this.#model = model
    this.#raised = raised
  }

  has(entityId: string, condition: Condition): boolean {
    return this.all.has(findingKey({ entityId, condition }))
  }

  /** Something on the device itself is wrong, though it answers. */
  impairs(deviceId: string): boolean {
    return this.#impaired.has(deviceId)
  }

  /** One that still holds. */
  keep(finding: Finding): void {
    this.#add(finding)
  }

  addDevice(device: DeviceModel, state: DeviceState, held: Held): void {
    if (state !== 'down' && state !== 'unreachable') return
    const down = state === 'down'
    const grave = down
      ? (downSeverity[device.role] ?? otherDown)
      : { severity: 'minor' as const, priority: null }
    this.#add({
      ...this.#onDevice(device),
      condition: down ? 'device-down' : 'device-unreachable',
      ...grave,
      holdMs: down ? deviceHoldMs : 5_000,
      clearHoldMs: 0,
      values: { role: device.role, address: device.address },
      evidence: held.evidence,
      sinceMs: held.sinceMs,
    })
  }

  addSilentSite(site: SiteModel, sinceMs: number): void {
    this.#add({
      ...this.#onSite(site),
      condition: 'site-silent',
      severity: 'critical',
      priority: 'P1',
      holdMs: siteHoldMs,
      clearHoldMs: 0,
      values: {},
      evidence: [evidence('site-dark', 'bad', sinceMs, { site: site.name })],
      sinceMs,
    })
  }

  /** Mains, and states of parts. A silent device's last word stands: nobody took it back. */
  addSensors(device: DeviceModel, observations: Observations): void {
    for (const sensor of device.sensors) {
      const seen = observations.sensors.get(sensor.id)
      if (seen) this.#addSensor(device, sensor, seen)
    }
  }

  #addSensor(device: DeviceModel, sensor: SensorModel, seen: { value: number; atMs: number }): void {
    const { condition, severity, values } = judgeSensor(sensor, device, seen.value)
    if (!condition) return void this.#raised.delete(sensor.id)
    this.#raised.add(sensor.id)
    this.#impaired.add(device.id)
    const common = {
      condition,
      values,
      holdMs: sensor.key === upsKeys.batteryStatus ? chargingMs : 0,
      clearHoldMs: 0,
      evidence: [
        evidence('sensor-value', 'bad', seen.atMs, { ...values, value: seen.value, sensorId: sensor.id }),
      ],
      sinceMs: seen.atMs,
    }
    if (condition === 'mains-lost') {
      const site = this.#model.sites.get(device.siteId)
      if (site)
        this.#add({
          ...this.#onSite(site),
          deviceId: device.id,
          severity: 'major',
          priority: 'P2',
          ...common,
        })
      return
    }
    const grave = severity === 'critical' ? byRole('major', 'P2') : byRole('minor', 'P3')
    this.#add({
      ...this.#onDevice(device),
      entityType: 'sensor',
      entityId: sensor.id,
      entityName: `${device.name} ${sensor.descr}`,
      ...grave,
      ...common,
    })
  }

  /** What is wrong with a collector itself. Where nobody said whose it is, it belongs to the root region. */
  addCollector(collectorId: string, ills: CollectorIll[]): void {
    const collector = this.#model.collectors.get(collectorId)
    const site = this.#model.sites.get(collector?.siteId ?? '')
    const regionId = site?.regionId ?? collector?.regionId ?? this.#rootRegionId
    if (!collector || !regionId) return
    for (const ill of ills)
      this.#add({
        entityType: 'collector',
        entityId: collectorId,
        entityName: collector.name,
        regionId,
        siteId: site?.id ?? null,
        deviceId: null,
        ...ill,
      })
  }

  /** The series have little room left: whoever runs the installation is to know. */
  addFullSeries(filledPercent: number, nowMs: number): void {
    const regionId = this.#rootRegionId
    if (!regionId) return
    this.#add({
      entityType: 'server',
      entityId: 'server',
      entityName: '纵横',
      regionId,
      siteId: null,
      deviceId: null,
      condition: 'series-capacity',
      severity: 'warning',
      priority: null,
      holdMs: 0,
      clearHoldMs: 0,
      values: { value: filledPercent, limit: seriesFullPercent, unit: '%' },
      evidence: [evidence('series-capacity', 'bad', nowMs, { value: filledPercent })],
      sinceMs: nowMs,
    })
  }

  get #rootRegionId(): string | undefined {
    return [...this.#model.regions.values()].find((region) => region.tier === 'province')?.id
  }

  /** A check that is down, or beyond a limit. Failures that are still to be confirmed are no finding yet. */
  addCheck(check: CheckModel, state: string, { verdict, points }: CheckLook): void {
    const told = points.filter(
      (point) => point.state === 'down' || (point.state === 'degraded' && !point.isFirst),
    )
    const worst = told.find((point) => point.state === 'down') ?? told[0]
    if (!worst) return
    const isDown = state === 'down'
    const { limit, track } = worst
    const outcome = outcomeOf(worst)
    const last = track.runs[0]!
    const site = check.siteId ?? this.#model.devices.get(check.deviceId ?? '')?.siteId ?? null
    this.#add({
      entityType: 'check',
      entityId: check.id,
      entityName: check.name,
      regionId: check.regionId,
      siteId: site,
      deviceId: check.deviceId,
      condition: limit ? 'check-limit' : 'check-failed',
      ...(isDown ? byRole('major', 'P2') : byRole('minor', 'P3')),
      holdMs: limit && !isDown ? checkLimitHoldMs : 0,
      clearHoldMs: checkClearHoldMs,
      values: {
        ...outcome?.values,
        state,
        kind: check.spec.kind,
        target: targetOf(check.spec),
        code: outcome?.code ?? 'failed',
        points: told.map(({ point }) => this.#model.collectors.get(point.collectorId)?.name).join('、'),
        ...(limit && {
          metric: limit.metric,
          value: last.metrics[limit.metric] ?? null,
          limit: worst.state === 'down' ? limit.critical : limit.warning,
          unit: null,
        }),
      },
      evidence: verdict.evidence,
      sinceMs: worst.atMs!,
    })
  }

  #onDevice(device: DeviceModel) {
    return {
      entityType: 'device' as const,
      entityId: device.id,
      entityName: device.name,
      regionId: device.regionId,
      siteId: device.siteId,
      deviceId: device.id,
    }
  }

  #onSite(site: SiteModel) {
    return {
      entityType: 'site' as const,
      entityId: site.id,
      entityName: site.name,
      regionId: site.regionId,
      siteId: site.id,
      deviceId: null,
    }
  }

  #add(finding: Finding): void {
    this.all.set(findingKey(finding), finding)
  }
}

/** What is wrong with a link; null when nothing is. `isBorneOut`: what was told unasked confirms it, and it is told at once. */
export function linkFinding(
  link: LinkModel,
  state: LinkState,
  held: Held,
  ill: CircuitModel[],
  isBorneOut: boolean,
): Finding | null {
  const grave = linkSeverity[state]
  if (!grave) return null
  return {
    entityType: 'link',
    entityId: link.id,
    entityName: link.name,
    regionId: link.regionId,
    siteId: link.lowerSiteId,
    deviceId: null,
    condition: 'link-state',
    ...grave,
    holdMs: isBorneOut ? 0 : linkHoldMs[state],
    clearHoldMs,
    values: { state, circuits: ill.map((circuit) => circuit.number).join(' ') },
    evidence: held.evidence,
    sinceMs: held.sinceMs,
  }
}

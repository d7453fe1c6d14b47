/** The whole estate in memory: what judging and polling need at hand. Loaded anew when the estate changes. */
import type { CheckOutcome } from '@zongheng/collector/contract.ts'
import type { Access } from '@zongheng/inventory/access.ts'
import type { CheckLimit, CheckSpec } from '@zongheng/inventory/check.ts'
import type { CircuitRole } from '@zongheng/inventory/circuit.ts'
import type { DeviceRole } from '@zongheng/inventory/device.ts'
import type { Tier } from '@zongheng/inventory/region.ts'
import type { SensorClass, SensorState } from '@zongheng/inventory/sensor.ts'
import type { Db } from '../db/database.ts'
import { loadServices, type ServicesModel } from './services-model.ts'

export interface RegionModel {
  id: string
  code: string
  name: string
  tier: Tier
  path: string
}

export interface SiteModel {
  id: string
  regionId: string
  name: string
}

export interface DeviceModel {
  id: string
  regionId: string
  siteId: string
  collectorId: string | null
  name: string
  role: DeviceRole
  address: string
  port: number
  pollIntervalS: number
  /** How often its address is probed; 0: not at all. */
  pingIntervalS: number
  /** Further addresses of its own, from which its replies may come. */
  answersFrom: string[]
  snmpCredentialId: string | null
  sshCredentialId: string | null
  sshPort: number
  vendor: string
  os: string
  hardware: string
  interfaces: { id: string; ifName: string }[]
  sensors: SensorModel[]
}

export interface SensorModel {
  id: string
  deviceId: string
  key: string
  class: SensorClass
  descr: string
  unit: string
  lowWarn: number | null
  highWarn: number | null
  highCritical: number | null
  states: SensorState[]
}

export interface CircuitModel {
  id: string
  linkId: string
  role: CircuitRole
  position: number
  number: string
  carrierId: string
  carrier: string
  hotline: string | null
  access: Access
  bandwidthBps: number
  promisedPercent: number
  a: CircuitEndModel
  z: CircuitEndModel
  leg: { kind: 'snmp' | 'icmp' | 'tcp'; address: string; port: number } | null
}

export interface CircuitEndModel {
  interfaceId: string
  ifName: string
  deviceId: string
}

export interface LinkModel {
  id: string
  regionId: string
  name: string
  upperSiteId: string
  lowerSiteId: string
  /** In carrying order: primary first. */
  circuits: CircuitModel[]
}

/** A check as it is run and judged. */
export interface CheckModel {
  id: string
  regionId: string
  siteId: string | null
  deviceId: string | null
  name: string
  spec: CheckSpec
  limits: CheckLimit[]
  intervalS: number
  timeoutMs: number
  credentialId: string | null
  isEnabled: boolean
  points: CheckPointModel[]
}

/** A check as one collector runs it, and what was last told of its outcome. */
export interface CheckPointModel {
  id: string
  collectorId: string
  outcome: CheckOutcome | null
  outcomeAtMs: number
}

export interface EstateModel extends ServicesModel {
  regions: Map<string, RegionModel>
  sites: Map<string, SiteModel>
  devices: Map<string, DeviceModel>
  circuits: Map<string, CircuitModel>
  links: Map<string, LinkModel>
  checks: Map<string, CheckModel>
  /** Those that have a key or devices, by collector id: where they stand, and whose they are; null when it was not said. */
  collectors: Map<string, { siteId: string | null; regionId: string | null; name: string; isLocal: boolean }>
}

/** Reads the estate; archived devices are left out, and circuits that end at them. O(everything). */
export async function loadEstate(db: Db): Promise<EstateModel> {
  const services = loadServices(db)
  const [regions, sites, devices, interfaces, sensors, links, circuits, checks, points, collectors] =
    await Promise.all([
      db.selectFrom('regions').select(['id', 'code', 'name', 'tier', 'path']).execute(),
      db.selectFrom('sites').select(['id', 'region_id', 'name']).execute(),
      db.selectFrom('devices').selectAll().where('archived_at', 'is', null).execute(),
      db.selectFrom('interfaces').select(['id', 'device_id', 'if_name']).orderBy('id').execute(),
      db.selectFrom('sensors').selectAll().orderBy('id').execute(),
      db.selectFrom('links').selectAll().orderBy('id').execute(),
      db
        .selectFrom('circuits')
        .innerJoin('organisations', 'organisations.id', 'circuits.carrier_id')
        .selectAll('circuits')
        .select(['organisations.name as carrier', 'organisations.hotline as hotline'])
        .orderBy('circuits.position')
        .execute(),
      db.selectFrom('checks').selectAll().where('archived_at', 'is', null).orderBy('id').execute(),
      db.selectFrom('check_points').selectAll().orderBy('id').execute(),
      db
        .selectFrom('collectors')
        .select(['id', 'site_id', 'region_id', 'name', 'is_local'])
        .where((eb) =>
          eb.or([eb('key_hash', 'is not', null), eb('id', 'in', pollers(db)), eb('id', 'in', checkers(db))]),
        )
        .execute(),
    ])
  const model: EstateModel = {
    ...(await services),
    regions: new Map(regions.map((r) => [r.id, { ...r, tier: r.tier as Tier }])),
    sites: new Map(sites.map((s) => [s.id, { id: s.id, regionId: s.region_id, name: s.name }])),
    devices: new Map(
      devices.map((d) => [
        d.id,
        {
          id: d.id,
          regionId: d.region_id,
          siteId: d.site_id,
          collectorId: d.collector_id,
          name: d.name,
          role: d.role as DeviceRole,
          address: d.address,
          port: d.port,
          pollIntervalS: d.poll_interval_s,
          pingIntervalS: d.ping_interval_s,
          answersFrom: JSON.parse(d.answers_from) as string[],
          snmpCredentialId: d.snmp_credential_id,
          sshCredentialId: d.ssh_credential_id,
          sshPort: d.ssh_port,
          vendor: d.vendor,
          os: d.os,
          hardware: d.hardware,
          interfaces: [],
          sensors: [],
        },
      ]),
    ),
    circuits: new Map(),
    links: new Map(
      links.map((l) => [
        l.id,
        {
          id: l.id,
          regionId: l.region_id,
          name: l.name,
          upperSiteId: l.upper_site_id,
          lowerSiteId: l.lower_site_id,
          circuits: [],
        },
      ]),
    ),
    checks: new Map(
      checks.map((c) => [
        c.id,
        {
          id: c.id,
          regionId: c.region_id,
          siteId: c.site_id,
          deviceId: c.device_id,
          name: c.name,
          spec: JSON.parse(c.spec) as CheckSpec,
          limits: JSON.parse(c.limits) as CheckLimit[],
          intervalS: c.interval_s,
          timeoutMs: c.timeout_ms,
          credentialId: c.credential_id,
          isEnabled: c.enabled === 1,
          points: [],
        },
      ]),
    ),
    collectors: new Map(
      collectors.map((c) => [
        c.id,
        { siteId: c.site_id, regionId: c.region_id, name: c.name, isLocal: c.is_local === 1 },
      ]),
    ),
  }
  for (const p of points) {
    const outcome = p.outcome === null ? null : (JSON.parse(p.outcome) as CheckOutcome)
    model.checks
      .get(p.check_id)
      ?.points.push({ id: p.id, collectorId: p.collector_id, outcome, outcomeAtMs: p.outcome_at ?? 0 })
  }
  const ends = new Map<string, CircuitEndModel>()
  for (const i of interfaces) {
    model.devices.get(i.device_id)?.interfaces.push({ id: i.id, ifName: i.if_name })
    ends.set(i.id, { interfaceId: i.id, ifName: i.if_name, deviceId: i.device_id })
  }
  for (const s of sensors) {
    model.devices.get(s.device_id)?.sensors.push({
      id: s.id,
      deviceId: s.device_id,
      key: s.key,
      class: s.class as SensorClass,
      descr: s.descr,
      unit: s.unit,
      lowWarn: s.low_warn,
      highWarn: s.high_warn,
      highCritical: s.high_critical,
      states: JSON.parse(s.states) as SensorState[],
    })
  }
  for (const c of circuits) {
    const [a, z, link] = [ends.get(c.a_interface_id), ends.get(c.z_interface_id), model.links.get(c.link_id)]
    if (!a || !z || !link || !model.devices.has(a.deviceId) || !model.devices.has(z.deviceId)) continue
    const circuit: CircuitModel = {
      id: c.id,
      linkId: c.link_id,
      role: c.role as CircuitRole,
      position: c.position,
      number: c.number,
      carrierId: c.carrier_id,
      carrier: c.carrier,
      hotline: c.hotline,
      access: c.access as Access,
      bandwidthBps: c.bandwidth_bps,
      promisedPercent: c.promised_percent,
      a,
      z,
      leg:
        c.leg_kind && c.leg_address
          ? { kind: c.leg_kind as 'snmp', address: c.leg_address, port: c.leg_port ?? 161 }
          : null,
    }
    model.circuits.set(c.id, circuit)
    link.circuits.push(circuit)
  }
  return model
}

/** A collector that was revoked is missed for as long as devices are its own. */
const pollers = (db: Db) =>
  db
    .selectFrom('devices')
    .select('collector_id')
    .where('archived_at', 'is', null)
    .where('collector_id', 'is not', null)

const checkers = (db: Db) => db.selectFrom('check_points').select('collector_id')

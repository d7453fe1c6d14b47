/** Rows and readings as the API shows them. */
import type { Duplex } from '@zongheng/inventory/interface.ts'
import type { Access } from '@zongheng/inventory/access.ts'
import type { CircuitRole, CircuitState } from '@zongheng/inventory/circuit.ts'
import type { DeviceRole, DeviceState } from '@zongheng/inventory/device.ts'
import { ifStatusName } from '@zongheng/inventory/interface.ts'
import type { LinkState } from '@zongheng/inventory/link.ts'
import type { Tier } from '@zongheng/inventory/region.ts'
import type { SensorState } from '@zongheng/inventory/sensor.ts'
import type { SiteKind } from '@zongheng/inventory/site.ts'
import type { Maintenance, Readings } from './readings.ts'
import type { Device, DeviceDetail, Interface, Link, LinkCircuit, Sensor, Site } from './schema.ts'
import type { ForeignReplyRow } from './finding-store.ts'
import type { CircuitRow, DeviceRow, InterfaceRow, LinkRow, SensorRow, SiteRow } from './store.ts'

export interface TicketRef {
  id: string
  number: string
  assignee: string | null
}

/** The state of an entity and since when; unknown when nobody has judged it. Only the state module writes states. */
function stateOf<State extends string>(
  readings: Readings,
  id: string,
): { state: State; since: number | null; maintenance: Maintenance | null } {
  const known = readings.stateOf(id)
  return {
    state: (known?.state ?? 'unknown') as State,
    since: known?.sinceMs ?? null,
    maintenance: readings.maintenanceOf(id),
  }
}

export function siteView(row: SiteRow, readings: Readings): Site {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as SiteKind,
    region: { id: row.region_id, name: row.region_name },
    ...stateOf<DeviceState>(readings, row.id),
    address: row.address,
    contact: row.contact,
    contactPhone: row.contact_phone,
  }
}

export function deviceView(row: DeviceRow, readings: Readings): Device {
  const reading = readings.device(row.id)
  return {
    id: row.id,
    name: row.name,
    role: row.role as DeviceRole,
    region: { id: row.region_id, name: row.region_name },
    site: { id: row.site_id, name: row.site_name },
    address: row.address,
    port: row.port,
    ...stateOf<DeviceState>(readings, row.id),
    vendor: row.vendor,
    hardware: row.hardware,
    version: row.version,
    serial: row.serial,
    sysName: row.sys_name,
    sysDescr: row.sys_descr,
    sysObjectID: row.sys_object_id,
    cpuPercent: reading?.cpuPercent ?? null,
    memoryPercent: reading?.memoryPercent ?? null,
    uptimeS: reading?.uptimeS ?? null,
    responseMs: reading?.responseMs ?? null,
    polledAt: reading?.polledAtMs ?? null,
  }
}

/** With what people set, and what answered in its place. */
export function deviceDetailView(
  row: DeviceRow,
  replies: ForeignReplyRow[],
  readings: Readings,
): DeviceDetail {
  const answersFrom = JSON.parse(row.answers_from) as string[]
  const foreign = replies.filter(({ address }) => address !== row.address && !answersFrom.includes(address))
  return {
    ...deviceView(row, readings),
    pollIntervalS: row.poll_interval_s,
    pingIntervalS: row.ping_interval_s,
    answersFrom,
    foreignReplies: foreign.map((reply) => ({
      address: reply.address,
      firstAt: reply.first_seen_at,
      lastAt: reply.last_seen_at,
    })),
  }
}

/** Status as last polled, or as last discovered. */
export function statusOf(
  readings: Pick<Readings, 'interface'>,
  interfaceId: string,
  kept: { admin: string; oper: string },
) {
  const reading = readings.interface(interfaceId)
  const name = (code: number | null | undefined, otherwise: string) =>
    code == null ? otherwise : ifStatusName(code)
  return {
    ifAdminStatus: name(reading?.ifAdminStatus, kept.admin),
    ifOperStatus: name(reading?.ifOperStatus, kept.oper),
  }
}

export function interfaceView(row: InterfaceRow, readings: Readings): Interface {
  const reading = readings.interface(row.id)
  return {
    id: row.id,
    deviceId: row.device_id,
    ifIndex: row.if_index,
    ifName: row.if_name,
    ifDescr: row.if_descr,
    ifAlias: row.if_alias,
    ifType: row.if_type,
    ifSpeedBps: row.if_speed_bps,
    ifPhysAddress: row.if_phys_address,
    duplex: row.duplex as Duplex | null,
    ...statusOf(readings, row.id, { admin: row.if_admin_status, oper: row.if_oper_status }),
    since: reading?.operSinceMs ?? row.oper_since,
    inBps: reading?.inBps ?? null,
    outBps: reading?.outBps ?? null,
    errorsPerS: reading?.errorsPerS ?? null,
    circuitId: row.circuit_id,
  }
}

export function sensorView(row: SensorRow, readings: Readings): Sensor {
  const reading = readings.sensor(row.id)
  const states = JSON.parse(row.states) as SensorState[]
  return {
    id: row.id,
    deviceId: row.device_id,
    key: row.key,
    class: row.class,
    descr: row.descr,
    unit: row.unit,
    value: reading?.value ?? null,
    states,
    stateText: states.find((state) => state.value === reading?.value)?.text ?? null,
    severity: reading?.severity ?? 'unknown',
    lowWarn: row.low_warn,
    highWarn: row.high_warn,
    highCritical: row.high_critical,
    at: reading?.atMs ?? null,
  }
}

function circuitView(row: CircuitRow, readings: Readings): LinkCircuit {
  const reading = readings.circuit(row.id)
  return {
    id: row.id,
    number: row.number,
    carrier: row.carrier,
    role: row.role as CircuitRole,
    ...stateOf<CircuitState>(readings, row.id),
    access: row.access as Access,
    bandwidthBps: row.bandwidth_bps,
    inBps: reading?.inBps ?? null,
    outBps: reading?.outBps ?? null,
    rttMs: reading?.rttMs ?? null,
    lossPercent: reading?.lossPercent ?? null,
    jitterMs: reading?.jitterMs ?? null,
  }
}

export function linkView(
  row: LinkRow,
  circuits: CircuitRow[],
  readings: Readings,
  openTicket: TicketRef | null,
): Link {
  return {
    id: row.id,
    name: row.name,
    region: { id: row.region_id, name: row.region_name },
    ...stateOf<LinkState>(readings, row.id),
    upperSite: { id: row.upper_site_id, name: row.upper_name },
    lowerSite: { id: row.lower_site_id, name: row.lower_name },
    tier: row.tier as Tier,
    circuits: circuits.map((circuit) => circuitView(circuit, readings)),
    activeCircuitId: readings.activeCircuitOf(row.id),
    openTicket,
  }
}

/** One end of a circuit: its device and interface. */
/** The device is named to those alone whose it is. */
export function circuitEnd(
  row: CircuitRow,
  end: 'a' | 'z',
  readings: Readings,
  isTheirs: (deviceId: string) => boolean,
) {
  const interfaceId = row[`${end}_interface_id`]
  const device = { id: row[`${end}_device_id`], name: row[`${end}_device_name`] }
  const kept = { admin: row[`${end}_if_admin_status`], oper: row[`${end}_if_oper_status`] }
  return {
    device: isTheirs(device.id) ? device : { id: '', name: '' },
    interfaceId,
    ifName: row[`${end}_if_name`],
    ...statusOf(readings, interfaceId, kept),
  }
}

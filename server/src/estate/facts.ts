/** What a collector found out about a device, taken over: its identity, its interfaces by name, its sensors by key. */
import type { Fact } from '@zongheng/collector/contract.ts'
import { newId } from '@zongheng/inventory/id.ts'
import type { DeviceIdentity } from '@zongheng/inventory/device.ts'
import type { InterfaceFacts } from '@zongheng/inventory/interface.ts'
import type { SensorFacts } from '@zongheng/inventory/sensor.ts'
import type { Insertable, Selectable } from 'kysely'
import { differences, type Change } from '../audit/change.ts'
import type { Note } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { deviceEntity } from './record.ts'
import * as store from './store-write.ts'
import { clean, finite } from './text.ts'

export type DeviceFact = Omit<Extract<Fact, { kind: 'device' }>, 'kind'>

type InterfaceRow = Selectable<Tables['interfaces']>
type SensorRow = Selectable<Tables['sensors']>

/** No device has more interfaces, or sensors, than this; a table that never ends is cut here. */
const mostOfEach = 10_000

/**
 * Takes a fact over, as often as it comes; true when interfaces or sensors were given ids, or the device is of another
 * make, so that whoever keeps the estate in memory must read anew. An interface that vanished keeps its row, without an
 * ifIndex. Facts of an unknown device are dropped.
 */
export async function applyDeviceFact(tx: Db, fact: DeviceFact, note: Note): Promise<boolean> {
  const device = await store.deviceToWrite(tx, fact.deviceId)
  if (!device) return false
  const identity = identityRow(fact.identity)
  await store.updateDevice(tx, device.id, {
    ...identity,
    identified_at: fact.atMs,
    updated_at: fact.atMs,
  })
  const interfaces = await applyInterfaces(tx, fact)
  const sensors = await applySensors(tx, fact)
  const change = changeOf(device, fact.identity, interfaces, sensors)
  if (change) note(change)
  const isOther = make.some((column) => device[column] !== identity[column])
  return interfaces.fresh > 0 || sensors > 0 || isOther
}

/** The first discovery is one record that sums up; later ones tell what is different, if anything is. */
function changeOf(
  device: NonNullable<Awaited<ReturnType<typeof store.deviceToWrite>>>,
  found: DeviceIdentity,
  { count, added, gone }: InterfacesApplied,
  sensors: number,
): Change | null {
  const { region_id: regionId } = device
  const known = identityOf(device)
  const identity = identityOf({ ...device, ...identityRow(found) })
  if (device.identified_at === null) {
    const after = { ...identity, interfaces: count, sensors }
    return { action: 'estate.device-discovered', entity: deviceEntity(device), regionId, after }
  }
  const { before, after } = differences(known, identity)
  const isSame = Object.keys(after).length === 0 && added.length === 0 && gone.length === 0 && sensors === 0
  if (isSame) return null
  return {
    action: 'estate.device-changed',
    entity: deviceEntity(device),
    regionId,
    before: { ...before, ...listed('interfacesGone', gone) },
    after: { ...after, ...listed('interfacesAdded', added), ...(sensors > 0 && { sensorsAdded: sensors }) },
  }
}

const namedAtMost = 100
const listed = (name: string, names: string[]) =>
  names.length > 0 ? { [name]: names.slice(0, namedAtMost), [`${name}Count`]: names.length } : {}

const identityOf = (row: ReturnType<typeof identityRow>) => ({
  vendor: row.vendor,
  os: row.os,
  sysObjectID: row.sys_object_id,
  sysName: row.sys_name,
  sysDescr: row.sys_descr,
  hardware: row.hardware,
  version: row.version,
  serial: row.serial,
})

/** What the estate in memory knows of it. */
const make = ['vendor', 'os', 'hardware'] as const

function identityRow(identity: DeviceIdentity) {
  return {
    vendor: clean(identity.vendor),
    os: clean(identity.os),
    category: clean(identity.category),
    sys_object_id: clean(identity.sysObjectID),
    sys_name: clean(identity.sysName),
    sys_descr: clean(identity.sysDescr),
    hardware: clean(identity.hardware),
    version: clean(identity.version),
    serial: clean(identity.serial),
  }
}

interface InterfacesApplied {
  count: number
  /** Rows that were given an id. */
  fresh: number
  /** Names that were not there before, or were away. */
  added: string[]
  gone: string[]
}

async function applyInterfaces(tx: Db, fact: DeviceFact): Promise<InterfacesApplied> {
  const kept = new Map((await store.interfacesToWrite(tx, [fact.deviceId])).map((row) => [row.if_name, row]))
  const fresh: Insertable<Tables['interfaces']>[] = []
  const seen = new Set<string>()
  const [added, gone]: [string[], string[]] = [[], []]
  for (const facts of fact.interfaces.filter(isObject).slice(0, mostOfEach)) {
    const name = nameOf(facts, seen)
    if (seen.has(name)) continue // an ifIndex given twice
    seen.add(name)
    const found = interfaceRow(facts, name)
    const row = kept.get(name)
    if (!row || (row.if_index === null && found.if_index !== null)) added.push(name)
    const since = row && row.if_oper_status === found.if_oper_status ? row.oper_since : fact.atMs
    if (!row)
      fresh.push({
        id: newId('interface'),
        device_id: fact.deviceId,
        ...found,
        oper_since: since,
        ...stamps(fact.atMs),
      })
    else if (differs(row, found))
      await store.updateInterface(tx, row.id, { ...found, oper_since: since, updated_at: fact.atMs })
  }
  for (const row of kept.values()) {
    if (!seen.has(row.if_name) && row.if_index !== null) {
      gone.push(row.if_name)
      await store.updateInterface(tx, row.id, { if_index: null, updated_at: fact.atMs })
    }
  }
  await store.insert(tx, 'interfaces', fresh)
  return { count: seen.size, fresh: fresh.length, added, gone }
}

/** Some devices leave ifName blank, or give it twice. */
function nameOf({ ifName, ifDescr, ifIndex }: InterfaceFacts, taken: ReadonlySet<string>): string {
  const name = clean(ifName) || clean(ifDescr) || `if${ifIndex}`
  return taken.has(name) ? `${name}#${ifIndex}` : name
}

function interfaceRow(facts: InterfaceFacts, name: string) {
  return {
    if_index: finite(facts.ifIndex),
    if_name: name,
    if_descr: clean(facts.ifDescr),
    if_alias: clean(facts.ifAlias),
    if_type: finite(facts.ifType),
    if_mtu: finite(facts.ifMtu),
    if_speed_bps: finite(facts.ifSpeedBps),
    if_phys_address: clean(facts.ifPhysAddress),
    if_admin_status: clean(facts.ifAdminStatus),
    if_oper_status: clean(facts.ifOperStatus),
    duplex: facts.duplex === 'half' || facts.duplex === 'full' ? facts.duplex : null,
  } satisfies Partial<InterfaceRow>
}

/** How many were given ids. */
async function applySensors(tx: Db, fact: DeviceFact): Promise<number> {
  const kept = new Map((await store.sensorsToWrite(tx, fact.deviceId)).map((row) => [row.key, row]))
  const found = new Map(
    fact.sensors
      .filter(isObject)
      .slice(0, mostOfEach)
      .map((facts) => [clean(facts.key), sensorRow(facts)]),
  )
  const fresh: Insertable<Tables['sensors']>[] = []
  for (const [key, sensor] of found) {
    const row = kept.get(key)
    if (!row) fresh.push({ id: newId('sensor'), device_id: fact.deviceId, ...sensor, ...stamps(fact.atMs) })
    else if (differs(row, sensor)) await store.updateSensor(tx, row.id, { ...sensor, updated_at: fact.atMs })
  }
  await store.insert(tx, 'sensors', fresh)
  return fresh.length
}

function sensorRow(facts: SensorFacts) {
  return {
    key: clean(facts.key),
    class: clean(facts.class),
    descr: clean(facts.descr),
    unit: clean(facts.unit),
    oid: clean(facts.oid),
    low_warn: finite(facts.lowWarn),
    high_warn: finite(facts.highWarn),
    high_critical: finite(facts.highCritical),
    states: JSON.stringify(facts.states ?? []).replaceAll('\\u0000', ''),
  } satisfies Partial<SensorRow>
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null

const stamps = (atMs: number) => ({ created_at: atMs, updated_at: atMs })

function differs<Row extends object>(row: Row, found: Partial<Row>): boolean {
  return (Object.keys(found) as (keyof Row)[]).some((column) => row[column] !== found[column])
}

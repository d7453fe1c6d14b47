import { duplexOf, ifStatusName, type InterfaceFacts } from '@zongheng/inventory/interface.ts'
import type { Quirks } from '@zongheng/inventory/profile.ts'
import { hashOf } from '../snmp/cell.ts'
import { rawNumber, type InterfaceNames } from './plan.ts'
import type { Column, Tables } from './tables.ts'
import { macOf, textOf } from './text.ts'

const ifEntry = '1.3.6.1.2.1.2.2.1'
const ifXEntry = '1.3.6.1.2.1.31.1.1.1'

/** IF-MIB [RFC 2863]. */
const columns = {
  ifDescr: `${ifEntry}.2`,
  ifType: `${ifEntry}.3`,
  ifMtu: `${ifEntry}.4`,
  ifSpeed: `${ifEntry}.5`,
  ifPhysAddress: `${ifEntry}.6`,
  ifAdminStatus: `${ifEntry}.7`,
  ifOperStatus: `${ifEntry}.8`,
  ifName: `${ifXEntry}.1`,
  ifHighSpeed: `${ifXEntry}.15`,
  ifAlias: `${ifXEntry}.18`,
  /** EtherLike-MIB [RFC 3635], indexed by ifIndex. */
  dot3StatsDuplexStatus: '1.3.6.1.2.1.10.7.2.1.19',
} as const
type IfColumn = keyof typeof columns
type IfTable = Record<IfColumn, Column>

const ifSpeedCeiling = 4_294_967_295 // ifSpeed then says "look at ifHighSpeed"

/** ifHighSpeed where it is given; ifSpeed where it says the same more exactly (an E1's 2,048,000). */
function speedBps(ifSpeed: number | null, ifHighSpeed: number | null): number | null {
  const exact = ifSpeed !== null && ifSpeed < ifSpeedCeiling ? ifSpeed : null
  if (!ifHighSpeed) return exact ?? (ifHighSpeed === null ? ifSpeed : null)
  const agrees = exact !== null && Math.abs(exact / 1e6 - ifHighSpeed) <= 0.5
  return agrees ? exact : ifHighSpeed * 1e6
}

function factsOf(table: IfTable, ifIndex: string): InterfaceFacts {
  const text = (name: IfColumn) => textOf(table[name].get(ifIndex))
  const number = (name: IfColumn) => rawNumber(table[name].get(ifIndex)?.value)
  const ifDescr = text('ifDescr')
  return {
    ifIndex: Number(ifIndex),
    ifName: text('ifName') || ifDescr || ifIndex,
    ifDescr,
    ifAlias: text('ifAlias'),
    ifType: number('ifType') ?? 1,
    ifMtu: number('ifMtu'),
    ifSpeedBps: speedBps(number('ifSpeed'), number('ifHighSpeed')),
    ifPhysAddress: macOf(table.ifPhysAddress.get(ifIndex)),
    ifAdminStatus: ifStatusName(number('ifAdminStatus') ?? 4),
    ifOperStatus: ifStatusName(number('ifOperStatus') ?? 4),
    duplex: duplexOf(number('dot3StatsDuplexStatus')),
  }
}

const withIndex = (ifName: string, ifIndex: number) => `${ifName}#${ifIndex}`

/** Two interfaces of one name could not be told apart: the later ones get their ifIndex behind it. */
function withUniqueNames(interfaces: InterfaceFacts[]): InterfaceFacts[] {
  const taken = new Set<string>()
  return interfaces.map((facts) => {
    const ifName = taken.has(facts.ifName) ? withIndex(facts.ifName, facts.ifIndex) : facts.ifName
    taken.add(ifName)
    return { ...facts, ifName }
  })
}

/** The ifName that the device itself gives. */
export function namedByDevice({ ifName, ifIndex }: InterfaceFacts): string {
  const suffix = withIndex('', ifIndex)
  return ifName.endsWith(suffix) ? ifName.slice(0, -suffix.length) : ifName
}

/** By which column a device's interfaces are known, and a hash of each name as it travels: 0 where there is none. */
export async function interfaceNames(tables: Tables, interfaces: InterfaceFacts[]): Promise<InterfaceNames> {
  const ifName = await tables.column(columns.ifName)
  const column = ifName.size > 0 ? 'ifName' : 'ifDescr'
  const names = column === 'ifName' ? ifName : await tables.column(columns.ifDescr)
  const marks = interfaces.map(({ ifIndex }) => {
    const octets = names.get(`${ifIndex}`)?.value
    return octets instanceof Uint8Array ? hashOf(octets) : 0
  })
  return { column, marks }
}

/** The device's interfaces, by ifIndex. ifDescr to ifOperStatus must be readable; ifXTable may be missing. */
export async function discoverInterfaces(
  tables: Tables,
  { noHighSpeed }: Quirks = {},
): Promise<InterfaceFacts[]> {
  const all = Object.entries(columns).map(async ([name, oid]) => [
    name,
    await (oid.startsWith(`${ifEntry}.`) ? tables.required(oid) : tables.column(oid)),
  ])
  const read = Object.fromEntries(await Promise.all(all)) as IfTable
  const table = noHighSpeed ? { ...read, ifHighSpeed: new Map() as Column } : read
  const known = [table.ifDescr, table.ifType, table.ifOperStatus, table.ifName]
  const indexes = new Set(
    known.flatMap((column) => [...column.keys()]).filter((index) => /^\d{1,10}$/.test(index)),
  )
  const sorted = [...indexes].sort((a, b) => Number(a) - Number(b))
  return withUniqueNames(sorted.map((ifIndex) => factsOf(table, ifIndex)))
}

/** Whose addresses a device knows: neighbours by LLDP and CDP, next hops of its routes, and what its ARP table holds. */
import type { SweepSource } from '../contract.ts'
import { SnmpError, type SnmpReader } from '../snmp/session.ts'
import type { VarBind } from '../snmp/value.ts'

export type KnownBy = SweepSource['by']

interface Source {
  by: KnownBy
  column: string
  of: (row: VarBind, root: string) => string | null
}

/** Where the addresses are: in the value, or in the index behind their type and length. What says most comes first. */
const sources: readonly Source[] = [
  { by: 'lldp', column: '1.0.8802.1.1.2.1.4.2.1.3', of: managementAddress }, // lldpRemManAddrIfSubtype [IEEE 802.1AB]
  { by: 'cdp', column: '1.3.6.1.4.1.9.9.23.1.2.1.1.4', of: inValue }, // cdpCacheAddress [CISCO-CDP-MIB]
  { by: 'route', column: '1.3.6.1.2.1.4.24.7.1.7', of: nextHop }, // inetCidrRouteIfIndex [RFC 4292]
  { by: 'route', column: '1.3.6.1.2.1.4.24.4.1.4', of: inValue }, // ipCidrRouteNextHop [RFC 2096]
  { by: 'route', column: '1.3.6.1.2.1.4.21.1.7', of: inValue }, // ipRouteNextHop [RFC 1213]
  { by: 'arp', column: '1.3.6.1.2.1.4.35.1.6', of: physicalNeighbour }, // ipNetToPhysicalType [RFC 4293]
  { by: 'arp', column: '1.3.6.1.2.1.4.22.1.3', of: inValue }, // ipNetToMediaNetAddress [RFC 4293]
]
/** A table with more is a backbone's: nobody sweeps a county from there. */
const mostRows = 4096

/** Each address once, by what says most of it. A table that cannot be read adds nothing; silence is thrown. */
export async function addressesBeside(reader: SnmpReader): Promise<Map<string, KnownBy>> {
  const found = new Map<string, KnownBy>()
  const tables = await Promise.all(sources.map(({ column }) => rowsOf(reader, column)))
  for (const [at, { by, column, of }] of sources.entries())
    for (const row of tables[at]!) {
      const address = of(row, column)
      if (address && isHost(address) && !found.has(address)) found.set(address, by)
    }
  return found
}

async function rowsOf(reader: SnmpReader, column: string): Promise<VarBind[]> {
  try {
    return await reader.walk(column, { maxRows: mostRows })
  } catch (error) {
    if (error instanceof SnmpError && (error.code === 'refused' || error.code === 'tooManyRows')) return []
    throw error
  }
}

/** lldpRemTimeMark.lldpRemLocalPortNum.lldpRemIndex.lldpRemManAddrSubtype.length.octets; subtype 1 is IPv4. */
function managementAddress({ oid }: VarBind, root: string): string | null {
  const [subtype, length, ...octets] = oid
    .slice(root.length + 1)
    .split('.')
    .slice(3)
  return subtype === '1' && length === '4' && octets.length === 4 ? octets.join('.') : null
}

/** destType.length.octets.pfxLen.policyLength.policy.nextHopType.length.octets; type 1 is IPv4. */
function nextHop({ oid }: VarBind, root: string): string | null {
  const index = oid.slice(root.length + 1).split('.')
  return index.at(-6) === '1' && index.at(-5) === '4' ? index.slice(-4).join('.') : null
}

/** ifIndex.type.length.octets; an entry that has become invalid (2) or is the device's own (5) tells of nobody. */
function physicalNeighbour({ oid, value: { value } }: VarBind, root: string): string | null {
  const [, type, length, ...octets] = oid.slice(root.length + 1).split('.')
  const isThere = value === 3 || value === 4
  return isThere && type === '1' && length === '4' && octets.length === 4 ? octets.join('.') : null
}

function inValue({ value: { value } }: VarBind): string | null {
  if (typeof value === 'string') return value
  return value instanceof Uint8Array && value.length === 4 ? value.join('.') : null
}

/** Neither none nor many [RFC 6890]; whether it may be asked, its bounds say. */
function isHost(address: string): boolean {
  const first = Number(address.split('.', 1)[0])
  return first > 0 && first < 224
}

/** What a device says of its own changes: one question instead of all its tables. */
import type { SnmpValue } from '../snmp/session.ts'
import { numberOf } from '../snmp/value.ts'

/** sysUpTime at the last change of what it is made of, of who stands around it, of how its interfaces are stacked. */
const entLastChangeTime = '1.3.6.1.2.1.47.1.4.1.0' // ENTITY-MIB [RFC 6933]
const lldpStatsRemTablesLastChangeTime = '1.0.8802.1.1.2.1.2.1.0' // LLDP-MIB [IEEE 802.1AB]
const ifStackLastChange = '1.3.6.1.2.1.31.1.6.0' // IF-MIB [RFC 2863]

export const changeOids: readonly string[] = [
  entLastChangeTime,
  lldpStatsRemTablesLastChangeTime,
  ifStackLastChange,
]

/** Null where it does not tell of both its parts and its neighbours: only its tables show what changed. */
export function changeMarkAmong(values: ReadonlyMap<string, SnmpValue>): string | null {
  const [parts, neighbours, stack] = changeOids.map((oid) => numberOf(values.get(oid)))
  return parts == null || neighbours == null ? null : [parts, neighbours, stack ?? ''].join(' ')
}

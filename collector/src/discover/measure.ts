import type { SnmpReader } from '../snmp/session.ts'
import { memoryOids, type Discovery, type Lookup } from './plan.ts'

/** Reads once everything that a discovery found to be measured. */
export async function measure(reader: SnmpReader, discovery: Discovery): Promise<Lookup> {
  const oids = new Set([
    ...discovery.sensors.map(({ reading }) => reading.oid),
    ...discovery.processors.map(({ reading }) => reading.oid),
    ...discovery.memory.flatMap(memoryOids),
    ...(discovery.storage ?? []).flatMap(memoryOids),
  ])
  const values = await reader.get([...oids])
  return (oid) => values.get(oid)?.value
}

import { textOf } from '@zongheng/inventory/octets.ts'
import { logLimits, type LogEntry } from '../contract.ts'
import type { SnmpException, SnmpValue } from '../snmp/value.ts'
import { meaningOf, vendorOf } from './mib/notifications.ts'
import { objectOf, upsAlarms } from './mib/objects.ts'
import type { Notification } from './notification.ts'
import { isText, lineOf } from './text.ts'

type Value = LogEntry['values'][string]

/** Objects that are secrets, or say nothing beyond what is told anyway. */
const untold = new Set(['snmpTrapCommunity', 'snmpTrapEnterprise'])

/** A notification as people read it: by name where one is known, else by OID, its objects typed. */
export function trapEntry(
  { kind, trapOid, uptimeTicks, agentAddress, varBinds }: Notification,
  { atMs, address }: { atMs: number; address: string },
): LogEntry {
  const { name, severity } = meaningOf(trapOid)
  const values: LogEntry['values'] = {}
  for (const { oid, value } of varBinds) {
    const object = objectOf(oid)
    if (object && untold.has(object.name)) continue
    if (Object.keys(values).length >= logLimits.values - 4) break
    const key = lineOf(object?.name ?? oid, logLimits.valueName)
    values[key] = worded(value, object?.codes)
  }
  const told = Object.entries(values).map(([key, value]) => `${key}=${value ?? ''}`)
  const vendor = name === trapOid ? vendorOf(trapOid) : null
  if (agentAddress && agentAddress !== address) values.agentAddress = agentAddress
  if (uptimeTicks !== null) values.uptimeS = Math.floor(uptimeTicks / 100)
  values.trapOid = lineOf(trapOid, logLimits.value)
  return {
    atMs,
    saidMs: null,
    kind,
    address,
    deviceId: null,
    name: lineOf(name, logLimits.name),
    severity,
    facility: null,
    host: null,
    text: lineOf([vendor, ...told].filter(Boolean).join(' ') || name, logLimits.text),
    values,
    repeated: 0,
  }
}

function worded({ type, value }: SnmpValue | SnmpException, codes?: Record<number, string>): Value {
  if (typeof value === 'number') return codes?.[value] ?? value
  if (typeof value === 'bigint') return value.toString()
  if (Buffer.isBuffer(value))
    return lineOf(type === 'octets' && isText(value) ? textOf(value) : hex(value), logLimits.value)
  if (typeof value === 'string') return upsAlarms[value] ?? lineOf(value, logLimits.value)
  return type === 'null' ? null : type
}

const hex = (octets: Buffer): string =>
  octets
    .subarray(0, logLimits.value / 3)
    .toString('hex')
    .replace(/..(?=.)/g, '$&:')

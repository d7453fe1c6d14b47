/**
 * Every number the product keeps, its unit, and how it adds up. A counter is kept as exact increments with start
 * and end; everything else is a gauge. Interface metrics keep the names of IF-MIB (RFC 2863).
 */
export type MetricKind = 'gauge' | 'increment'
export type MetricUnit = 'octets' | 'packets' | 'percent' | 'ms' | 's' | 'code' | 'count' | 'sensor'

interface Metric {
  kind: MetricKind
  unit: MetricUnit
  /** What carries it. */
  entity: 'device' | 'interface' | 'sensor' | 'circuit'
}

const octets = { kind: 'increment', unit: 'octets', entity: 'interface' } as const
const packets = { kind: 'increment', unit: 'packets', entity: 'interface' } as const
const ifCode = { kind: 'gauge', unit: 'code', entity: 'interface' } as const

export const metrics = {
  /** 1 when the device answered the poll, 0 when it kept silent after all retries. */
  reachable: { kind: 'gauge', unit: 'code', entity: 'device' },
  responseMs: { kind: 'gauge', unit: 'ms', entity: 'device' },
  uptimeS: { kind: 'gauge', unit: 's', entity: 'device' },
  cpuPercent: { kind: 'gauge', unit: 'percent', entity: 'device' },
  memoryPercent: { kind: 'gauge', unit: 'percent', entity: 'device' },
  ifHCInOctets: octets,
  ifHCOutOctets: octets,
  ifHCInUcastPkts: packets,
  ifHCOutUcastPkts: packets,
  ifInErrors: packets,
  ifOutErrors: packets,
  ifInDiscards: packets,
  ifOutDiscards: packets,
  ifAdminStatus: ifCode,
  ifOperStatus: ifCode,
  /** In the unit its sensor names. */
  value: { kind: 'gauge', unit: 'sensor', entity: 'sensor' },
  /** 1 when the leg's far end answered, 0 when all tries of one probe were lost. */
  probeOk: { kind: 'gauge', unit: 'code', entity: 'circuit' },
  probeRttMs: { kind: 'gauge', unit: 'ms', entity: 'circuit' },
  probeSent: { kind: 'gauge', unit: 'count', entity: 'circuit' },
  probeLost: { kind: 'gauge', unit: 'count', entity: 'circuit' },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof metrics

export function isMetric(name: string): name is MetricName {
  return Object.hasOwn(metrics, name)
}

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
  entity: 'device' | 'interface' | 'sensor' | 'circuit' | 'check' | 'collector'
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
  /** Smoothed difference of successive round trips [RFC 3550 §6.4.1]. */
  probeJitterMs: { kind: 'gauge', unit: 'ms', entity: 'circuit' },
  /** Longest run of losses within the minute. */
  probeBurst: { kind: 'gauge', unit: 'count', entity: 'circuit' },
  /** The routing neighbour across the circuit, as in neighbour.ts. */
  neighbourState: { kind: 'gauge', unit: 'code', entity: 'circuit' },
  /** Echoes to the managed address, told once a minute. */
  pingSent: { kind: 'gauge', unit: 'count', entity: 'device' },
  pingLost: { kind: 'gauge', unit: 'count', entity: 'device' },
  pingRttMinMs: { kind: 'gauge', unit: 'ms', entity: 'device' },
  pingRttMeanMs: { kind: 'gauge', unit: 'ms', entity: 'device' },
  pingRttMaxMs: { kind: 'gauge', unit: 'ms', entity: 'device' },
  pingJitterMs: { kind: 'gauge', unit: 'ms', entity: 'device' },
  pingBurst: { kind: 'gauge', unit: 'count', entity: 'device' },
  /** 1 when the check found what it expects, 0 when not. */
  checkOk: { kind: 'gauge', unit: 'code', entity: 'check' },
  checkMs: { kind: 'gauge', unit: 'ms', entity: 'check' },
  checkDnsMs: { kind: 'gauge', unit: 'ms', entity: 'check' },
  checkConnectMs: { kind: 'gauge', unit: 'ms', entity: 'check' },
  checkTlsMs: { kind: 'gauge', unit: 'ms', entity: 'check' },
  checkFirstByteMs: { kind: 'gauge', unit: 'ms', entity: 'check' },
  checkBytes: { kind: 'gauge', unit: 'octets', entity: 'check' },
  /** Whole and part days until the first certificate of the chain expires. */
  checkDaysLeft: { kind: 'gauge', unit: 'count', entity: 'check' },
  checkOffsetMs: { kind: 'gauge', unit: 'ms', entity: 'check' },
  /** Of the newest file. */
  checkAgeS: { kind: 'gauge', unit: 's', entity: 'check' },
  /** What an SNMP value check read. */
  checkValue: { kind: 'gauge', unit: 'count', entity: 'check' },
  /** How a collector fares. */
  collectorCpuPercent: { kind: 'gauge', unit: 'percent', entity: 'collector' },
  collectorRssBytes: { kind: 'gauge', unit: 'octets', entity: 'collector' },
  collectorLagMs: { kind: 'gauge', unit: 'ms', entity: 'collector' },
  collectorOnTimePercent: { kind: 'gauge', unit: 'percent', entity: 'collector' },
  collectorTimeouts: { kind: 'gauge', unit: 'count', entity: 'collector' },
  collectorSpoolBytes: { kind: 'gauge', unit: 'octets', entity: 'collector' },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof metrics

export function isMetric(name: string): name is MetricName {
  return Object.hasOwn(metrics, name)
}

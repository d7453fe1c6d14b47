import type { PortState } from '../world/port.ts'
import type { Agent } from './agent.ts'
import { counter32, counter64, gauge, hex, int, oid, text, ticks } from './value.ts'
import { table } from './view.ts'

const up = 1
const down = 2
const maxGauge = 2 ** 32 - 1
const zero64 = () => counter64(0)
const zero32 = () => counter32(0)
const none = '0.0'

export const ifNumber = table<Agent>('1.3.6.1.2.1.2', { 1: ({ device }) => int(device.ports.length) })

/** ifTable [RFC 2863]. */
export const ifTable = table<PortState>('1.3.6.1.2.1.2.2.1', {
  1: ({ port }) => int(port.ifIndex),
  2: ({ port }) => text(port.ifDescr),
  3: ({ port }) => int(port.ifType),
  4: ({ port }) => int(port.ifMtu),
  5: ({ port }) => gauge(Math.min(port.ifSpeedBps, maxGauge)),
  6: ({ port }) => hex(port.ifPhysAddress),
  7: ({ port }) => int(port.enabled ? up : down),
  8: (row) => int(row.running ? up : down),
  9: (row) => ticks(row.changedMs - row.device.bootedMs),
  10: (row, atMs) => counter32(row.counts(atMs).inOctets),
  11: (row, atMs) => counter32(row.counts(atMs).inPackets),
  13: zero32,
  14: (row, atMs) => counter32(row.counts(atMs).inErrors),
  15: zero32,
  16: (row, atMs) => counter32(row.counts(atMs).outOctets),
  17: (row, atMs) => counter32(row.counts(atMs).outPackets),
  19: zero32,
  20: zero32,
  22: () => oid(none),
})

/** ifXTable [RFC 2863]. */
export const ifXTable = table<PortState>('1.3.6.1.2.1.31.1.1.1', {
  1: ({ port }) => text(port.ifName),
  2: zero32,
  3: zero32,
  4: zero32,
  5: zero32,
  6: (row, atMs) => counter64(row.counts(atMs).inOctets),
  7: (row, atMs) => counter64(row.counts(atMs).inPackets),
  8: zero64,
  9: zero64,
  10: (row, atMs) => counter64(row.counts(atMs).outOctets),
  11: (row, atMs) => counter64(row.counts(atMs).outPackets),
  12: zero64,
  13: zero64,
  14: () => int(1),
  15: ({ port }) => gauge(port.ifSpeedBps / 1e6),
  16: () => int(down), // ifPromiscuousMode false
  17: ({ port }) => int(port.ifPhysAddress ? up : down), // ifConnectorPresent, a TruthValue
  18: ({ port }) => text(port.ifAlias),
  19: () => ticks(0),
})

/** ifTableLastChange [RFC 2863]: no interface comes or goes while a device runs. */
export const ifTableLastChange = table<Agent>('1.3.6.1.2.1.31.1', { 5: () => ticks(0) })

import { isSound, partsOf, type PartKind, type PartRow } from './entity.ts'
import { gauge, int, text, type Value } from './value.ts'
import { rows, table } from './view.ts'
import type { Agent } from './agent.ts'

const working = (normal: number, failed: number) => (row: PartRow) => int(isSound(row) ? normal : failed)
const onBoard =
  (read: (row: PartRow, atMs: number) => Value, otherwise: number) => (row: PartRow, atMs: number) =>
    row.kind === 'board' ? read(row, atMs) : int(otherwise)

const cpu = ({ device }: PartRow, atMs: number) => int(device.cpuPercent(atMs))
const memory = ({ device }: PartRow, atMs: number) => int(device.memoryPercent(atMs))
const temperature = ({ device }: PartRow, atMs: number) => int(device.boardTemperature(atMs))

/** Rows of the parts of some kinds, under an index of the table's own. */
function partRows(agent: Agent, kind: PartKind, index?: (part: PartRow) => number[]): PartRow[] {
  const parts = partsOf(agent.device).filter((part) => part.kind === kind)
  return index ? parts.map((part) => ({ ...part, index: index(part) })) : parts
}

// HUAWEI-ENTITY-EXTENT-MIB: only a board has CPU and memory, all others say 0; 2147483647: no sensor.
const hwEntityState = table<PartRow>('1.3.6.1.4.1.2011.5.25.31.1.1.1.1', {
  1: () => int(3), // hwEntityAdminStatus unlocked
  2: () => int(3), // hwEntityOperStatus enabled
  5: onBoard(cpu, 0),
  6: () => int(80),
  7: onBoard(memory, 0),
  8: () => int(85),
  9: onBoard(() => int(-1), 0), // more than 2 GB
  11: onBoard(temperature, 2147483647),
  12: onBoard(() => int(75), 2147483647),
})
const hwFanStatus = table<PartRow>('1.3.6.1.4.1.2011.5.25.31.1.1.10.1', {
  1: ({ ordinal }) => int(13 + ordinal),
  2: () => int(1),
  3: () => int(1),
  4: () => int(1),
  5: (row) => int(isSound(row) ? 45 : 0),
  6: () => int(1),
  7: working(1, 2),
})
const hwPwrStatus = table<PartRow>('1.3.6.1.4.1.2011.5.25.31.1.1.18.1', {
  1: ({ ordinal }) => int(11 + ordinal),
  2: () => int(0),
  3: () => int(1),
  4: () => int(2),
  5: () => int(1),
  6: () => int(1),
  7: () => int(1524),
  8: () => int(53456),
})

// HH3C-ENTITY-EXT-MIB: 65535 means no sensor.
const hh3cEntityExtState = table<PartRow>('1.3.6.1.4.1.25506.2.6.1.1.1.1', {
  2: () => int(3),
  3: () => int(3),
  6: onBoard(cpu, 0),
  7: () => int(80),
  8: onBoard(memory, 0),
  9: () => int(85),
  12: (row, atMs) => (row.kind === 'sensor' ? temperature(row, atMs) : int(65535)),
  13: (row) => int(row.kind === 'sensor' ? 70 : 65535),
  19: (row) => (row.kind === 'fan' ? working(2, 41)(row) : int(2)), // fanError
})

// CISCO-PROCESS-MIB, CISCO-MEMORY-POOL-MIB, CISCO-ENVMON-MIB
const cpmCPUTotal = table<PartRow>('1.3.6.1.4.1.9.9.109.1.1.1.1', {
  2: ({ physicalIndex }) => int(physicalIndex),
  6: (row, atMs) => gauge(row.device.cpuPercent(atMs)),
  7: (row, atMs) => gauge(row.device.cpuPercent(atMs)),
  8: (row, atMs) => gauge(row.device.cpuPercent(atMs)),
})
const poolOctets = 3_800_000_000
const ciscoMemoryPool = table<PartRow>('1.3.6.1.4.1.9.9.48.1.1.1', {
  2: () => text('Processor'),
  3: () => int(0),
  4: () => int(1),
  5: (row, atMs) => gauge((poolOctets * row.device.memoryPercent(atMs)) / 100),
  6: (row, atMs) => gauge((poolOctets * (100 - row.device.memoryPercent(atMs))) / 100),
  7: (row, atMs) => gauge((poolOctets * (100 - row.device.memoryPercent(atMs))) / 200),
})
const ciscoEnvMonTemperature = table<PartRow>('1.3.6.1.4.1.9.9.13.1.3.1', {
  2: ({ name }) => text(name),
  3: (row, atMs) => gauge(row.device.boardTemperature(atMs)),
  4: () => int(75),
  5: () => int(0),
  6: () => int(1),
})
const ciscoEnvMonFan = table<PartRow>('1.3.6.1.4.1.9.9.13.1.4.1', {
  2: ({ name }) => text(name),
  3: working(1, 3),
})
const ciscoEnvMonSupply = table<PartRow>('1.3.6.1.4.1.9.9.13.1.5.1', {
  2: ({ name }) => text(name),
  3: () => int(1),
  4: () => int(2),
})

// RUIJIE-SYSTEM-MIB, RUIJIE-PROCESS-MIB, RUIJIE-MEMORY-MIB: 4 is normal
const ruijieSystem = table<Agent>('1.3.6.1.4.1.4881.1.1.10.2.1.1', {
  1: () => text('1.00'),
  2: ({ device }) => text(device.model.version),
  24: ({ device }) => text(device.serial),
})
const ruijieTemperature = table<PartRow>('1.3.6.1.4.1.4881.1.1.10.2.1.1.23.1', {
  2: ({ name }) => text(name),
  3: temperature,
})
const ruijieFan = table<PartRow>('1.3.6.1.4.1.4881.1.1.10.2.1.1.21.1', { 2: working(4, 5) })
const ruijieSupply = table<PartRow>('1.3.6.1.4.1.4881.1.1.10.2.1.1.18.1', { 2: () => int(4) })
const ruijieMemoryPool = table<PartRow>('1.3.6.1.4.1.4881.1.1.10.2.35.1.1.1', {
  2: () => text('Processor'),
  3: memory,
})
const ruijieCpu = table<Agent>('1.3.6.1.4.1.4881.1.1.10.2.36.1.1', {
  1: ({ device }, atMs) => gauge(device.cpuPercent(atMs)),
  2: ({ device }, atMs) => gauge(device.cpuPercent(atMs)),
  3: ({ device }, atMs) => gauge(device.cpuPercent(atMs)),
})

const byOrdinal = ({ ordinal }: PartRow) => [ordinal + 1]

export const huawei = (agent: Agent) => [
  ...rows(hwEntityState, partsOf(agent.device)),
  ...rows(
    hwFanStatus,
    partRows(agent, 'fan', ({ ordinal }) => [13 + ordinal, 1]),
  ),
  ...rows(
    hwPwrStatus,
    partRows(agent, 'psu', ({ ordinal }) => [11 + ordinal, 0]),
  ),
]

export const h3c = (agent: Agent) => rows(hh3cEntityExtState, partsOf(agent.device))

export const cisco = (agent: Agent) => [
  ...rows(cpmCPUTotal, partRows(agent, 'board', byOrdinal)),
  ...rows(ciscoMemoryPool, partRows(agent, 'board', byOrdinal)),
  ...rows(ciscoEnvMonTemperature, partRows(agent, 'sensor')),
  ...rows(ciscoEnvMonFan, partRows(agent, 'fan')),
  ...rows(ciscoEnvMonSupply, partRows(agent, 'psu')),
]

export const ruijie = (agent: Agent) => [
  ...rows(ruijieSystem, [agent]),
  ...rows(ruijieTemperature, partRows(agent, 'board', byOrdinal)),
  ...rows(ruijieFan, partRows(agent, 'fan', byOrdinal)),
  ...rows(ruijieSupply, partRows(agent, 'psu', byOrdinal)),
  ...rows(ruijieMemoryPool, partRows(agent, 'board', byOrdinal)),
  ...rows(ruijieCpu, [agent]),
]

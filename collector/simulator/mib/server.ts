import { whole } from '@zongheng/inventory/demo/hash.ts'
import type { Agent } from './agent.ts'
import { int, oid, text, ticks } from './value.ts'
import { rows, table, type Row } from './view.ts'

const totalKb = 16_384_000
const swapKb = 4_096_000
const cacheShare = 0.18

const usedKb = ({ device }: Agent, atMs: number) => (totalKb * device.memoryPercent(atMs)) / 100
const cachedKb = totalKb * cacheShare

/** UCD-SNMP-MIB: memory in kB, of which free; cached and buffered memory comes back when it is needed. */
const memory = table<Agent>('1.3.6.1.4.1.2021.4', {
  3: () => int(swapKb),
  4: () => int(swapKb * 0.98),
  5: () => int(totalKb),
  6: (agent, atMs) => int(Math.max(0, totalKb - usedKb(agent, atMs) - cachedKb)),
  11: (agent, atMs) => int(totalKb - usedKb(agent, atMs) + swapKb * 0.98 - cachedKb),
  14: () => int(0),
  15: () => int(cachedKb),
})
const systemStats = table<Agent>('1.3.6.1.4.1.2021.11', {
  9: ({ device }, atMs) => int(device.cpuPercent(atMs) * 0.7),
  10: ({ device }, atMs) => int(device.cpuPercent(atMs) * 0.3),
  11: ({ device }, atMs) => int(100 - device.cpuPercent(atMs)),
})

interface Load extends Row {
  agent: Agent
  name: string
}
const laTable = table<Load>('1.3.6.1.4.1.2021.10.1', {
  1: ({ index }) => int(index[0]!),
  2: ({ name }) => text(name),
  3: ({ agent }, atMs) => text(((agent.device.cpuPercent(atMs) / 100) * processors).toFixed(2)),
  5: ({ agent }, atMs) => int(agent.device.cpuPercent(atMs) * processors),
})

/** HOST-RESOURCES-MIB [RFC 2790]. */
const hrSystem = table<Agent>('1.3.6.1.2.1.25.1', {
  1: ({ device }, atMs) => ticks(atMs - device.bootedMs),
  6: ({ device }) => int(whole(`processes ${device.device.key}`, 140, 260)),
})
const hrMemorySize = table<Agent>('1.3.6.1.2.1.25.2', { 2: () => int(totalKb) })

interface Storage extends Row {
  agent: Agent
  /** hrStorageTypes. */
  type: number
  name: string
  unitOctets: number
  size: number
  used: (atMs: number) => number
}
const hrStorage = table<Storage>('1.3.6.1.2.1.25.2.3.1', {
  1: ({ index }) => int(index[0]!),
  2: ({ type }) => oid(`1.3.6.1.2.1.25.2.1.${type}`),
  3: ({ name }) => text(name),
  4: ({ unitOctets }) => int(unitOctets),
  5: ({ size }) => int(size),
  6: ({ used }, atMs) => int(used(atMs)),
})

const processors = 4
interface Processor extends Row {
  agent: Agent
}
const hrDevice = table<Processor>('1.3.6.1.2.1.25.3.2.1', {
  1: ({ index }) => int(index[0]!),
  2: () => oid('1.3.6.1.2.1.25.3.1.3'), // hrDeviceProcessor
  3: () => text('GenuineIntel: Intel(R) Xeon(R) Silver 4210R CPU @ 2.40GHz'),
  4: () => oid('0.0'),
  5: () => int(2),
})
const hrProcessor = table<Processor>('1.3.6.1.2.1.25.3.3.1', {
  1: () => oid('0.0'),
  2: ({ agent, index }, atMs) => int(agent.device.cpuPercent(atMs + index[0]! * 61_000)),
})

function storages(agent: Agent): Storage[] {
  const disk = (name: string, index: number, size: number): Storage => {
    const percent = whole(`disk ${agent.device.device.key} ${name}`, 18, 64)
    return {
      agent,
      index: [index],
      type: 4,
      name,
      unitOctets: 4096,
      size,
      used: () => (size * percent) / 100,
    }
  }
  const ram = { agent, unitOctets: 1024 }
  return [
    {
      ...ram,
      index: [1],
      type: 2,
      name: 'Physical memory',
      size: totalKb,
      used: (atMs) => usedKb(agent, atMs) + cachedKb,
    },
    { ...ram, index: [7], type: 1, name: 'Cached memory', size: cachedKb, used: () => cachedKb },
    { ...ram, index: [10], type: 3, name: 'Swap space', size: swapKb, used: () => swapKb * 0.02 },
    disk('/', 31, 12_800_000),
    disk('/data', 36, 120_000_000),
  ]
}

/** A Debian server under net-snmp. */
export function server(agent: Agent) {
  const cpus = Array.from({ length: processors }, (_, n): Processor => ({ agent, index: [196_608 + n] }))
  const loads = ['Load-1', 'Load-5', 'Load-15'].map((name, n): Load => ({ agent, name, index: [n + 1] }))
  return [
    ...rows(memory, [agent]),
    ...rows(laTable, loads),
    ...rows(systemStats, [agent]),
    ...rows(hrSystem, [agent]),
    ...rows(hrMemorySize, [agent]),
    ...rows(hrStorage, storages(agent)),
    ...rows(hrDevice, cpus),
    ...rows(hrProcessor, cpus),
  ]
}

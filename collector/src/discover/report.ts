import type { InterfaceFacts } from '@zongheng/inventory/interface.ts'
import { namedByDevice } from './interfaces.ts'
import {
  memoryOids,
  memoryUse,
  rawNumber,
  readNumber,
  type Discovery,
  type Lookup,
  type MemoryPlan,
  type SensorPlan,
} from './plan.ts'

const round = (value: number) => Math.round(value * 1e6) / 1e6

function interfaceRow(facts: InterfaceFacts) {
  return { ...facts, ifName: namedByDevice(facts), ifTypeId: facts.ifType }
}

/** A state's `value` is the device's own integer, whatever it means to our rules. */
function sensorRow({ facts, reading }: SensorPlan, lookup: Lookup) {
  const value = readNumber(reading, lookup(reading.oid))
  const row = { key: facts.key, class: facts.class, descr: facts.descr, unit: facts.unit, oid: facts.oid }
  if (facts.class !== 'state') return { ...row, value: value === null ? null : round(value) }
  const state = facts.states.find((known) => known.value === value)
  return {
    ...row,
    value: rawNumber(lookup(reading.oid)),
    stateText: state?.text ?? '',
    severity: state?.severity ?? 'unknown',
  }
}

const poolRow = (plan: MemoryPlan, lookup: Lookup) => ({
  descr: plan.descr,
  ...(memoryUse(plan, lookup) ?? { percent: null, usedBytes: null, totalBytes: null }),
  oids: memoryOids(plan),
})

/** One document of format `expected/1`: identity, interfaces, processors, memory and sensors with their values now. */
export function report(name: string, discovery: Discovery, lookup: Lookup) {
  return {
    format: 'expected/1',
    recording: name,
    profile: discovery.profile,
    identity: discovery.identity,
    interfaces: discovery.interfaces.map(interfaceRow),
    processors: discovery.processors.map(({ descr, reading }) => ({
      descr,
      usagePercent: readNumber(reading, lookup(reading.oid)),
      oid: reading.oid,
    })),
    memory: discovery.memory.map((plan) => ({
      ...poolRow(plan, lookup),
      class: plan.main ? 'system' : 'other',
    })),
    storage: (discovery.storage ?? []).map((plan) => poolRow(plan, lookup)),
    sensors: discovery.sensors.map((plan) => sensorRow(plan, lookup)),
    supplies: (discovery.supplies ?? []).map(({ capacity: _, ...row }) => row),
    neighbours: (discovery.neighbours ?? []).map(({ seen: _, ...row }) => row),
    vlans: discovery.vlans ?? [],
    ipv4: discovery.addresses ?? [],
    bgpPeers: discovery.bgpPeers ?? [],
    problems: discovery.problems,
  }
}
export type Report = ReturnType<typeof report>

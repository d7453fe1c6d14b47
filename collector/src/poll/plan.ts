/** What one poll of a device reads, made from its discovery and the ids that the server has given. Pure. */
import {
  allSensors,
  memoryOids,
  type CpuCombination,
  type Discovery,
  type MemoryPlan,
  type ProcessorPlan,
  type Reading,
} from '../discover/plan.ts'
import type { HeldTarget } from './held-target.ts'
import { Ports, type PlannedPort } from './ports.ts'
import { shared } from './shared.ts'

/** IANAifType whose ifSpeed the wire sets: ethernetCsmacd, iso88023, fastEther, fastEtherFX, gigabitEthernet. */
const wiredTypes = new Set([6, 7, 62, 69, 117])

/** What is read of a device besides its interfaces. */
export interface Readings {
  /** All instances. */
  oids: string[]
  processors: ProcessorPlan[]
  cpuCombination: CpuCombination
  memory: MemoryPlan[]
  sensors: { id: string; reading: Reading }[]
}

export interface PollPlan {
  /** One of them for interfaces with 64-bit counters, one for those without. */
  ports: Ports[]
  /** Null when there are none. */
  readings: Readings | null
}

type Wanted = Pick<HeldTarget, 'interfaces' | 'sensors'>

/**
 * Interfaces are matched by ifName, sensors by key; what the device does not have now is not asked for. `before`: the device's
 * ports until now, whose counters go on.
 */
export function planPoll(
  discovery: Discovery,
  wanted: Wanted,
  { isV1, before = [] }: { isV1: boolean; before?: readonly Ports[] },
): PollPlan {
  const name = discovery.names?.column ?? 'ifName'
  const planned = plannedPorts(discovery, wanted)
  const isNarrow = ({ id, ifIndex }: PlannedPort) =>
    isV1 || before.some((ports) => !ports.isWide && ports.remembers(id, ifIndex))
  const groups = [planned.filter((port) => !isNarrow(port)), planned.filter(isNarrow)]
  const ports = groups.map((group, i) => new Ports(group, name, i === 0)).filter(({ ids }) => ids.length > 0)
  for (const group of ports) group.goOnFrom(before)
  return { ports, readings: plannedReadings(discovery, wanted) }
}

function plannedPorts({ interfaces, names }: Discovery, wanted: Wanted): PlannedPort[] {
  const byName = new Map(
    interfaces.map((facts, at) => [facts.ifName, { facts, nameMark: names?.marks[at] ?? 0 }]),
  )
  const planned: PlannedPort[] = []
  for (const { id, ifName } of wanted.interfaces) {
    const known = byName.get(ifName)
    if (!known) continue
    const { ifIndex, ifType, ifSpeedBps } = known.facts
    const speedBps = (wiredTypes.has(ifType) && ifSpeedBps) || Infinity
    planned.push({ id, ifIndex, speedBps, nameMark: known.nameMark })
  }
  return planned
}

/** What models have in common is held once. */
function plannedReadings(discovery: Discovery, wanted: Wanted): Readings | null {
  const processors = shared(discovery.processors)
  const memory = shared(discovery.memory.filter(({ main }) => main))
  const byKey = new Map(allSensors(discovery).map((sensor) => [sensor.facts.key, sensor]))
  const sensors = wanted.sensors.flatMap(({ id, key }) => {
    const sensor = byKey.get(key)
    return sensor ? [{ id, reading: shared(sensor.reading) }] : []
  })
  const oids = [
    ...processors.map(({ reading }) => reading.oid),
    ...memory.flatMap(memoryOids),
    ...sensors.map(({ reading }) => reading.oid),
  ]
  if (oids.length === 0) return null
  return { oids: [...new Set(oids)], processors, cpuCombination: discovery.cpuCombination, memory, sensors }
}

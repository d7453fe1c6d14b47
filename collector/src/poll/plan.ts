/** What one poll of a device reads, made from its discovery and the ids that the server has given. Pure. */
import type { Target } from '../contract.ts'
import { memoryOids, type Discovery, type Reading } from '../discover/plan.ts'
import type { SnmpValue } from '../snmp/session.ts'
import { numberOf } from '../snmp/value.ts'
import type { CounterMetric } from './increments.ts'

export const sysUpTime = '1.3.6.1.2.1.1.3.0'
const ifNumber = '1.3.6.1.2.1.2.1.0'
const ifTableLastChange = '1.3.6.1.2.1.31.1.5.0'

/** What every poll asks first. */
export const presenceOids = [sysUpTime, ifNumber, ifTableLastChange]

/** Changes when interfaces come or go. */
export const tableMark = (values: Map<string, SnmpValue>): string =>
  [ifNumber, ifTableLastChange].map((oid) => numberOf(values.get(oid))).join(' ')

const ifEntry = '1.3.6.1.2.1.2.2.1'
const ifXEntry = '1.3.6.1.2.1.31.1.1.1'

/** IF-MIB [RFC 2863]: the column of each counter, and the 32-bit one of devices that lack it. */
export const counterColumns: Record<CounterMetric, { wide?: string; narrow: string }> = {
  ifHCInOctets: { wide: `${ifXEntry}.6`, narrow: `${ifEntry}.10` },
  ifHCOutOctets: { wide: `${ifXEntry}.10`, narrow: `${ifEntry}.16` },
  ifHCInUcastPkts: { wide: `${ifXEntry}.7`, narrow: `${ifEntry}.11` },
  ifHCOutUcastPkts: { wide: `${ifXEntry}.11`, narrow: `${ifEntry}.17` },
  ifInErrors: { narrow: `${ifEntry}.14` },
  ifOutErrors: { narrow: `${ifEntry}.20` },
  ifInDiscards: { narrow: `${ifEntry}.13` },
  ifOutDiscards: { narrow: `${ifEntry}.19` },
}
export const statusColumns = { ifAdminStatus: `${ifEntry}.7`, ifOperStatus: `${ifEntry}.8` } as const
export const discontinuityColumn = `${ifXEntry}.19`

/** IANAifType whose ifSpeed the wire sets: ethernetCsmacd, iso88023, fastEther, fastEtherFX, gigabitEthernet. */
const wiredTypes = new Set([6, 7, 62, 69, 117])

export interface PlannedInterface {
  id: string
  ifIndex: number
  /** bit/s where the wire sets it. */
  speedBps: number | null
}

export interface PollPlan {
  interfaces: PlannedInterface[]
  sensors: { id: string; reading: Reading }[]
  /** Instances for cpuPercent and memoryPercent. */
  usageOids: string[]
  discovery: Discovery
}

/** Interfaces are matched by ifName, sensors by key; what the device does not have now is not asked for. */
export function planPoll(discovery: Discovery, target: Pick<Target, 'interfaces' | 'sensors'>): PollPlan {
  const byName = new Map(discovery.interfaces.map((facts) => [facts.ifName, facts]))
  const byKey = new Map(discovery.sensors.map((sensor) => [sensor.facts.key, sensor]))
  return {
    interfaces: target.interfaces.flatMap(({ id, ifName }) => {
      const facts = byName.get(ifName)
      if (!facts) return []
      return [
        { id, ifIndex: facts.ifIndex, speedBps: wiredTypes.has(facts.ifType) ? facts.ifSpeedBps : null },
      ]
    }),
    sensors: target.sensors.flatMap(({ id, key }) => {
      const sensor = byKey.get(key)
      return sensor ? [{ id, reading: sensor.reading }] : []
    }),
    usageOids: [
      ...new Set([
        ...discovery.processors.map(({ reading }) => reading.oid),
        ...discovery.memory.filter(({ main }) => main).flatMap(memoryOids),
      ]),
    ],
    discovery,
  }
}

export const statusOids = (plan: PollPlan): string[] =>
  plan.interfaces.flatMap(({ ifIndex }) =>
    Object.values(statusColumns).map((column) => `${column}.${ifIndex}`),
  )

/** Counters of one interface, 64 bits wide where they are known to exist. */
export function counterOids(ifIndex: number, isWide: boolean): string[] {
  const columns = Object.values(counterColumns).map(({ wide, narrow }) => (isWide && wide) || narrow)
  return [...columns, discontinuityColumn].map((column) => `${column}.${ifIndex}`)
}

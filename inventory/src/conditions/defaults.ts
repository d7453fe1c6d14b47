/** What the product judges by rules unless somebody wants it otherwise. It works unconfigured. */
import type { BuiltInCondition } from '../conditions.ts'
import { upsKeys } from '../sensor.ts'
import type { ConditionSpec, Settings } from './spec.ts'

export interface DefaultSpec extends ConditionSpec {
  /** Limits that a device names itself count before these. */
  fromDevice?: boolean
  /** Entities of one of these classes are not judged by it. */
  without?: readonly string[]
  /** By class, all of which an entity must be of; the first that fits. */
  byClass?: { classes: readonly string[]; settings: Partial<Settings> }[]
}

const minutes = (n: number) => n * 60
/** A battery that held through an outage is low until it is charged again. */
const chargingS = minutes(15)

// prettier-ignore
export const defaultSpecs: Partial<Record<BuiltInCondition, DefaultSpec>> = {
  'cpu-high': { kind: 'threshold', metrics: ['cpuPercent'], as: 'value', classes: [], settings: { above: 90, easePercent: 5, forS: minutes(3) } },
  'memory-high': { kind: 'threshold', metrics: ['memoryPercent'], as: 'value', classes: [], settings: { above: 90, easePercent: 2, forS: minutes(3) } },
  'interface-errors': { kind: 'threshold', metrics: ['ifInErrors', 'ifOutErrors'], as: 'perMinute', classes: [], settings: { above: 60, easePercent: 50, forS: minutes(5), clearForS: minutes(5) } },
  'interface-discards': { kind: 'threshold', metrics: ['ifInDiscards', 'ifOutDiscards'], as: 'perMinute', classes: [], settings: { above: 600, easePercent: 50, forS: minutes(10), clearForS: minutes(5) } },
  'interface-flapping': { kind: 'change', metrics: ['ifOperStatus'], as: 'value', classes: [], settings: { times: 4, withinS: minutes(15) } },
  'traffic-unusual': { kind: 'deviation', metrics: ['ifHCInOctets', 'ifHCOutOctets'], as: 'bits', classes: ['line'], settings: { spreads: 6, leastPercent: 150, leastSpread: 2_000_000, weeks: 6, forS: minutes(15), clearForS: minutes(15) } },
  'latency-unusual': { kind: 'deviation', metrics: ['probeRttMs'], as: 'value', classes: [], settings: { spreads: 6, leastPercent: 100, leastSpread: 20, weeks: 6, forS: minutes(10), clearForS: minutes(10) } },
  'line-filling': { kind: 'forecast', metrics: ['ifHCInOctets', 'ifHCOutOctets'], as: 'rented', classes: ['line'], settings: { toward: 100, withinDays: 30 } },
  'battery-ageing': { kind: 'forecast', metrics: ['value'], as: 'value', classes: [upsKeys.minutesRemaining], settings: { toward: 10, withinDays: 90 } },
  'temperature-rising': { kind: 'rate', metrics: ['value'], as: 'value', classes: ['temperature', 'on:environment'], settings: { above: 5, overS: minutes(10) } },
  // many a UPS tells its minutes only while it runs on battery; a test of a line that gets no answer has no round trip; a new cartridge may not be counted
  'sensor-silent': { kind: 'absence', metrics: ['value'], as: 'value', classes: [], without: ['runtime', 'rtt', 'mos', 'supply'], settings: { afterS: minutes(30) } },
  'townships-offline': { kind: 'group', metrics: [], as: 'value', classes: [], group: { of: 'link', tier: 'township', per: 'city' }, settings: { percent: 20, least: 5, easePercent: 25, clearForS: minutes(1) } },
  'sensor-limit': {
    kind: 'threshold', metrics: ['value'], as: 'value', classes: [], fromDevice: true, settings: { easePercent: 5 },
    byClass: [
      // machine room air, after GB 50174-2017
      { classes: ['temperature', 'on:environment'], settings: { below: 16, above: 30, aboveCritical: 35 } },
      { classes: ['humidity', 'on:environment'], settings: { below: 20, above: 80, forS: minutes(5) } },
      { classes: [upsKeys.charge], settings: { below: 50, belowCritical: 20, forS: chargingS } },
      { classes: [upsKeys.minutesRemaining], settings: { below: 10, belowCritical: 5, forS: chargingS } },
      { classes: [upsKeys.load], settings: { above: 80, aboveCritical: 95, forS: minutes(5) } },
      { classes: ['storage'], settings: { above: 90, aboveCritical: 95, forS: minutes(5) } },
      { classes: ['supply'], settings: { below: 5 } },
      { classes: ['temperature', 'on:ups'], settings: { above: 40, aboveCritical: 50, forS: minutes(5) } },
    ],
  },
}

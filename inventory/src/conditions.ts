/**
 * Every condition the product knows by itself: what it is of, how grave, how long it must last, and what it is called by
 * X.733 (eventType, probableCause). Words are the catalogues' of the console and the desk.
 */
import type { Priority, Severity } from './severity.ts'

/** ITU-T X.733 §8.1.1 */
export type EventType =
  'communications' | 'quality-of-service' | 'processing-error' | 'equipment' | 'environmental'

export interface BuiltIn {
  entity:
    | 'link'
    | 'circuit'
    | 'device'
    | 'site'
    | 'sensor'
    | 'interface'
    | 'collector'
    | 'check'
    | 'server'
    | 'region'
    | 'service'
    | 'room'
  /** Of most of its findings: some depend on the state or on what it hits. */
  severity: Severity
  /** Of its incident; null: recorded and shown, no incident. */
  priority: Priority | null
  /** How long it must last before it fires, and be gone before it clears. */
  holdMs: number
  clearHoldMs: number
  event: EventType
  /** ITU-T X.733 §8.1.2.1 */
  cause: string
}

const s = 1000
const min = 60 * s

// prettier-ignore
export const builtInConditions = {
  'link-state': { entity: 'link', severity: 'critical', priority: 'P1', holdMs: 15 * s, clearHoldMs: 45 * s, event: 'communications', cause: 'lossOfSignal' },
  'link-asymmetric': { entity: 'link', severity: 'warning', priority: null, holdMs: 5 * min, clearHoldMs: 5 * min, event: 'quality-of-service', cause: 'performanceDegraded' },
  'backup-unused': { entity: 'circuit', severity: 'warning', priority: null, holdMs: 0, clearHoldMs: 0, event: 'quality-of-service', cause: 'underlyingResourceUnavailable' },
  'device-down': { entity: 'device', severity: 'minor', priority: 'P3', holdMs: 16 * s, clearHoldMs: 0, event: 'equipment', cause: 'equipmentMalfunction' },
  'device-unreachable': { entity: 'device', severity: 'minor', priority: null, holdMs: 5 * s, clearHoldMs: 0, event: 'communications', cause: 'underlyingResourceUnavailable' },
  'site-silent': { entity: 'site', severity: 'critical', priority: 'P1', holdMs: 5 * s, clearHoldMs: 0, event: 'communications', cause: 'communicationsSubsystemFailure' },
  'mains-lost': { entity: 'site', severity: 'major', priority: 'P2', holdMs: 0, clearHoldMs: 0, event: 'equipment', cause: 'powerProblem' },
  'sensor-limit': { entity: 'sensor', severity: 'minor', priority: 'P3', holdMs: 0, clearHoldMs: 0, event: 'environmental', cause: 'thresholdCrossed' },
  'sensor-state': { entity: 'sensor', severity: 'minor', priority: 'P3', holdMs: 0, clearHoldMs: 0, event: 'equipment', cause: 'equipmentMalfunction' },
  'cpu-high': { entity: 'device', severity: 'warning', priority: null, holdMs: 3 * min, clearHoldMs: 0, event: 'quality-of-service', cause: 'cpuCyclesLimitExceeded' },
  'memory-high': { entity: 'device', severity: 'warning', priority: null, holdMs: 3 * min, clearHoldMs: 0, event: 'quality-of-service', cause: 'resourceAtOrNearingCapacity' },
  'collector-away': { entity: 'collector', severity: 'major', priority: 'P2', holdMs: 0, clearHoldMs: 0, event: 'processing-error', cause: 'underlyingResourceUnavailable' },
  'collector-late': { entity: 'collector', severity: 'warning', priority: null, holdMs: 0, clearHoldMs: 0, event: 'processing-error', cause: 'performanceDegraded' },
  'log-match': { entity: 'device', severity: 'minor', priority: 'P3', holdMs: 0, clearHoldMs: 0, event: 'equipment', cause: 'equipmentMalfunction' },
  'collector-fault': { entity: 'collector', severity: 'minor', priority: 'P3', holdMs: 0, clearHoldMs: 0, event: 'processing-error', cause: 'softwareError' },
  'series-capacity': { entity: 'server', severity: 'warning', priority: null, holdMs: 0, clearHoldMs: 0, event: 'processing-error', cause: 'storageCapacityProblem' },
  'check-failed': { entity: 'check', severity: 'minor', priority: 'P3', holdMs: 0, clearHoldMs: 1 * min, event: 'processing-error', cause: 'applicationSubsystemFailure' },
  'check-limit': { entity: 'check', severity: 'minor', priority: 'P3', holdMs: 150 * s, clearHoldMs: 1 * min, event: 'quality-of-service', cause: 'thresholdCrossed' },
  // by rules over samples; their specifications are conditions/defaults.ts
  'interface-errors': { entity: 'interface', severity: 'minor', priority: null, holdMs: 0, clearHoldMs: 1 * min, event: 'communications', cause: 'degradedSignal' },
  'interface-discards': { entity: 'interface', severity: 'warning', priority: null, holdMs: 0, clearHoldMs: 1 * min, event: 'quality-of-service', cause: 'congestion' },
  'interface-flapping': { entity: 'interface', severity: 'minor', priority: null, holdMs: 0, clearHoldMs: 1 * min, event: 'communications', cause: 'lossOfSignal' },
  // by what was discovered: state/duplex-watch.ts
  'duplex-mismatch': { entity: 'interface', severity: 'minor', priority: null, holdMs: 0, clearHoldMs: 0, event: 'communications', cause: 'configurationOrCustomizationError' },
  'traffic-unusual': { entity: 'interface', severity: 'warning', priority: null, holdMs: 0, clearHoldMs: 5 * min, event: 'quality-of-service', cause: 'performanceDegraded' },
  'latency-unusual': { entity: 'circuit', severity: 'warning', priority: null, holdMs: 0, clearHoldMs: 5 * min, event: 'quality-of-service', cause: 'responseTimeExcessive' },
  'line-filling': { entity: 'interface', severity: 'warning', priority: null, holdMs: 0, clearHoldMs: 0, event: 'quality-of-service', cause: 'resourceAtOrNearingCapacity' },
  'battery-ageing': { entity: 'sensor', severity: 'warning', priority: null, holdMs: 0, clearHoldMs: 0, event: 'equipment', cause: 'powerProblem' },
  'temperature-rising': { entity: 'sensor', severity: 'major', priority: 'P2', holdMs: 0, clearHoldMs: 1 * min, event: 'environmental', cause: 'heatingOrVentilationOrCoolingSystemProblem' },
  'sensor-silent': { entity: 'sensor', severity: 'warning', priority: null, holdMs: 0, clearHoldMs: 0, event: 'equipment', cause: 'equipmentMalfunction' },
  'townships-offline': { entity: 'region', severity: 'major', priority: 'P2', holdMs: 0, clearHoldMs: 1 * min, event: 'communications', cause: 'communicationsSubsystemFailure' },
  // of many alarms at once: alarms/storm.ts
  'alarm-storm': { entity: 'region', severity: 'major', priority: 'P2', holdMs: 0, clearHoldMs: 0, event: 'quality-of-service', cause: 'congestion' },
  'service-down': { entity: 'service', severity: 'critical', priority: 'P1', holdMs: 5 * s, clearHoldMs: 0, event: 'quality-of-service', cause: 'applicationSubsystemFailure' },
  'service-degraded': { entity: 'service', severity: 'warning', priority: null, holdMs: 30 * s, clearHoldMs: 30 * s, event: 'quality-of-service', cause: 'performanceDegraded' },
  'room-state': { entity: 'room', severity: 'minor', priority: 'P3', holdMs: 30 * s, clearHoldMs: 1 * min, event: 'environmental', cause: 'powerProblem' },
} as const satisfies Record<string, BuiltIn>

export type BuiltInCondition = keyof typeof builtInConditions

export const builtIn = (condition: BuiltInCondition): BuiltIn => builtInConditions[condition]

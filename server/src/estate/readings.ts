import type { EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { SensorSeverity } from '@zongheng/inventory/sensor.ts'

/** What is known of the moment, kept in memory by the state module. `undefined`: nothing is known. */
export interface Readings {
  stateOf(entityId: string): { state: string; sinceMs: number } | undefined
  evidenceOf(entityId: string): EvidenceItem[]
  circuit(circuitId: string): CircuitReadings | undefined
  device(deviceId: string): DeviceReadings | undefined
  interface(interfaceId: string): InterfaceReadings | undefined
  sensor(sensorId: string): SensorReadings | undefined
  activeCircuitOf(linkId: string): string | null
  /** The maintenance window that runs over it; of a link, over it or one of its circuits. */
  maintenanceOf(entityId: string): Maintenance | null
}

export interface Maintenance {
  windowId: string
  title: string
  untilMs: number
}

/** Rates in bit/s at the A end: `in` is what the lower site receives. */
export interface CircuitReadings {
  inBps: number | null
  outBps: number | null
  rttMs: number | null
  lossPercent: number | null
  jitterMs: number | null
  usableAtMs: number | null
  /** When it last carried the traffic of its link. */
  carriedAtMs: number | null
}

export interface DeviceReadings {
  cpuPercent: number | null
  memoryPercent: number | null
  uptimeS: number | null
  responseMs: number | null
  polledAtMs: number | null
}

export interface InterfaceReadings {
  inBps: number | null
  outBps: number | null
  errorsPerS: number | null
  ifAdminStatus: number | null
  ifOperStatus: number | null
  operSinceMs: number | null
}

export interface SensorReadings {
  value: number
  atMs: number
  severity: SensorSeverity
}

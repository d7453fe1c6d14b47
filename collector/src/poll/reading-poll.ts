/** Reads what a device says besides its interfaces. */
import { cpuPercent, memoryPercent, readNumber, type Lookup } from '../discover/plan.ts'
import type { Recorder } from '../recorder.ts'
import type { SnmpReader } from '../snmp/session.ts'
import type { Readings } from './plan.ts'

export interface ReadingPoll {
  deviceId: string
  reader: SnmpReader
  readings: Readings
  recorder: Recorder
  atMs: number
}

/** cpuPercent, memoryPercent and the sensors that have ids. */
export async function pollReadings({
  deviceId,
  reader,
  readings,
  recorder,
  atMs,
}: ReadingPoll): Promise<void> {
  const values = await reader.get(readings.oids)
  const lookup: Lookup = (oid) => values.get(oid)?.value
  const usage = {
    cpuPercent: cpuPercent(readings, lookup),
    memoryPercent: memoryPercent(readings, lookup),
  }
  for (const [metric, percent] of Object.entries(usage) as [keyof typeof usage, number | null][])
    if (percent !== null) recorder.sample(metric, deviceId, atMs, percent)
  for (const { id, reading } of readings.sensors) {
    const value = readNumber(reading, lookup(reading.oid))
    if (value !== null) recorder.sample('value', id, atMs, value)
  }
}

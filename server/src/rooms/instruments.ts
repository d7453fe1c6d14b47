import { upsKeys } from '@zongheng/inventory/sensor.ts'
import type { DeviceModel, SensorModel } from '../estate/model.ts'
import type { SensorReadings } from '../estate/readings.ts'
import type { Air, Ups } from './schema.ts'

export interface Instruments {
  stateOf(id: string): string
  sensor(id: string): SensorReadings | undefined
}

/** upsOutputSource, upsBatteryStatus [RFC 1628]. */
const sources: Record<number, Ups['source']> = {
  1: 'other',
  2: 'other',
  3: 'mains',
  4: 'bypass',
  5: 'battery',
  6: 'other',
  7: 'other',
}
const batteries: Record<number, Ups['battery']> = { 2: 'normal', 3: 'low', 4: 'depleted' }

export function upsView({ id, name, sensors }: DeviceModel, { stateOf, sensor }: Instruments): Ups {
  const find = (key: string) => sensors.find((one) => one.key === key || one.key.startsWith(`${key}.`))
  const read = (key: string) => {
    const found = find(key)
    return (found && sensor(found.id)) ?? null
  }
  const [source, battery] = [read(upsKeys.outputSource), read(upsKeys.batteryStatus)]
  return {
    id,
    name,
    state: stateOf(id),
    source: source ? (sources[source.value] ?? 'unknown') : 'unknown',
    battery: battery ? (batteries[battery.value] ?? 'unknown') : 'unknown',
    loadPercent: read(upsKeys.load)?.value ?? null,
    chargePercent: read(upsKeys.charge)?.value ?? null,
    minutesLeft: read(upsKeys.minutesRemaining)?.value ?? null,
    inputV: read('upsInputVoltage')?.value ?? null,
    readAt: source?.atMs ?? null,
  }
}

const named: [RegExp, Air['kind']][] = [
  [/水|漏|water|leak/i, 'water'],
  [/门|door/i, 'door'],
]

const kindOf = ({ class: of, descr, key }: SensorModel): Air['kind'] =>
  of === 'temperature' || of === 'humidity'
    ? of
    : (named.find(([words]) => words.test(`${descr} ${key}`))?.[1] ?? 'other')

export function airViews(device: DeviceModel, { stateOf, sensor: read }: Instruments): Air[] {
  // What was last read of one that is silent says nothing of now.
  const isHeard = ['up', 'degraded'].includes(stateOf(device.id))
  return device.sensors
    .filter(({ class: of }) => of === 'temperature' || of === 'humidity' || of === 'state')
    .map((sensor) => {
      const seen = read(sensor.id)
      return {
        sensorId: sensor.id,
        device: { id: device.id, name: device.name },
        kind: kindOf(sensor),
        name: sensor.descr,
        unit: sensor.unit,
        value: seen?.value ?? null,
        text: sensor.states.find(({ value }) => value === seen?.value)?.text ?? null,
        severity: (isHeard && seen?.severity) || 'unknown',
        readAt: seen?.atMs ?? null,
      }
    })
}

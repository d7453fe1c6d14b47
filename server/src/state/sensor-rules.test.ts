import type { SensorSeverity } from '@zongheng/inventory/sensor.ts'
import { expect, it } from 'vitest'
import type { DeviceModel, SensorModel } from '../estate/model.ts'
import { judgeSensor } from './sensor-rules.ts'

const probe = { role: 'environment', name: 'ENV' } as DeviceModel
const air = { key: 'air', class: 'temperature', descr: '机柜前温度', unit: '°C', lowWarn: null, highWarn: null, highCritical: null, states: [] } as unknown as SensorModel // prettier-ignore

it.each<[number, SensorSeverity, SensorSeverity, number | null]>([
  [25, 'ok', 'ok', null],
  [31, 'ok', 'warning', 30],
  [29, 'warning', 'warning', 30],
  [28, 'warning', 'ok', null],
  [34, 'warning', 'warning', 30],
  [36, 'warning', 'critical', 35],
  [34, 'critical', 'critical', 35],
  [33, 'critical', 'warning', 30],
  [15, 'ok', 'warning', 16],
])('air of %s °C that was %s is %s, by the limit of %s', (value, before, severity, limit) => {
  const judged = judgeSensor(air, probe, value, before)
  expect(judged.severity).toBe(severity)
  if (limit !== null) expect(judged).toMatchObject({ condition: 'sensor-limit', values: { value, limit } })
  else expect(judged.condition).toBeNull()
})

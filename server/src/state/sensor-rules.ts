import { upsKeys, upsOnBattery, type SensorSeverity } from '@zongheng/inventory/sensor.ts'
import type { DeviceModel, SensorModel } from '../estate/model.ts'

export interface SensorJudgement {
  severity: SensorSeverity
  condition: 'sensor-state' | 'mains-lost' | null
  values: Record<string, string | number | null>
}

/** What the state of a sensor means. Those that measure are held against limits by the conditions. */
export function judgeSensor(sensor: SensorModel, device: DeviceModel, value: number): SensorJudgement {
  if (sensor.key === upsKeys.outputSource && value === upsOnBattery) {
    return { severity: 'critical', condition: 'mains-lost', values: { device: device.name } }
  }
  if (sensor.class !== 'state') return { severity: 'ok', condition: null, values: {} }
  const state = sensor.states.find((one) => one.value === value)
  const severity = state?.severity ?? 'unknown'
  const bad = severity === 'warning' || severity === 'critical'
  return {
    severity,
    condition: bad ? 'sensor-state' : null,
    values: { sensor: sensor.descr, text: state?.text ?? String(value) },
  }
}

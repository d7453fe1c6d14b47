import { upsKeys, upsOnBattery, type SensorSeverity } from '@zongheng/inventory/sensor.ts'
import type { DeviceModel, SensorModel } from '../estate/model.ts'

export interface SensorJudgement {
  severity: SensorSeverity
  condition: 'sensor-state' | 'sensor-limit' | 'mains-lost' | null
  values: Record<string, string | number | null>
}

/** Air of a machine room, °C: our defaults after GB 50174-2017, where the device names no limits. */
const roomTemperature = { low: 16, warn: 30, critical: 35 }
/** A value that is over its limit already must fall this share below to be well again. */
const ease = 0.95

/** What a sensor's value means. `before`: what it was judged as last. */
export function judgeSensor(
  sensor: SensorModel,
  device: DeviceModel,
  value: number,
  before: SensorSeverity,
): SensorJudgement {
  if (sensor.key === upsKeys.outputSource && value === upsOnBattery) {
    return { severity: 'critical', condition: 'mains-lost', values: { device: device.name } }
  }
  if (sensor.class === 'state') return judgeState(sensor, value)
  return judgeValue(sensor, device, value, before)
}

function judgeState(sensor: SensorModel, value: number): SensorJudgement {
  const state = sensor.states.find((one) => one.value === value)
  const severity = state?.severity ?? 'unknown'
  const bad = severity === 'warning' || severity === 'critical'
  return {
    severity,
    condition: bad ? 'sensor-state' : null,
    values: { sensor: sensor.descr, text: state?.text ?? String(value) },
  }
}

function judgeValue(
  sensor: SensorModel,
  device: DeviceModel,
  value: number,
  before: SensorSeverity,
): SensorJudgement {
  const { low, warn, critical } = limitsOf(sensor, device)
  const wasBad = before === 'warning' || before === 'critical'
  const over = (limit: number | null, wasOver: boolean) =>
    limit !== null && value > limit * (wasOver ? ease : 1)
  const is = (severity: SensorSeverity, limit: number | null): SensorJudgement => ({
    severity,
    condition: limit === null ? null : 'sensor-limit',
    values: { sensor: sensor.descr, value, limit, unit: sensor.unit },
  })
  if (over(critical, before === 'critical')) return is('critical', critical)
  if (over(warn, wasBad)) return is('warning', warn)
  if (low !== null && value < low / (wasBad ? ease : 1)) return is('warning', low)
  return is('ok', null)
}

function limitsOf(
  sensor: SensorModel,
  device: DeviceModel,
): { low: number | null; warn: number | null; critical: number | null } {
  const own = { low: sensor.lowWarn, warn: sensor.highWarn, critical: sensor.highCritical }
  const none = own.low === null && own.warn === null && own.critical === null
  const isRoomAir = sensor.class === 'temperature' && device.role === 'environment'
  return none && isRoomAir ? roomTemperature : own
}

/** Machine rooms 机房: how one fares follows from its power, its air and whether anything in it answers. Pure. */
import { worstHealth, type Health } from './business-service.ts'
import type { SensorSeverity } from './sensor.ts'

/** A UPS as it says itself; null: not read. */
export interface UpsLook {
  id: string
  health: Health
  onBattery: boolean | null
  batteryLow: boolean | null
  minutesLeft: number | null
}

export interface RoomLook {
  ups: UpsLook[]
  /** What measures the air: temperature, humidity, water, door. */
  air: { id: string; deviceId: string; health: Health; severity: SensorSeverity }[]
  /** All devices in the room that are asked. */
  devices: Health[]
}

export interface RoomVerdict {
  state: Health
  /** Null: nothing there tells. */
  power: Health | null
  air: Health | null
  /** UPS or sensors that decide. */
  decisive: string[]
  /** While on battery: how long it lasts, by the UPS that lasts the least. */
  minutesLeft: number | null
}

export function judgeRoom({ ups, air, devices }: RoomLook): RoomVerdict {
  const powers = ups.map((one) => ({ id: one.id, health: upsHealth(one) }))
  const airs = air.map(({ id, health, severity }) => ({ id, health: airHealth(health, severity) }))
  const power = powers.length ? worstHealth(powers.map(({ health }) => health)) : null
  const measured = airs.length ? worstHealth(airs.map(({ health }) => health)) : null
  const told = worstHealth([power, measured].filter((health) => health !== null))
  const state = darkness(devices) ?? told
  const decisive = [...powers, ...airs].filter(({ health }) => health === told && health !== 'up')
  const left = ups.flatMap(({ onBattery, minutesLeft }) =>
    onBattery && minutesLeft !== null ? minutesLeft : [],
  )
  return {
    state,
    power,
    air: measured,
    decisive: decisive.map(({ id }) => id),
    minutesLeft: left.length ? Math.min(...left) : null,
  }
}

/** On battery it is not well, whatever else it says; one that says nothing is as its device is. */
function upsHealth({ health, onBattery, batteryLow }: UpsLook): Health {
  if (health === 'unreachable') return 'unreachable'
  if (health === 'down' || onBattery || batteryLow) return 'degraded'
  if (onBattery === null || health === 'unknown') return 'unknown'
  return health
}

function airHealth(device: Health, severity: SensorSeverity): Health {
  if (device === 'down' || device === 'unknown') return 'unknown'
  if (device === 'unreachable') return 'unreachable'
  if (severity === 'unknown') return 'unknown'
  return severity === 'ok' ? 'up' : 'degraded'
}

/** Nothing in it answers: out of power, or out of reach. One device alone says nothing of its room. */
function darkness(devices: Health[]): Health | null {
  if (devices.length < 2 || !devices.every((health) => health === 'down' || health === 'unreachable'))
    return null
  return devices.includes('down') ? 'down' : 'unreachable'
}

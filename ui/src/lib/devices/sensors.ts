import { upsKeys } from '@zongheng/inventory/sensor.ts'
import type { Sensor } from '@zongheng/server/api.ts'

const severities = ['critical', 'warning', 'unknown', 'ok'] as const
const leading: readonly string[] = Object.values(upsKeys)
const classes = [
  'runtime',
  'charge',
  'load',
  'temperature',
  'humidity',
  'fanspeed',
  'power',
  'voltage',
  'current',
]

const position = (list: readonly string[], key: string) =>
  (list.indexOf(key) + list.length + 1) % (list.length + 1)

/** Worst first, then what a UPS is asked first, then by class. */
export function bySeverity(sensors: readonly Sensor[]): Sensor[] {
  return [...sensors].sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      position(leading, a.key) - position(leading, b.key) ||
      position(classes, a.class) - position(classes, b.class) ||
      a.descr.localeCompare(b.descr, 'zh'),
  )
}

/** A bullet: how far the value reaches and where its limits stand, each from 0 to 1. */
export interface Bullet {
  fill: number
  limits: number[]
}

const percentClasses = ['humidity', 'load', 'charge', 'percent']

/** Null when there is nothing to hold a value against: a bar without a scale says nothing. */
export function bullet(
  sensor: Pick<Sensor, 'class' | 'value' | 'lowWarn' | 'highWarn' | 'highCritical'>,
): Bullet | null {
  const limits = [sensor.lowWarn, sensor.highWarn].filter((limit) => limit !== null)
  if (sensor.value === null || sensor.class === 'state') return null
  if (limits.length === 0 && !percentClasses.includes(sensor.class)) return null
  const [low, high] = range(sensor.class, [sensor.value, sensor.highCritical ?? sensor.value, ...limits])
  const share = (value: number) => Math.min(1, Math.max(0, (value - low) / (high - low)))
  return { fill: share(sensor.value), limits: limits.map(share) }
}

function range(sensorClass: string, values: number[]): [number, number] {
  if (percentClasses.includes(sensorClass)) return [0, 100]
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  const margin = (high - low || 1) * 0.25
  return [low < 0 ? low - margin : 0, high + margin]
}

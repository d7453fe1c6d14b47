import type { Sensor } from '@zongheng/server/api.ts'
import { fixed } from '#lib/charts/units.ts'
import { t, tOr } from '#lib/i18n/index.svelte.ts'
import type { SensorLimit } from './sensors.ts'

/** A sensor's name: the language's own word for a well-known object, else the device's. `among`: namesakes are told apart. */
export function sensorName(sensor: Sensor, among: readonly Sensor[]): string {
  const [object = '', ...index] = sensor.key.split('.')
  const known = tOr(`devices.sensorName.${object}`, '', { n: index.join('.') }).trim()
  if (known) return known
  const name = sensor.descr || sensor.key
  const alone = among.every((other) => other.id === sensor.id || other.descr !== sensor.descr)
  return alone ? name : `${name} ${tOr(`devices.sensorClass.${sensor.class}`, sensor.class)}`
}

/** What a state means; null when the device does not say. */
export const sensorState = (sensor: Sensor): string | null =>
  sensor.stateText === null ? null : tOr(`devices.sensorState.${sensor.stateText}`, sensor.stateText)

/** The limits that raise an alarm; empty when there are none. */
export function sensorLimits(held: readonly SensorLimit[], { unit }: Sensor): string {
  const limits = held.filter(({ isCritical }) => !isCritical).map(({ value }) => value)
  return limits.length > 0 ? t('devices.sensors.limit', { limit: `${limits.join(' – ')} ${unit}` }) : ''
}

const decimals = (value: number) => (Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 1)

/** What was read, without its unit. */
export const sensorValue = ({ value }: Sensor): string =>
  value === null ? '—' : fixed(value, decimals(value))

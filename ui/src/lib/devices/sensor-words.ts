import type { Sensor } from '@zongheng/server/api.ts'
import { t, tOr } from '#lib/i18n/index.svelte.ts'

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
export function sensorLimits(sensor: Sensor): string {
  const limits = [sensor.lowWarn, sensor.highWarn].filter((limit) => limit !== null)
  return limits.length > 0
    ? t('devices.sensors.limit', { limit: `${limits.join(' – ')} ${sensor.unit}` })
    : ''
}

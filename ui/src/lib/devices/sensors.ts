import { upsKeys } from '@zongheng/inventory/sensor.ts'
import type { EffectiveCondition, Sensor, Series } from '@zongheng/server/api.ts'

/** The mark of each severity. */
export const severityMarks: Record<Sensor['severity'], string> = {
  ok: 'up',
  warning: 'degraded',
  critical: 'down',
  unknown: 'unknown',
}

const severities = ['critical', 'warning', 'unknown', 'ok'] as const
const leading: readonly string[] = Object.values(upsKeys)
const classes = [
  'runtime',
  'charge',
  'load',
  'temperature',
  'humidity',
  'fanspeed',
  'dbm',
  'power',
  'voltage',
  'current',
  'storage',
  'supply',
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

export interface SensorGroup {
  class: string
  sensors: Sensor[]
  /** Neither fine nor unknown. */
  ill: number
}

/** Sensors by what they measure: the worst class first, and within it the worst sensor. */
export function byClass(sensors: readonly Sensor[]): SensorGroup[] {
  const groups = new Map<string, Sensor[]>()
  for (const sensor of bySeverity(sensors)) {
    const group = groups.get(sensor.class)
    if (group) group.push(sensor)
    else groups.set(sensor.class, [sensor])
  }
  const worst = ([first]: Sensor[]) => Math.min(severities.indexOf(first!.severity), severities.indexOf('unknown')) // prettier-ignore
  return [...groups]
    .sort(
      ([a, left], [b, right]) => worst(left) - worst(right) || position(classes, a) - position(classes, b),
    ) // prettier-ignore
    .map(([of, list]) => ({
      class: of,
      sensors: list,
      ill: list.filter(({ severity }) => severity === 'warning' || severity === 'critical').length,
    }))
}

/** A limit in force. `origin`: who says so; null: the device itself. */
export interface SensorLimit {
  value: number
  isCritical: boolean
  origin: EffectiveCondition['settings'][number]['origin']
}

const limitSettings = ['below', 'above', 'belowCritical', 'aboveCritical'] as const

/** What a sensor is held to: by the rules in force, or, where those are not told, by its own word. */
export function limitsOf(sensor: Sensor, rule: EffectiveCondition | undefined): SensorLimit[] {
  if (rule?.off) return []
  if (rule)
    return limitSettings.flatMap((name) => {
      const setting = rule.settings.find((one) => one.name === name)
      if (setting?.value == null) return []
      return { value: setting.value, isCritical: name.endsWith('Critical'), origin: setting.origin }
    })
  const own = [[sensor.lowWarn, false], [sensor.highWarn, false], [sensor.highCritical, true]] as const // prettier-ignore
  return own.flatMap(([value, isCritical]) => (value === null ? [] : { value, isCritical, origin: null }))
}

/** How a state sensor stood: a stretch for each time its value stayed. */
export interface StateStretch {
  text: string
  severity: Sensor['severity']
  fromAt: number
  untilAt: number
}

/** From what was measured step by step; where a step had several values the highest stands for it. */
export function stretchesOf({ states }: Pick<Sensor, 'states'>, series: Series | undefined): StateStretch[] {
  const found: StateStretch[] = []
  series?.atMs.forEach((at, i) => {
    const value = series.max[i]
    if (value == null) return
    const known = states.find((state) => state.value === Math.round(value))
    const [text, severity] = [known?.text ?? String(value), known?.severity ?? 'unknown']
    const last = found.at(-1)
    if (last && last.text === text && last.untilAt >= at) last.untilAt = at + series.stepMs
    else found.push({ text, severity, fromAt: at, untilAt: at + series.stepMs })
  })
  return found
}

/** A bullet: how far the value reaches and where its limits stand, each from 0 to 1. */
export interface Bullet {
  fill: number
  limits: number[]
  /** Those beyond which it is critical. */
  critical: number[]
}

const percentClasses = ['humidity', 'load', 'charge', 'percent']

/** Null when there is nothing to hold a value against: a bar without a scale says nothing. */
export function bullet(
  { class: of, value }: Pick<Sensor, 'class' | 'value'>,
  held: readonly Pick<SensorLimit, 'value' | 'isCritical'>[],
): Bullet | null {
  if (value === null || of === 'state') return null
  if (held.length === 0 && !percentClasses.includes(of)) return null
  const [low, high] = range(of, [value, ...held.map((limit) => limit.value)])
  const share = (at: number) => Math.min(1, Math.max(0, (at - low) / (high - low)))
  const sharesOf = (isCritical: boolean) =>
    held.filter((limit) => limit.isCritical === isCritical).map((limit) => share(limit.value))
  return { fill: share(value), limits: sharesOf(false), critical: sharesOf(true) }
}

function range(sensorClass: string, values: number[]): [number, number] {
  if (percentClasses.includes(sensorClass)) return [0, 100]
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  const margin = (high - low || 1) * 0.25
  return [low < 0 ? low - margin : 0, high + margin]
}

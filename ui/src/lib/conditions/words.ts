/** Conditions in words: what is measured, against which limits, and who said so. */
import type { Reading, Settings } from '@zongheng/inventory/conditions/spec.ts'
import { metrics } from '@zongheng/inventory/metric.ts'
import { upsKeys } from '@zongheng/inventory/sensor.ts'
import type { ConditionRule, DefaultCondition, EffectiveCondition } from '@zongheng/server/api.ts'
import { conditionName } from '../alarm-words.ts'
import { significant } from '../format.ts'
import { joined, t, tOr } from '../i18n/index.svelte.ts'

export type Spec = DefaultCondition['spec']
type Numbers = Partial<Record<keyof Settings, number | null | undefined>>

export const nameOf = (condition: string, name: string | null = null): string =>
  name ?? conditionName({ condition: condition as 'cpu-high', values: {} })

export const className = (one: string): string =>
  tOr(`conditions.class.${one}`, tOr(`role.${one.replace('on:', '')}`, one))
export const metricName = (metric: string): string => tOr(`conditions.metric.${metric}`, metric)

export function duration(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return t('conditions.hours', { n: seconds / 3600 })
  if (seconds >= 60 && seconds % 60 === 0) return t('conditions.minutes', { n: seconds / 60 })
  return t('conditions.seconds', { n: seconds })
}

const readingUnits: Record<Reading, string> = { value: '', perMinute: '/min', bits: ' bit/s', rented: ' %' }
const metricUnits: Partial<Record<string, string>> = { percent: ' %', ms: ' ms', s: ' s' }
/** What sensors of a class are read in; on the wire they all are plain values. */
const classUnits: Partial<Record<string, string>> = {
  temperature: ' °C',
  humidity: ' %',
  [upsKeys.charge]: ' %',
  [upsKeys.load]: ' %',
  [upsKeys.minutesRemaining]: ' min',
}
type OfUnit = Pick<Spec, 'as' | 'metrics'> & { classes?: readonly string[] }
function unitOf({ as, metrics: [metric], classes = [] }: OfUnit): string {
  if (as !== 'value' || metric === undefined) return readingUnits[as]
  for (const one of classes) if (classUnits[one]) return classUnits[one]
  return metricUnits[metrics[metric].unit] ?? ''
}

/** `> 90，严重 > 95，持续 3 分钟` */
export function settingsWords(spec: Pick<Spec, 'kind'> & OfUnit, s: Numbers, fromDevice = false): string {
  const { kind } = spec
  if (s.off === 1) return t('conditions.say.off')
  const n = (value: number) => `${significant(value)}${unitOf(spec)}`
  const parts: string[] = []
  if (kind === 'change' && s.times != null)
    parts.push(t('conditions.say.change', { n: s.times, time: duration(s.withinS ?? 0) }))
  if (kind === 'absence' && s.afterS != null)
    parts.push(t('conditions.say.absence', { time: duration(s.afterS) }))
  if (kind === 'rate' && s.above != null)
    parts.push(t('conditions.say.rate', { n: n(s.above), time: duration(s.overS ?? 600) }))
  if (kind === 'deviation' && s.spreads != null)
    parts.push(t('conditions.say.deviation', { n: s.spreads, weeks: s.weeks ?? 6 }))
  if (kind === 'forecast' && s.withinDays != null)
    parts.push(t('conditions.say.forecast', { n: s.withinDays, toward: n(s.toward ?? 100) }))
  if (kind === 'group' && s.percent != null) parts.push(t('conditions.say.group', { n: s.percent }))
  if (kind === 'threshold')
    for (const name of ['below', 'above', 'belowCritical', 'aboveCritical'] as const)
      if (s[name] != null) parts.push(t(`conditions.say.${name}`, { n: n(s[name]) }))
  if (s.forS) parts.push(t('conditions.say.for', { time: duration(s.forS) }))
  if (parts.length === 0 && fromDevice) return t('conditions.say.own')
  return joined(parts)
}

export function scopeWords({ region, class: only, entities }: ConditionRule): string {
  const of = entities
    ? entities.length === 1
      ? entities[0]!.name
      : t('conditions.scope.entities', { n: entities.length })
    : only
      ? className(only)
      : t('conditions.scope.all')
  return `${region.name} · ${of}`
}

type Origin = EffectiveCondition['settings'][number]['origin']
export function originWords(origin: Origin): string {
  if (!origin || origin.from === 'default') return t('conditions.origin.default')
  if (origin.from === 'rule')
    return t(`conditions.origin.rule.${origin.by ?? 'region'}`, { name: origin.name ?? '' })
  return t(`conditions.origin.${origin.from}`)
}

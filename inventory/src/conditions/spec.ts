/** Conditions as data: what is measured, and which settings say when it is too much. */
import { isMetric, metrics, type MetricName } from '../metric.ts'

/**
 * threshold: beyond a limit for a while. change: another value, several times within a while. absence: nothing measured. rate: a value
 * that moves too fast. deviation: far from the same weekday-hour of past weeks. group: too many of a region's at once. forecast: a
 * trend that reaches a value soon.
 */
export const conditionKinds = [
  'threshold',
  'change',
  'absence',
  'rate',
  'deviation',
  'group',
  'forecast',
] as const
export type ConditionKind = (typeof conditionKinds)[number]

/** How a number is read. Increments are rates per second; `rented`: percent of the line's rented bandwidth, from octets. */
export const readings = ['value', 'perMinute', 'bits', 'rented'] as const
export type Reading = (typeof readings)[number]

/**
 * Numbers that a rule may set. `above`, `below` and their critical ones: in the unit of the reading; for rates per `overS`, for
 * deviations meaningless. `easePercent`: how far back behind a limit a value must be to be well again, in percent of the limit.
 */
export interface Settings {
  above: number | null
  below: number | null
  aboveCritical: number | null
  belowCritical: number | null
  easePercent: number
  forS: number
  clearForS: number
  /** change: so many within so long. */
  times: number
  withinS: number
  /** absence */
  afterS: number
  /** rate */
  overS: number
  /** deviation: so many robust standard deviations off, never less than so much of the usual, and so much at all. */
  spreads: number
  leastPercent: number
  leastSpread: number
  weeks: number
  /** group: of at least so many. */
  percent: number
  least: number
  /** forecast: reaches `toward` within so many days. */
  toward: number
  withinDays: number
  /** 1: not judged here at all. */
  off: number
}
export type Setting = keyof Settings

/** What a group is of, and whose: links of townships, by city. */
export interface Grouping {
  of: 'link' | 'device' | 'check'
  /** Of the member's own region; null: any. */
  tier: 'city' | 'county' | 'township' | null
  per: 'province' | 'city' | 'county'
}

export interface ConditionSpec {
  kind: ConditionKind
  /** All that are judged by it, each by itself. None for groups. */
  metrics: MetricName[]
  as: Reading
  /** Entities of all of these classes only. */
  classes: string[]
  settings: Partial<Settings>
  group?: Grouping
}

interface Bound {
  min: number
  max: number
  kinds: readonly ConditionKind[]
}
const limited = ['threshold', 'rate'] as const
const lasting = ['threshold', 'rate', 'deviation', 'group', 'forecast'] as const
const boundless = 1e15
const day = 86_400

/** What each setting may be, and which kinds it means something to. */
// prettier-ignore
export const settingBounds: Record<Setting, Bound> = {
  above: { min: -boundless, max: boundless, kinds: limited },
  below: { min: -boundless, max: boundless, kinds: limited },
  aboveCritical: { min: -boundless, max: boundless, kinds: limited },
  belowCritical: { min: -boundless, max: boundless, kinds: limited },
  easePercent: { min: 0, max: 90, kinds: ["threshold", "rate", "forecast", "group"] },
  forS: { min: 0, max: 7 * day, kinds: lasting },
  clearForS: { min: 0, max: 7 * day, kinds: lasting },
  times: { min: 1, max: 16, kinds: ['change'] },
  withinS: { min: 10, max: 7 * day, kinds: ['change'] },
  afterS: { min: 30, max: 30 * day, kinds: ['absence'] },
  overS: { min: 30, max: 7 * day, kinds: ['rate'] },
  spreads: { min: 1, max: 50, kinds: ['deviation'] },
  leastPercent: { min: 0, max: 1000, kinds: ['deviation'] },
  leastSpread: { min: 0, max: boundless, kinds: ['deviation'] },
  weeks: { min: 2, max: 12, kinds: ['deviation'] },
  percent: { min: 1, max: 100, kinds: ['group'] },
  least: { min: 1, max: 100_000, kinds: ['group'] },
  toward: { min: -boundless, max: boundless, kinds: ['forecast'] },
  withinDays: { min: 1, max: 730, kinds: ['forecast'] },
  off: { min: 0, max: 1, kinds: conditionKinds },
}

export const noSettings: Settings = {
  above: null, below: null, aboveCritical: null, belowCritical: null, easePercent: 5, forS: 0, clearForS: 0,
  times: 1, withinS: 600, afterS: 900, overS: 600, spreads: 4, leastPercent: 30, leastSpread: 0, weeks: 6,
  percent: 20, least: 5, toward: 100, withinDays: 30, off: 0,
} // prettier-ignore

export interface SpecError {
  field: string
  code: 'range' | 'missing' | 'unknown' | 'order'
}

/** What is wrong with a specification, field by field; none: it can be judged by. */
export function specErrors(spec: ConditionSpec): SpecError[] {
  const settings = { ...noSettings, ...spec.settings }
  return [
    ...settingErrors(spec.kind, spec.settings),
    ...missing(spec, settings),
    ...(isOrdered(settings) ? [] : [{ field: 'aboveCritical', code: 'order' as const }]),
  ]
}

/** Of an override, which says only what is different. */
export function settingErrors(kind: ConditionKind, settings: Partial<Settings>): SpecError[] {
  return Object.entries(settings).flatMap(([field, value]): SpecError[] => {
    if (!Object.hasOwn(settingBounds, field)) return [{ field, code: 'unknown' }]
    const { min, max, kinds } = settingBounds[field as Setting]
    if (!kinds.includes(kind)) return [{ field, code: 'unknown' }]
    if (value === null) return noSettings[field as Setting] === null ? [] : [{ field, code: 'missing' }]
    return Number.isFinite(value) && value >= min && value <= max ? [] : [{ field, code: 'range' }]
  })
}

function missing({ kind, metrics: asked, group, as }: ConditionSpec, s: Settings): SpecError[] {
  const errors: SpecError[] = []
  if (kind === 'group') {
    if (!group) errors.push({ field: 'group', code: 'missing' })
  } else if (asked.length === 0 || !asked.every(isMetric)) errors.push({ field: 'metrics', code: 'missing' })
  else {
    const isIncrement = asked.every((name) => metrics[name].kind === 'increment')
    if (as !== 'value' && !isIncrement) errors.push({ field: 'as', code: 'unknown' })
    if (new Set(asked.map((name) => metrics[name].entity)).size > 1)
      errors.push({ field: 'metrics', code: 'unknown' })
  }
  const limits = [s.above, s.below, s.aboveCritical, s.belowCritical]
  if ((kind === 'threshold' || kind === 'rate') && limits.every((limit) => limit === null))
    errors.push({ field: 'above', code: 'missing' })
  return errors
}

function isOrdered({ above, below, aboveCritical, belowCritical }: Settings): boolean {
  const rises = (one: number | null, other: number | null) => one === null || other === null || one <= other
  return rises(above, aboveCritical) && rises(belowCritical, below) && rises(below, above)
}

/** What stands ill, as findings: whose it is, how grave, and the numbers for its words. */
import { isBuiltIn } from '@zongheng/inventory/condition.ts'
import { builtIn } from '@zongheng/inventory/conditions.ts'
import type { Standing } from '@zongheng/inventory/conditions/engine.ts'
import { limitBeyond, limitNumbers } from '@zongheng/inventory/conditions/limits.ts'
import { evidence, type EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'
import { priorities, severities, type Priority, type Severity } from '@zongheng/inventory/severity.ts'
import type { Finding } from '../state/finding.ts'
import type { CompiledRule } from './compile.ts'
import { metricOfForecast } from './compile.ts'
import { unitOf, type SeriesSubject } from './subjects.ts'

type Values = Finding['values']
const ownClearHoldMs = 60_000
/** Probes of one room are read a moment apart. */
const roomClearHoldMs = 60_000

export function findingOf(standing: Standing<CompiledRule>, subject: SeriesSubject): Finding {
  const { rule, sinceMs } = standing
  // A hot room is one finding, that of its worst probe.
  const isRoom = rule.condition === 'sensor-limit' && subject.classes.includes('on:environment')
  const whose = isRoom && subject.partOf !== null
  return {
    entityType: whose ? 'device' : subject.entityType,
    entityId: whose ? subject.partOf! : subject.entityId,
    entityName: whose ? subject.deviceName : subject.name,
    regionId: subject.regionId,
    siteId: subject.siteId,
    deviceId: subject.deviceId,
    condition: rule.condition,
    ...gravityOf(rule, standing.level),
    holdMs: 0,
    clearHoldMs: whose ? roomClearHoldMs : clearHoldOf(rule),
    values: valuesOf(standing, subject),
    evidence: evidenceOf(standing, subject),
    sinceMs,
  }
}

export const clearHoldOf = ({ condition }: CompiledRule) =>
  isBuiltIn(condition) ? builtIn(condition).clearHoldMs : ownClearHoldMs

/** Beyond the critical limit all is a step graver; what opens no incident still opens none. */
function gravityOf(
  { severity, priority }: CompiledRule,
  level: number,
): { severity: Severity; priority: Priority | null } {
  if (level < 2) return { severity, priority }
  return {
    severity: severities[Math.max(0, severities.indexOf(severity) - 1)]!,
    priority: priority && priorities[Math.max(0, priorities.indexOf(priority) - 1)]!,
  }
}

export function valuesOf(
  { rule, metric, level, value, low, high }: Standing<CompiledRule>,
  subject: SeriesSubject,
): Values {
  const { spec, settings, kind, name } = rule
  const measured = metricOfForecast(metric) as MetricName
  const unit = kind === 'forecast' || kind === 'change' ? null : unitOf(spec.as, measured, subject.unit)
  const tell = readable(unit)
  const values: Values = { metric: measured, kind, value: kind === 'forecast' ? Math.round(value) : tell.of(value), unit: tell.unit } // prettier-ignore
  if (name !== null) values.rule = name
  if (subject.kind === 'sensor') Object.assign(values, { sensor: subject.part, class: subject.classes[0] })
  if (kind === 'deviation') return { ...values, low: low === null ? null : tell.of(Math.max(0, low)), high: high === null ? null : tell.of(high) } // prettier-ignore
  if (kind === 'change') return { ...values, withinS: settings.withinS, minutes: settings.withinS / 60 }
  if (kind === 'absence')
    return { ...values, value: Math.round(value), unit: 's', minutes: Math.round(value / 60) }
  if (kind === 'forecast')
    return { ...values, toward: settings.toward, unit: spec.as === 'rented' ? '%' : subject.unit }
  const limit = limitBeyond(value, level, limitNumbers(settings), 0)
  if (kind === 'rate') values.minutes = settings.overS / 60
  return { ...values, limit: limit === null ? null : tell.of(limit) }
}

/** Bits by the million; numbers with three digits that count. */
function readable(unit: string | null): { unit: string | null; of: (value: number) => number } {
  const short = (value: number) => Number(value.toPrecision(Math.abs(value) >= 1000 ? 4 : 3))
  return unit === 'bit/s' ? { unit: 'Mbit/s', of: (value) => short(value / 1e6) } : { unit, of: short }
}

/** Names its series, so that the next process can take it up. */
function evidenceOf(standing: Standing<CompiledRule>, subject: SeriesSubject): EvidenceItem[] {
  const { metric, level, lastMs, sinceMs } = standing
  const at = Number.isFinite(lastMs) ? lastMs : sinceMs
  const { value, unit } = valuesOf(standing, subject)
  const common = { value: value ?? null, unit: unit ?? null, metric, level, seriesId: subject.id }
  return subject.kind === 'sensor'
    ? [evidence('sensor-value', 'bad', at, { ...common, sensor: subject.name, sensorId: subject.id })]
    : [evidence('measured', 'bad', at, { ...common, series: subject.name })]
}

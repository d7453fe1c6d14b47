/** Conditions as the API tells them. */
import type { BuiltInCondition } from '@zongheng/inventory/condition.ts'
import { builtIn } from '@zongheng/inventory/conditions.ts'
import { defaultSpecs, type DefaultSpec } from '@zongheng/inventory/conditions/defaults.ts'
import type { Engine } from '@zongheng/inventory/conditions/engine.ts'
import type { Origin } from '@zongheng/inventory/conditions/resolve.ts'
import { settingBounds, type Setting } from '@zongheng/inventory/conditions/spec.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'
import type { CompiledRule, Rule } from './compile.ts'
import { forecastOf } from './compile.ts'
import type { DefaultCondition, EffectiveCondition } from './schema.ts'
import { unitOf, type SeriesSubject } from './subjects.ts'

export function defaultViews(rules: readonly Rule[]): DefaultCondition[] {
  return (Object.entries(defaultSpecs) as [BuiltInCondition, DefaultSpec][]).map(([condition, spec]) => {
    const { entity, severity, priority, event, cause } = builtIn(condition)
    const { byClass = [], fromDevice = false, without: _without, ...plain } = spec
    return {
      condition,
      entity,
      severity,
      priority,
      event,
      cause,
      spec: plain,
      byClass: byClass.map(({ classes, settings }) => ({ classes: [...classes], settings })),
      fromDevice,
      overrides: rules.filter((rule) => rule.basedOn === condition).length,
    }
  })
}

/** One condition of one thing: every setting that means something to its kind, with where it comes from. */
export function effectiveView(
  rule: CompiledRule,
  subject: SeriesSubject,
  engine: Engine<CompiledRule>,
): EffectiveCondition {
  const { condition, name, severity, priority, spec, settings, origins, kind } = rule
  const [metric] = spec.metrics
  const names = (Object.keys(settingBounds) as Setting[]).filter((one) =>
    settingBounds[one].kinds.includes(kind),
  )
  const finite = (value: number) => (Number.isFinite(value) ? value : null)
  const watched = new Set(spec.metrics.map((one) => (kind === 'forecast' ? forecastOf(one) : one)))
  return {
    entity: { type: subject.entityType, id: subject.entityId, name: subject.name },
    condition,
    name,
    severity,
    priority,
    spec,
    unit: unitOf(spec.as, (metric ?? null) as MetricName | null, subject.unit),
    settings: names.map((one) => ({ name: one, value: settings[one], origin: originView(origins[one]) })),
    off: settings.off === 1,
    standing: [...engine.of(subject.id, condition)]
      .filter((one) => watched.has(one.metric))
      .map((one) => ({
        metric: one.metric,
        level: one.level,
        value: finite(one.value),
        low: one.low,
        high: one.high,
        at: finite(one.lastMs),
      })),
  }
}

function originView(origin: Origin | undefined) {
  if (!origin) return null
  if (origin.from === 'rule')
    return { from: origin.from, ruleId: origin.ruleId, name: origin.name, by: origin.by }
  return { from: origin.from, ruleId: null, name: origin.from === 'class' ? origin.class : null, by: null }
}

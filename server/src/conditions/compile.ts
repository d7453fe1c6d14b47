/** Rules made into what the engine runs: for everything that carries series, which conditions hold it to which limits, and why. */
import type { BuiltInCondition, Condition } from '@zongheng/inventory/condition.ts'
import { builtIn } from '@zongheng/inventory/conditions.ts'
import { defaultSpecs, type DefaultSpec } from '@zongheng/inventory/conditions/defaults.ts'
import type { Watch } from '@zongheng/inventory/conditions/engine.ts'
import {
  applies,
  byGenerality,
  effective,
  specificBy,
  type Effective,
  type Layer,
  type OverrideScope,
} from '@zongheng/inventory/conditions/resolve.ts'
import type { ConditionSpec, Settings } from '@zongheng/inventory/conditions/spec.ts'
import { metrics } from '@zongheng/inventory/metric.ts'
import type { Priority, Severity } from '@zongheng/inventory/severity.ts'
import { scaleFor, type SeriesSubject, type SubjectKind, type Subjects } from './subjects.ts'

/** A rule as it is kept: one of its own, or other settings of the built-in one it is based on. */
export interface Rule extends OverrideScope {
  id: `rul_${string}`
  regionId: string
  basedOn: BuiltInCondition | null
  name: string
  /** Of its own: whole. */
  spec: ConditionSpec | null
  /** Based on another: what is to be other. */
  settings: Partial<Settings>
  severity: Severity | null
  priority: Priority | null
}

/** What everything is judged by that is judged alike. */
export interface CompiledRule extends Effective {
  condition: Condition
  /** Of a rule of one's own. */
  name: string | null
  kind: ConditionSpec['kind']
  spec: ConditionSpec
}

const builtIns = Object.entries(defaultSpecs) as [BuiltInCondition, DefaultSpec][]

export const kindOf = (spec: ConditionSpec): SubjectKind | 'group' =>
  spec.metrics[0] ? metrics[spec.metrics[0]].entity : 'group'

export class Compiler {
  readonly #rules: Rule[]
  /** Entities that some rule names. */
  readonly #named: ReadonlySet<string>
  readonly #known = new Map<string, CompiledRule[]>()
  readonly #interned = new Map<string, CompiledRule>()

  constructor(rules: readonly Rule[]) {
    this.#rules = rules.toSorted(byGenerality)
    this.#named = new Set(rules.flatMap(({ entities }) => entities ?? []))
  }

  /** Every rule that judges it. What is of the same classes in the same region is judged alike, and worked out once. */
  of(subject: SeriesSubject): CompiledRule[] {
    const { id, partOf, classes, regionPath, own, kind } = subject
    if (this.#named.has(id) || (partOf !== null && this.#named.has(partOf))) return this.#workOut(subject)
    const key = `${kind} ${regionPath} ${classes.join()} ${own ? Object.values(own).join() : ''}`
    let found = this.#known.get(key)
    if (!found) this.#known.set(key, (found = this.#workOut(subject)))
    return found
  }

  /** Also those that are switched off: what a page shows. */
  explain(subject: SeriesSubject): CompiledRule[] {
    return this.#workOut(subject, true)
  }

  #workOut(subject: SeriesSubject, withOff = false): CompiledRule[] {
    const found = builtIns.flatMap(([condition, spec]) =>
      isOf(spec, subject) && !spec.without?.some((one) => subject.classes.includes(one))
        ? this.#builtIn(condition, spec, subject)
        : [],
    )
    const own = this.#rules.flatMap((rule) =>
      rule.spec && isOf(rule.spec, subject) && applies(rule, subject) ? ownRule(rule, rule.spec) : [],
    )
    return [...found, ...own].filter((rule) => withOff || isAtWork(rule)).map((rule) => this.#intern(rule))
  }

  #builtIn(condition: BuiltInCondition, spec: DefaultSpec, subject: SeriesSubject): CompiledRule {
    const layers: Layer[] = [{ origin: { from: 'default' }, settings: spec.settings }]
    const ofClass = spec.byClass?.find(({ classes }) => classes.every((one) => subject.classes.includes(one)))
    if (ofClass)
      layers.push({ origin: { from: 'class', class: ofClass.classes.join(' ') }, settings: ofClass.settings })
    if (spec.fromDevice && subject.own) layers.push({ origin: { from: 'device' }, settings: subject.own })
    return compiled(condition, spec, [...layers, ...this.#overrides(condition, subject)])
  }

  #overrides(condition: BuiltInCondition, subject: Parameters<typeof applies>[1]): Layer[] {
    return this.#rules.flatMap((rule) =>
      rule.basedOn === condition && applies(rule, subject) ? layerOf(rule) : [],
    )
  }

  /** Groups: of a region of the tier they are counted by. */
  groupsOf(region: { id: string; path: string; tier: string }): CompiledRule[] {
    const subject = { id: region.id, partOf: null, regionPath: region.path, classes: [] }
    const isHere = (spec: ConditionSpec) => spec.kind === 'group' && spec.group?.per === region.tier
    const found = builtIns.flatMap(([condition, spec]) =>
      isHere(spec)
        ? compiled(condition, spec, [
            { origin: { from: 'default' }, settings: spec.settings },
            ...this.#overrides(condition, subject),
          ])
        : [],
    )
    const own = this.#rules.flatMap((rule) =>
      rule.spec && isHere(rule.spec) && applies(rule, subject) ? ownRule(rule, rule.spec) : [],
    )
    return [...found, ...own].filter(isAtWork).map((rule) => this.#intern(rule))
  }

  /** What is the same is one: the engine keeps limits once for all that share them. */
  #intern(rule: CompiledRule): CompiledRule {
    const key = JSON.stringify(rule)
    const known = this.#interned.get(key)
    if (known) return known
    this.#interned.set(key, rule)
    return rule
  }

  /** O(what carries series × rules that apply to it). */
  watches(subjects: Subjects): Watch<CompiledRule>[] {
    const found: Watch<CompiledRule>[] = []
    for (const kind of ['device', 'interface', 'sensor', 'circuit', 'check'] as const)
      for (const subject of subjects.all(kind)) for (const watch of this.watchesOf(subject)) found.push(watch)
    return found
  }

  /** What is watched for its trend, and what its values are multiplied by. */
  *forecasts(subjects: Subjects): Generator<Watch<CompiledRule>> {
    const kinds = new Set(builtIns.map(([, spec]) => spec).concat(this.#rules.flatMap(({ spec }) => spec ?? [])).filter(({ kind }) => kind === 'forecast').map(kindOf)) // prettier-ignore
    for (const kind of kinds)
      if (kind !== 'group')
        for (const subject of subjects.all(kind))
          for (const watch of this.watchesOf(subject))
            if (watch.rule.kind === 'forecast')
              yield { ...watch, scale: scaleFor(watch.rule.spec.as, subject) ?? 1 }
  }

  *watchesOf(subject: SeriesSubject): Generator<Watch<CompiledRule>> {
    for (const rule of this.of(subject)) yield* watchesFor(rule, subject)
  }
}

export function* watchesFor(rule: CompiledRule, subject: SeriesSubject): Generator<Watch<CompiledRule>> {
  const scale = scaleFor(rule.spec.as, subject)
  if (scale === null) return
  for (const metric of rule.spec.metrics)
    yield rule.kind === 'forecast'
      ? { rule, metric: forecastOf(metric), entity: subject.id, scale: 1 } // days are days, whatever grows
      : { rule, metric, entity: subject.id, scale }
}

/** Days left are worked out once a day, and judged under a name of their own. */
export const forecastOf = (metric: string) => `forecast:${metric}`
export const metricOfForecast = (metric: string) => metric.replace('forecast:', '')

const isOf = (spec: ConditionSpec, subject: SeriesSubject) =>
  kindOf(spec) === subject.kind && spec.classes.every((one) => subject.classes.includes(one))

const ownRule = (rule: Rule, spec: ConditionSpec) => compiled(rule.id, spec, [layerOf(rule)], rule)

function layerOf(rule: Rule): Layer {
  return {
    origin: { from: 'rule', ruleId: rule.id, name: rule.name, by: specificBy(rule) },
    settings: rule.spec?.settings ?? rule.settings,
    severity: rule.severity,
    ...(rule.severity && { priority: rule.priority }),
  }
}

/** A share of a group and days left are held against the one setting that is theirs. */
export function compiled(
  condition: Condition,
  spec: ConditionSpec,
  layers: Layer[],
  own?: Pick<Rule, 'name' | 'severity' | 'priority'>,
): CompiledRule {
  const grave = own
    ? { severity: own.severity ?? 'warning', priority: own.priority }
    : { severity: builtIn(condition as BuiltInCondition).severity, priority: builtIn(condition as BuiltInCondition).priority } // prettier-ignore
  const result = effective(layers, grave)
  const { percent, withinDays } = result.settings
  if (spec.kind === 'group') Object.assign(result.settings, { above: percent, below: null })
  if (spec.kind === 'forecast') Object.assign(result.settings, { below: withinDays, above: null })
  const { kind, metrics: asked, as, classes, group } = spec
  return {
    condition,
    name: own?.name ?? null,
    kind,
    spec: { kind, metrics: asked, as, classes, settings: {}, ...(group && { group }) },
    ...result,
  }
}

function isAtWork({ kind, settings }: CompiledRule): boolean {
  const { above, below, aboveCritical, belowCritical } = settings
  const hasLimit = [above, below, aboveCritical, belowCritical].some((limit) => limit !== null)
  return settings.off !== 1 && (hasLimit || (kind !== 'threshold' && kind !== 'rate'))
}

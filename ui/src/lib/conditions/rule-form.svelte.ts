import { defaultSpecs } from '@zongheng/inventory/conditions/defaults.ts'
import {
  noSettings,
  settingBounds,
  settingErrors,
  specErrors,
  type ConditionKind,
  type ConditionSpec,
  type Grouping,
  type Reading,
  type Setting,
  type Settings,
} from '@zongheng/inventory/conditions/spec.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'
import type { ConditionRule, NewConditionRule } from '@zongheng/server/api.ts'
import { api, ApiProblem } from '../api/client.ts'
import { problemText } from '../components/Problem.svelte'
import { scope } from '../scope.svelte.ts'
import { TrialRun } from './trial.svelte.ts'

/** What a new rule starts from. */
export interface Start {
  basedOn?: string | null
  entity?: { id: string; name: string } | null
}

export const ownKinds = ['threshold', 'change', 'absence', 'rate', 'deviation', 'forecast', 'group'] as const
const trialDays = 7

/** A rule as it is typed: a new one, or changes of one that is kept. */
export class RuleForm {
  readonly rule: ConditionRule | null
  readonly entity: { id: string; name: string } | null
  basedOn = $state<string | null>(null)
  name = $state('')
  regionId = $state(scope.region?.id ?? '')
  class = $state('')
  kind = $state<ConditionKind>('threshold')
  metric = $state<MetricName>('responseMs')
  as = $state<Reading>('value')
  group = $state<Grouping>({ of: 'link', tier: null, per: 'city' })
  /** As typed; null: as it was before. */
  numbers = $state<Partial<Record<Setting, number | null>>>({})
  severity = $state('')
  priority = $state('')
  enabled = $state(true)
  busy = $state(false)
  problem = $state<string | null>(null)
  trial = $state.raw<TrialRun | null>(null)

  constructor(rule: ConditionRule | null, { basedOn = null, entity = null }: Start) {
    this.rule = rule
    this.entity = rule?.entities?.[0] ?? entity
    this.basedOn = rule ? rule.basedOn : basedOn
    if (!rule) return
    this.name = rule.name
    this.regionId = rule.region.id
    this.class = rule.class ?? ''
    this.numbers = { ...(rule.spec?.settings ?? rule.settings) }
    this.severity = rule.severity ?? ''
    this.priority = rule.priority ?? ''
    this.enabled = rule.enabled
    if (!rule.spec) return
    this.kind = rule.spec.kind
    this.metric = rule.spec.metrics[0] ?? 'responseMs'
    this.as = rule.spec.as
    if (rule.spec.group) this.group = { ...rule.spec.group }
  }

  get base() {
    return this.basedOn === null ? null : (defaultSpecs[this.basedOn as 'cpu-high'] ?? null)
  }

  /** Settings that mean something to the kind, in the order of the table. */
  get fields(): Setting[] {
    const kind = this.base?.kind ?? this.kind
    return (Object.keys(settingBounds) as Setting[]).filter(
      (one) => one !== 'off' && settingBounds[one].kinds.includes(kind),
    )
  }

  /** What a field is when it is left blank. */
  before(field: Setting): number | null {
    return this.base?.settings[field] ?? noSettings[field]
  }

  get settings(): Partial<Settings> {
    const typed = Object.entries($state.snapshot(this.numbers)).filter(
      ([name, value]) =>
        value !== null && value !== undefined && (name === 'off' || this.fields.includes(name as Setting)),
    )
    return Object.fromEntries(typed) as Partial<Settings>
  }

  get spec(): ConditionSpec {
    const { kind, settings } = this
    if (kind === 'group')
      return { kind, metrics: [], as: 'value', classes: [], settings, group: $state.snapshot(this.group) }
    return { kind, metrics: [this.metric], as: this.as, classes: [], settings }
  }

  /** Sensors measure in many units: a limit is one of a class, or of one of them. */
  get needsClass(): boolean {
    return this.base?.fromDevice === true && this.entity === null
  }

  /** By field; nothing typed says all is well. */
  get errors(): Partial<Record<string, string>> {
    const found = this.base ? settingErrors(this.base.kind, this.settings) : specErrors(this.spec)
    const needed = this.needsClass && !this.class ? [{ field: 'class', code: 'missing' }] : []
    return Object.fromEntries([...found, ...needed].map(({ field, code }) => [field, code]))
  }

  #body(): NewConditionRule {
    return {
      regionId: this.regionId,
      name: this.name.trim() || '–',
      ...(this.basedOn ? { basedOn: this.basedOn, settings: this.settings } : { spec: this.spec }),
      class: this.class || null,
      entities: this.rule?.entities?.map(({ id }) => id) ?? (this.entity ? [this.entity.id] : null),
      severity: (this.severity || null) as ConditionRule['severity'],
      priority: (this.priority || null) as ConditionRule['priority'],
      enabled: this.enabled,
    }
  }

  try() {
    this.trial?.stop()
    this.trial = new TrialRun(trialDays)
    void this.trial.run(this.#body())
  }

  /** The rule as it is kept; null when it was refused. */
  async save(): Promise<ConditionRule | null> {
    this.busy = true
    this.problem = null
    try {
      const { regionId, basedOn, ...patch } = this.#body()
      return this.rule
        ? await api.patch<ConditionRule>(`/conditions/rules/${this.rule.id}`, patch)
        : await api.post<ConditionRule>('/conditions/rules', {
            regionId,
            ...(basedOn && { basedOn }),
            ...patch,
          })
    } catch (refused) {
      this.problem = refused instanceof ApiProblem ? problemText(refused) : (refused as Error).message
      return null
    } finally {
      this.busy = false
    }
  }
}

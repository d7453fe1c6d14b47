import { isBuiltIn, type BuiltInCondition } from '@zongheng/inventory/condition.ts'
import { defaultSpecs } from '@zongheng/inventory/conditions/defaults.ts'
import { settingErrors, specErrors, type ConditionSpec, type Settings, type SpecError } from '@zongheng/inventory/conditions/spec.ts' // prettier-ignore
import { newId } from '@zongheng/inventory/id.ts'
import { differences } from '../audit/change.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { conflict, invalid, notFound } from '../http/problem.ts'
import { pageOfItems, type PageOf, type Paging } from '../http/paging.ts'
import type { IdentityService } from '../identity/service.ts'
import { concerns, covers, type Viewer } from '../identity/viewer.ts'
import type { Log } from '../log.ts'
import type { SeriesStore } from '../series/contract.ts'
import { Compiler, type Rule } from './compile.ts'
import { groupsIn } from './groups.ts'
import { tryGroups, type Histories } from './group-trial.ts'
import { ConditionJudge } from './judge.ts'
import { Learning } from './learning.ts'
import type {
  DefaultCondition,
  EffectiveCondition,
  NewRule,
  Rule as RuleView,
  RulePatch,
  Trial,
  TrialPart,
} from './schema.ts'
import * as store from './store.ts'
import type { SeriesSubject, Subjects } from './subjects.ts'
import { trialWatches, tryPart } from './trial.ts'
import { dayMs } from './usual.ts'
import { defaultViews, effectiveView } from './views.ts'

export interface ConditionDeps {
  db: Db
  clock: Clock
  log: Log
  audit: Pick<AuditTrail, 'write'>
  series: Pick<SeriesStore, 'raw' | 'read'>
  identity: Pick<IdentityService, 'region'>
  histories: Histories
}

type Scope = Pick<Viewer, 'regionPaths'>
/** What a person may say of a rule. */
type Draft = Pick<store.KeptScope, 'class' | 'entities'> & {
  name: string
  basedOn: BuiltInCondition | null
  spec: ConditionSpec | null
  settings: Partial<Settings>
  severity: Rule['severity']
  priority: Rule['priority']
  enabled: boolean
}

/** Conditions: which there are, who wants them otherwise where, and what each would have told. */
export class ConditionService {
  readonly judge: ConditionJudge
  readonly #deps: ConditionDeps
  readonly #learning: Learning
  #rows: store.RuleRow[] = []

  constructor(deps: ConditionDeps) {
    this.#deps = deps
    this.judge = new ConditionJudge(deps.clock())
    this.#learning = new Learning({ ...deps, judge: this.judge })
  }

  /** Before anything is judged, and when rules are others. */
  async load(): Promise<void> {
    this.#rows = await store.allRules(this.#deps.db)
    this.judge.setRules((subjects) => this.#active(subjects))
  }

  start(): void {
    this.#learning.start()
  }

  stop(): Promise<void> {
    return this.#learning.stop()
  }

  #active(subjects: Subjects): Rule[] {
    return this.#rows.filter((row) => row.enabled === 1).flatMap((row) => ruleIn(subjects, row) ?? [])
  }

  get #subjects(): Subjects | undefined {
    return this.judge.subjects
  }

  // ---- reading ------------------------------------------------------------------------------

  defaults(viewer: Scope, paging: Paging): PageOf<DefaultCondition> {
    const rules = this.#rows
      .flatMap((row) => (this.#subjects && ruleIn(this.#subjects, row)) ?? [])
      .filter((rule) => concerns(viewer, rule.regionPath))
    return pageOfItems(defaultViews(rules), paging, ({ entity, condition }) => [entity, condition])
  }

  /** Those of the viewer's regions, and those from above that reach down to them. */
  rules(viewer: Scope, query: Paging & { basedOn?: string; regionId?: string }): PageOf<RuleView> {
    const found = this.#rows.filter((row) => {
      const path = this.#subjects?.pathOf(row.region_id) ?? ''
      return (
        path !== '' &&
        concerns(viewer, path) &&
        (query.basedOn === undefined || row.based_on === query.basedOn) &&
        (query.regionId === undefined || path.includes(`/${query.regionId}/`))
      )
    })
    const page = pageOfItems(found, query, (row) => [row.based_on ?? '', row.name, row.id])
    return { ...page, items: page.items.map((row) => this.#view(viewer, row)) }
  }

  /** Of a thing and its parts: what holds it to which limit, and which rule says so. */
  effective(
    viewer: Scope,
    query: Paging & { entityId: string; condition?: string },
  ): PageOf<EffectiveCondition> {
    const subjects = this.#mustSee(viewer, query.entityId)
    const found = subjects.flatMap((subject) =>
      this.judge.compiler
        .explain(subject)
        .filter(({ condition }) => query.condition === undefined || condition === query.condition)
        .map((rule) => effectiveView(rule, subject, this.judge.engine)),
    )
    return pageOfItems(found, query, ({ entity, condition }) => [entity.name, condition, entity.id])
  }

  #mustSee(viewer: Scope, entityId: string): SeriesSubject[] {
    const found = this.#subjects
    const subjects = [...(found?.find(entityId) ?? []), ...(found?.partsOf(entityId) ?? [])].filter(
      ({ regionPath }) => covers(viewer, regionPath),
    )
    if (subjects.length === 0) throw notFound('entity')
    return subjects
  }

  // ---- writing ------------------------------------------------------------------------------

  async create(viewer: Scope, input: NewRule): Promise<RuleView> {
    const { audit, clock, db, identity } = this.#deps
    const region = await identity.region(viewer, input.regionId)
    const draft = this.#draft(viewer, region.id, input)
    if ((await store.countRules(db)) >= store.rulesAtMost) throw conflict('too-many-rules')
    const [now, id] = [clock(), newId('rule', clock())]
    await audit.write(async (tx, note) => {
      await store.insertRule(tx, {
        id,
        region_id: region.id,
        based_on: draft.basedOn,
        ...columnsOf(draft),
        created_by: 'userId' in viewer ? String(viewer.userId) : null,
        archived_at: null,
        created_at: now,
        updated_at: now,
      })
      note({ action: 'conditions.added', ...about(id, draft.name, region.id), after: draft })
    })
    return this.#reloaded(viewer, id)
  }

  async change(viewer: Scope, id: string, patch: RulePatch): Promise<RuleView> {
    const row = await this.#mustOwn(viewer, id)
    const before = draftOf(row)
    const { basedOn, spec, ...rest } = before
    const draft = this.#draft(viewer, row.region_id, {
      ...rest,
      ...(basedOn && { basedOn }),
      ...(spec && { spec }),
      ...patch,
    })
    await this.#deps.audit.write(async (tx, note) => {
      await store.updateRule(tx, id, { ...columnsOf(draft), updated_at: this.#deps.clock() })
      note({
        action: 'conditions.changed',
        ...about(id, draft.name, row.region_id),
        ...differences<object>(before, draft),
      })
    })
    return this.#reloaded(viewer, id)
  }

  /** What it told is over; the alarms stay as history. */
  async archive(viewer: Scope, id: string): Promise<void> {
    const row = await this.#mustOwn(viewer, id)
    const now = this.#deps.clock()
    await this.#deps.audit.write(async (tx, note) => {
      await store.updateRule(tx, id, { archived_at: now, updated_at: now })
      note({ action: 'conditions.archived', ...about(id, row.name, row.region_id), before: draftOf(row) })
    })
    await this.load()
  }

  /** What the rule would have told of the last days, part by part. */
  async try(viewer: Scope, { days, cursor, ...input }: Trial): Promise<TrialPart> {
    const { identity, clock, series } = this.#deps
    const region = await identity.region(viewer, input.regionId)
    const draft = this.#draft(viewer, region.id, { name: 'trial', ...input })
    const path = this.#subjects?.pathOf(region.id)
    if (!path) throw notFound('region')
    const rule: Rule = { ...draft, id: 'rul_trial', regionId: region.id, regionPath: path }
    const condition = draft.basedOn ?? rule.id
    const spec = draft.spec ?? defaultSpecs[draft.basedOn!]!
    const compiler = new Compiler([...this.#active(this.#subjects!), rule])
    if (spec.kind === 'group') {
      const groups = groupsIn(this.#subjects!.model, compiler).filter(
        (group) => group.rule.condition === condition && group.region.path.startsWith(path),
      )
      const now = clock()
      return tryGroups(groups, { fromMs: now - days * dayMs, untilMs: now }, this.#deps.histories)
    }
    const watches = trialWatches(pairsOf(compiler, this.#subjects!, rule, condition))
    const until = clock()
    return tryPart({ watches, from: until - days * dayMs, until, start: Number(cursor ?? 0) || 0 }, series)
  }

  // ---- what all have in common --------------------------------------------------------------

  #draft(viewer: Scope, regionId: string, input: Omit<NewRule, 'regionId'>): Draft {
    const basedOn = input.basedOn ?? null
    const known = basedOn !== null && isBuiltIn(basedOn) ? defaultSpecs[basedOn] : undefined
    if (basedOn !== null && !known)
      throw invalid([{ path: '/basedOn', code: 'enum', message: 'is no condition that rules judge' }])
    const spec = basedOn === null ? ((input.spec ?? null) as ConditionSpec | null) : null
    const settings = basedOn === null ? {} : ((input.settings ?? {}) as Partial<Settings>)
    if (basedOn === null && !spec)
      throw invalid([{ path: '/spec', code: 'required', message: 'is required for a condition of your own' }])
    const errors = spec ? specErrors(spec) : settingErrors(known!.kind, settings)
    if (errors.length > 0) throw invalid(errors.map((one) => fieldError(one, spec !== null)))
    const entities = input.entities ?? null
    // Sensors measure in many units: a limit is one of a class, or of one of them.
    if (known?.fromDevice && !entities && !input.class)
      throw invalid([{ path: '/class', code: 'required', message: 'is required for limits of sensors' }])
    this.#mustBeWithin(viewer, regionId, entities)
    return {
      name: input.name,
      basedOn: basedOn as BuiltInCondition | null,
      spec,
      settings,
      class: input.class ?? null,
      entities,
      severity: input.severity ?? (basedOn === null ? 'warning' : null),
      priority: input.priority ?? null,
      enabled: input.enabled ?? true,
    }
  }

  /** A rule names only what lies in its own region. */
  #mustBeWithin(viewer: Scope, regionId: string, entities: readonly string[] | null): void {
    const path = this.#subjects?.pathOf(regionId) ?? ''
    for (const id of entities ?? []) {
      const known = this.#mustSee(viewer, id)
      if (!known.some(({ regionPath }) => regionPath.startsWith(path))) throw notFound('entity')
    }
  }

  async #mustOwn(viewer: Scope, id: string): Promise<store.RuleRow> {
    const row = await store.ruleById(this.#deps.db, id)
    const path = row && this.#subjects?.pathOf(row.region_id)
    if (!row || !path || !covers(viewer, path)) throw notFound('condition')
    return row
  }

  async #reloaded(viewer: Scope, id: string): Promise<RuleView> {
    await this.load()
    return this.#view(
      viewer,
      this.#rows.find((row) => row.id === id)!,
    )
  }

  #view(viewer: Scope, row: store.RuleRow): RuleView {
    const model = this.#subjects!.model
    const { basedOn, ...draft } = draftOf(row)
    const isOwn = covers(viewer, this.#subjects!.pathOf(row.region_id))
    const named = (id: string) => ({ id, name: this.#nameOf(id) })
    const seen = (id: string) =>
      this.#subjects!.find(id).some(({ regionPath }) => covers(viewer, regionPath)) ||
      this.#subjects!.partsOf(id).some(({ regionPath }) => covers(viewer, regionPath))
    return {
      id: row.id,
      region: { id: row.region_id, name: model.regions.get(row.region_id)?.name ?? '' },
      ...draft,
      basedOn,
      entities: draft.entities?.filter(seen).map(named) ?? null,
      isOwn,
      updatedAt: row.updated_at,
    }
  }

  #nameOf(id: string): string {
    return this.#subjects?.find(id)[0]?.name ?? this.#subjects?.model.links.get(id)?.name ?? id
  }
}

function* pairsOf(compiler: Compiler, subjects: Subjects, rule: Rule, condition: string) {
  const inScope = (subject: SeriesSubject) =>
    subject.regionPath.startsWith(rule.regionPath) &&
    (rule.class === null || subject.classes.includes(rule.class)) &&
    (rule.entities === null ||
      rule.entities.includes(subject.id) ||
      rule.entities.includes(subject.partOf ?? ''))
  for (const kind of ['device', 'interface', 'sensor', 'circuit', 'check'] as const)
    for (const subject of subjects.all(kind)) {
      if (!inScope(subject)) continue
      for (const one of compiler.of(subject)) if (one.condition === condition) yield { rule: one, subject }
    }
}

function ruleIn(subjects: Subjects, row: store.RuleRow): Rule | null {
  const path = subjects.pathOf(row.region_id)
  return path ? store.ruleFrom(row, path) : null
}

const about = (id: string, name: string, regionId: string) => ({
  entity: { type: 'condition', id, name },
  regionId,
})

const messages: Record<SpecError['code'], string> = {
  range: 'is out of range',
  missing: 'is required',
  unknown: 'means nothing to this kind',
  order: 'is milder than the limit before it',
}
const fieldError = ({ field, code }: SpecError, isOwn: boolean) => {
  const path = ['metrics', 'as', 'group'].includes(field)
    ? `/spec/${field}`
    : isOwn
      ? `/spec/settings/${field}`
      : `/settings/${field}`
  return { path, code, message: messages[code] }
}

function draftOf(row: store.RuleRow): Draft {
  const rule = store.ruleFrom(row, '')
  const { name, basedOn, spec, settings, severity, priority, entities } = rule
  return {
    name,
    basedOn,
    spec,
    settings,
    severity,
    priority,
    class: rule.class,
    entities: entities && [...entities],
    enabled: row.enabled === 1,
  }
}

function columnsOf({ name, spec, settings, severity, priority, enabled, ...scope }: Draft) {
  return {
    name,
    scope: JSON.stringify({ class: scope.class, entities: scope.entities } satisfies store.KeptScope),
    spec: JSON.stringify((spec ? { spec } : { settings }) satisfies store.KeptSpec),
    severity,
    priority,
    enabled: enabled ? 1 : 0,
  }
}

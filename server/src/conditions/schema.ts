import { conditionKinds, readings, settingBounds, type Setting } from '@zongheng/inventory/conditions/spec.ts'
import { metrics } from '@zongheng/inventory/metric.ts'
import { priorities, severities } from '@zongheng/inventory/severity.ts'
import { Type, type Static, type TSchema } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

const strict = { additionalProperties: false } as const
const Id = Type.String({ maxLength: 40 })
const Metric = Type.Enum(Object.keys(metrics) as (keyof typeof metrics)[])

const optionalNumber = Type.Optional(Nullable(Type.Number()))
/** Numbers that a rule sets; bounds are the kind's. */
export const SettingsShape = Type.Object(
  Object.fromEntries(Object.keys(settingBounds).map((name) => [name, optionalNumber])) as Record<
    Setting,
    typeof optionalNumber
  >,
  strict,
)
export type SettingsShape = Static<typeof SettingsShape>

const Grouping = Type.Object(
  {
    of: Type.Enum(['link', 'device', 'check']),
    tier: Nullable(Type.Enum(['city', 'county', 'township'])),
    per: Type.Enum(['province', 'city', 'county']),
  },
  strict,
)

export const Spec = Type.Object(
  {
    kind: Type.Enum(conditionKinds),
    metrics: Type.Array(Metric, { maxItems: 8 }),
    as: Type.Enum(readings),
    classes: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 8 }),
    settings: SettingsShape,
    group: Type.Optional(Grouping),
  },
  strict,
)
export type Spec = Static<typeof Spec>

const grave = { severity: Type.Enum(severities), priority: Nullable(Type.Enum(priorities)) }

/** A condition as the product comes with it. */
export const DefaultCondition = Type.Object({
  condition: Type.String(),
  entity: Type.String(),
  ...grave,
  /** ITU-T X.733 */
  event: Type.String(),
  cause: Type.String(),
  spec: Spec,
  byClass: Type.Array(Type.Object({ classes: Type.Array(Type.String()), settings: SettingsShape })),
  /** Limits that a device names itself count before these. */
  fromDevice: Type.Boolean(),
  /** Rules that want it otherwise somewhere. */
  overrides: Type.Integer(),
})
export type DefaultCondition = Static<typeof DefaultCondition>
export const DefaultConditionPage = Page(DefaultCondition)
export const PageQuery = Type.Object(paging)

const scope = {
  class: Nullable(Type.String({ maxLength: 40 })),
  entities: Nullable(Type.Array(Id, { minItems: 1, maxItems: 200 })),
}

export const Rule = Type.Object({
  id: Type.String(),
  region: Ref,
  basedOn: Nullable(Type.String()),
  name: Type.String(),
  class: scope.class,
  entities: Nullable(Type.Array(Ref)),
  spec: Nullable(Spec),
  settings: SettingsShape,
  severity: Nullable(grave.severity),
  priority: grave.priority,
  enabled: Type.Boolean(),
  /** Whether it is within the reader's regions to change it. */
  isOwn: Type.Boolean(),
  updatedAt: Instant,
})
export type Rule = Static<typeof Rule>
export const RulePage = Page(Rule)
export const RuleQuery = Type.Object({
  ...paging,
  basedOn: Type.Optional(Type.String({ maxLength: 40 })),
  regionId: Type.Optional(Id),
})

const optional = <T extends TSchema>(schema: T) => Type.Optional(schema)
const changeable = {
  class: optional(scope.class),
  entities: optional(scope.entities),
  /** Of a condition of one's own. */
  spec: optional(Spec),
  /** Of one that is based on another: what is to be other. */
  settings: optional(SettingsShape),
  severity: optional(Nullable(grave.severity)),
  priority: optional(grave.priority),
  enabled: optional(Type.Boolean()),
}
const Name = Type.String({ minLength: 1, maxLength: 80 })
export const NewRule = Type.Object(
  { regionId: Id, basedOn: optional(Type.String({ maxLength: 40 })), name: Name, ...changeable },
  strict,
)
export type NewRule = Static<typeof NewRule>
export const RulePatch = Type.Object({ name: optional(Name), ...changeable }, strict)
export type RulePatch = Static<typeof RulePatch>

const Origin = Type.Object({
  from: Type.Enum(['default', 'class', 'device', 'rule']),
  /** Of a rule: which, and by what it applies. */
  ruleId: Nullable(Type.String()),
  name: Nullable(Type.String()),
  by: Nullable(Type.Enum(['entity', 'region', 'class'])),
})
export const EffectiveCondition = Type.Object({
  entity: Type.Object({ type: Type.String(), id: Type.String(), name: Type.String() }),
  condition: Type.String(),
  name: Nullable(Type.String()),
  ...grave,
  spec: Spec,
  unit: Type.String(),
  /** All that are in force, and where each comes from. */
  settings: Type.Array(
    Type.Object({ name: Type.String(), value: Nullable(Type.Number()), origin: Nullable(Origin) }),
  ),
  off: Type.Boolean(),
  /** How it stands now, by metric. */
  standing: Type.Array(
    Type.Object({
      metric: Type.String(),
      level: Type.Integer(),
      value: Nullable(Type.Number()),
      low: Nullable(Type.Number()),
      high: Nullable(Type.Number()),
      at: Nullable(Instant),
    }),
  ),
})
export type EffectiveCondition = Static<typeof EffectiveCondition>
export const EffectivePage = Page(EffectiveCondition)
export const EffectiveQuery = Type.Object({
  ...paging,
  entityId: Id,
  condition: Type.Optional(Type.String({ maxLength: 40 })),
})

export const Trial = Type.Object(
  {
    regionId: Id,
    basedOn: optional(Type.String({ maxLength: 40 })),
    name: optional(Name),
    ...changeable,
    days: Type.Integer({ minimum: 1, maximum: 31, default: 7 }),
    /** Where the last part ended; absent: from the start. */
    cursor: optional(Type.String({ maxLength: 40 })),
  },
  strict,
)
export type Trial = Static<typeof Trial>

/** One part of a trial: `next` until all is done. */
export const TrialPart = Type.Object({
  from: Instant,
  until: Instant,
  done: Type.Integer(),
  total: Type.Integer(),
  samples: Type.Integer(),
  events: Type.Array(
    Type.Object({
      entity: Type.Object({ type: Type.String(), id: Type.String(), name: Type.String() }),
      metric: Type.String(),
      level: Type.Integer(),
      at: Instant,
      /** Null: it lasts at the end of the trial. */
      until: Nullable(Instant),
      value: Nullable(Type.Number()),
      unit: Nullable(Type.String()),
    }),
  ),
  /** More events than are told were found in this part. */
  isCut: Type.Boolean(),
  next: Nullable(Type.String()),
})
export type TrialPart = Static<typeof TrialPart>

import { checkFacts, checkKinds, type CheckMetric, type CheckSpec } from '@zongheng/inventory/check.ts'
import { Type, type Static } from 'typebox'
import { SnmpInput } from '../estate/schema.ts'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { specSchemas } from './spec-schema.ts'

export const leastIntervalS = 10
const Id = Type.String({ maxLength: 40 })

const checkMetrics = [...new Set(checkKinds.flatMap((kind) => checkFacts[kind].metrics))] as CheckMetric[]
export const Limit = Type.Object({
  metric: Type.Enum(checkMetrics),
  warning: Nullable(Type.Number()),
  critical: Nullable(Type.Number()),
})

/** By the collector's own words; `code` is worded by the console. */
const Outcome = Type.Object({
  ok: Type.Boolean(),
  code: Type.String(),
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])),
})

export const checkStates = ['up', 'degraded', 'down', 'unknown', 'paused'] as const

/** How one of its collectors sees it; its id is what series are asked by. */
export const CheckPoint = Type.Object({
  id: Type.String(),
  collector: Ref,
  state: Type.Enum(['up', 'degraded', 'down', 'unknown']),
  ranAt: Nullable(Instant),
  outcome: Nullable(Outcome),
  /** The newest run's numbers. */
  metrics: Type.Record(Type.String(), Type.Number()),
  /** The limit it is beyond. */
  limit: Nullable(Limit),
  /** A first failure, yet to be confirmed. */
  isFirst: Type.Boolean(),
})
export type CheckPoint = Static<typeof CheckPoint>

export const Check = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.Enum(checkKinds),
  target: Type.String(),
  spec: Type.Unsafe<CheckSpec>(Type.Union(checkKinds.map((kind) => specSchemas[kind]))),
  limits: Type.Array(Limit),
  intervalS: Type.Integer(),
  timeoutMs: Type.Integer(),
  enabled: Type.Boolean(),
  hasCredential: Type.Boolean(),
  region: Ref,
  site: Nullable(Ref),
  device: Nullable(Ref),
  state: Type.Enum(checkStates),
  since: Nullable(Instant),
  points: Type.Array(CheckPoint),
})
export type Check = Static<typeof Check>
export const CheckPage = Page(Check)

export const CheckCounts = Type.Object(
  Object.fromEntries(checkStates.map((state) => [state, Type.Integer()])) as Record<
    (typeof checkStates)[number],
    ReturnType<typeof Type.Integer>
  >,
)
export type CheckCounts = Static<typeof CheckCounts>

const filters = {
  kind: Type.Optional(Type.Enum(checkKinds)),
  regionId: Type.Optional(Id),
  siteId: Type.Optional(Id),
  deviceId: Type.Optional(Id),
}
export const CheckCountQuery = Type.Object(filters)
export type CheckCountQuery = Static<typeof CheckCountQuery>

export const CheckQuery = Type.Object({
  ...paging,
  ...filters,
  state: Type.Optional(Type.Enum(checkStates)),
  /** Part of the name or the target. */
  q: Type.Optional(Type.String({ maxLength: 100 })),
})
export type CheckQuery = Static<typeof CheckQuery>

/** `kind` and what that kind asks for, as in `Check.spec`: checked by the kind, so that errors name the field. */
const SpecInput = Type.Record(Type.String({ maxLength: 40 }), Type.Unknown(), { maxProperties: 20 })

const SshInput = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  privateKey: Type.Optional(Type.String({ minLength: 1, maxLength: 16_384 })),
})

/** Shown to nobody afterwards. */
const secrets = { snmp: Type.Optional(SnmpInput), ssh: Type.Optional(SshInput) }

const rhythm = {
  intervalS: Type.Optional(Type.Integer({ minimum: leastIntervalS, maximum: 86_400 })),
  timeoutMs: Type.Optional(Type.Integer({ minimum: 500, maximum: 60_000 })),
}
const about = {
  deviceId: Type.Optional(Nullable(Id)),
  siteId: Type.Optional(Nullable(Id)),
  regionId: Type.Optional(Id),
}
const settings = {
  limits: Type.Optional(Type.Array(Limit, { maxItems: 10 })),
  ...rhythm,
  enabled: Type.Optional(Type.Boolean()),
  /** Who runs it, each for itself; none: the one beside the server. */
  collectorIds: Type.Optional(Type.Array(Id, { maxItems: 20 })),
  ...secrets,
}

/** It belongs to its device's or site's region; one that is about neither names a region. */
export const NewCheck = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  spec: SpecInput,
  ...about,
  ...settings,
})
export type NewCheck = Static<typeof NewCheck>

/** What is changed; the rest stays. A check stays of its kind. */
export const CheckPatch = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  spec: Type.Optional(SpecInput),
  ...about,
  ...settings,
})
export type CheckPatch = Static<typeof CheckPatch>

/** Runs once, before it is kept. `checkId`: with the credential of that one, as long as it goes to the same address. */
export const CheckTrial = Type.Object({
  spec: SpecInput,
  timeoutMs: rhythm.timeoutMs,
  regionId: Id,
  collectorId: Type.Optional(Id),
  checkId: Type.Optional(Id),
  ...secrets,
})
export type CheckTrial = Static<typeof CheckTrial>

export const CheckJobs = Type.Object({ jobIds: Type.Array(Type.String()) })

/** Who may be asked to run one. */
export const CheckCollectors = Type.Object({
  items: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), isLocal: Type.Boolean() })),
})

import { alarmStates, type Condition } from '@zongheng/inventory/condition.ts'
import { severities } from '@zongheng/inventory/severity.ts'
import { Type, type Static } from 'typebox'
import { Evidence } from '../estate/schema.ts'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

export const Alarm = Type.Object({
  id: Type.String(),
  entity: Type.Object({
    type: Type.Enum([
      'link',
      'circuit',
      'device',
      'site',
      'sensor',
      'interface',
      'collector',
      'check',
      'region',
      'server',
    ]),
    id: Type.String(),
    name: Type.String(),
  }),
  region: Ref,
  /** Where it stands; null for what has no one place. */
  site: Nullable(Ref),
  /** A built-in condition, or the id of a rule. */
  condition: Type.Unsafe<Condition>(Type.String()),
  severity: Type.Enum(severities),
  state: Type.Enum(alarmStates),
  /** The alarm that explains this one; null for a root. */
  causeId: Nullable(Type.String()),
  flapping: Type.Boolean(),
  /** What is measured, for the console's words: `{value: 38, limit: 35, unit: '°C'}`. */
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])),
  startedAt: Instant,
  /** When it had lasted long enough to be told of. */
  firedAt: Nullable(Instant),
  clearedAt: Nullable(Instant),
  acknowledgedBy: Nullable(Ref),
  acknowledgedAt: Nullable(Instant),
  /** How many alarms this one explains, at any depth. */
  children: Type.Integer(),
  ticket: Nullable(
    Type.Object({ id: Type.String(), number: Type.String(), assignee: Nullable(Type.String()) }),
  ),
})
export type Alarm = Static<typeof Alarm>
export const AlarmPage = Page(Alarm)
export const AlarmQuery = Type.Object({
  ...paging,
  state: Type.Optional(Type.Enum(alarmStates)),
  severity: Type.Optional(Type.Enum(severities)),
  /** Only those that nothing explains. */
  root: Type.Optional(Type.Boolean()),
  causeId: Type.Optional(Type.String()),
  entityId: Type.Optional(Type.String()),
  regionId: Type.Optional(Type.String()),
})

export const AlarmDetail = Type.Intersect([
  Alarm,
  Type.Object({
    evidence: Type.Array(Evidence),
    cause: Nullable(Alarm),
    /** Directly explained ones, worst first, at most 200. */
    explained: Type.Array(Alarm),
    /** A device that a playbook can be run on. */
    devices: Type.Array(Ref),
  }),
])
export type AlarmDetail = Static<typeof AlarmDetail>

/** Firing roots by severity: the counters of the top bar. */
export const AlarmCounts = Type.Object({
  critical: Type.Integer(),
  major: Type.Integer(),
  minor: Type.Integer(),
  warning: Type.Integer(),
  unacknowledged: Type.Integer(),
  explained: Type.Integer(),
})
export type AlarmCounts = Static<typeof AlarmCounts>

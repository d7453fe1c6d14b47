import { alarmStates, type Condition } from '@zongheng/inventory/condition.ts'
import { severities } from '@zongheng/inventory/severity.ts'
import { Type, type Static } from 'typebox'
import { Evidence } from '../estate/schema.ts'
import { alarmEventKinds } from './events.ts'
import { muteReasons } from './muted.ts'
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
      'service',
      'room',
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
  /** It speaks again then, should it still be there; null: acknowledged for good. */
  acknowledgedUntil: Nullable(Instant),
  suppressed: Nullable(
    Type.Object({
      by: Nullable(Ref),
      at: Nullable(Instant),
      until: Instant,
      reason: Nullable(Type.String()),
    }),
  ),
  /** The maintenance window that mutes it. */
  window: Nullable(Ref),
  /** Told by late evidence, over before anybody could know. */
  historical: Type.Boolean(),
  /** How often it came, the first time included. */
  raised: Type.Integer(),
  /** Why it pages nobody and opens no incident; null: it speaks for itself. */
  muted: Nullable(Type.Enum(muteReasons)),
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
  condition: Type.Optional(Type.String({ maxLength: 60 })),
  /** By a maintenance window, or by somebody's hand. */
  muted: Type.Optional(Type.Boolean()),
  historical: Type.Optional(Type.Boolean()),
})

export const AlarmDetail = Type.Intersect([
  Alarm,
  Type.Object({
    evidence: Type.Array(Evidence),
    /** As other managers know it [ITU-T X.733]. */
    x733: Type.Object({
      perceivedSeverity: Type.Enum([...severities, 'cleared']),
      eventType: Type.String(),
      probableCause: Type.String(),
    }),
    cause: Nullable(Alarm),
    /** Those that explain it together with its cause, nearest first: without any of them it would not be. */
    coCauses: Type.Array(Alarm),
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

/** One step of an alarm's life. */
export const AlarmHistoryEvent = Type.Object({
  id: Type.String(),
  at: Instant,
  kind: Type.Enum(alarmEventKinds),
  /** Null: it came by itself. */
  actor: Nullable(Ref),
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])),
})
export type AlarmHistoryEvent = Static<typeof AlarmHistoryEvent>
export const AlarmHistory = Page(AlarmHistoryEvent)
export const AlarmHistoryQuery = Type.Object(paging)

const Ids = Type.Array(Type.String({ maxLength: 40 }), { minItems: 1, maxItems: 200 })
const Reason = Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' })
export const Acknowledging = Type.Union([
  Type.Object({ until: Type.Optional(Nullable(Instant)) }),
  Type.Null(),
])
export const Suppressing = Type.Object({ until: Instant, reason: Reason })
export const AcknowledgingMany = Type.Object({ ids: Ids, until: Type.Optional(Nullable(Instant)) })
export const SuppressingMany = Type.Object({ ids: Ids, until: Instant, reason: Reason })
export const Alarms = Type.Object({ items: Type.Array(Alarm) })

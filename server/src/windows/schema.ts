import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { scopeTypes, windowSources } from './window-book.ts'

const Weekday = Type.Integer({ minimum: 0, maximum: 6, description: '0 is Sunday' })
export const RecurrenceShape = Type.Union([
  Type.Object({
    every: Type.Literal('week'),
    weekdays: Type.Array(Weekday, { minItems: 1, maxItems: 7, uniqueItems: true }),
  }),
  Type.Object({ every: Type.Literal('month'), day: Type.Integer({ minimum: 1, maximum: 31 }) }),
  Type.Object({ every: Type.Literal('month'), weekday: Weekday, nth: Type.Enum([1, 2, 3, 4, -1]) }),
])

export const SpanShape = Type.Object({ fromAt: Instant, untilAt: Instant })
const ScopeInput = Type.Object({ type: Type.Enum(scopeTypes), id: Type.String({ maxLength: 40 }) })
const Scope = Type.Object({ type: Type.Enum(scopeTypes), id: Type.String(), name: Type.String() })

export const MaintenanceWindow = Type.Object({
  id: Type.String(),
  region: Ref,
  title: Type.String(),
  source: Type.Enum(windowSources),
  /** The carrier's notice number, the change's ticket. */
  reference: Nullable(Type.String()),
  /** Of an announced one, when it is known. */
  carrier: Nullable(Ref),
  note: Nullable(Type.String()),
  scopes: Type.Array(Scope),
  /** Of the first occurrence. */
  startsAt: Instant,
  endsAt: Instant,
  recurrence: Nullable(RecurrenceShape),
  recursUntil: Nullable(Instant),
  cancelledAt: Nullable(Instant),
  createdBy: Nullable(Ref),
  createdAt: Instant,
  /** The occurrence that runs, else the next; null when there is none any more. */
  next: Nullable(SpanShape),
  running: Type.Boolean(),
  /** Alarms it mutes now. */
  muted: Type.Integer(),
})
export type MaintenanceWindow = Static<typeof MaintenanceWindow>
export const WindowPage = Page(MaintenanceWindow)

export const windowPhases = ['running', 'coming', 'over'] as const
export type WindowPhase = (typeof windowPhases)[number]
export const WindowQuery = Type.Object({
  ...paging,
  phase: Type.Optional(Type.Enum(windowPhases)),
  regionId: Type.Optional(Type.String({ maxLength: 40 })),
})

export const CalendarQuery = Type.Object({
  from: Instant,
  until: Instant,
  regionId: Type.Optional(Type.String({ maxLength: 40 })),
})
export const WindowCalendar = Type.Object({
  items: Type.Array(
    Type.Object({
      windowId: Type.String(),
      title: Type.String(),
      source: Type.Enum(windowSources),
      fromAt: Instant,
      untilAt: Instant,
    }),
  ),
})
export type WindowCalendar = Static<typeof WindowCalendar>

export const NewWindow = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
    source: Type.Enum(['manual', 'carrier']),
    reference: Type.Optional(Nullable(Type.String({ maxLength: 100 }))),
    carrierId: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
    note: Type.Optional(Nullable(Type.String({ maxLength: 2000 }))),
    scopes: Type.Array(ScopeInput, { minItems: 1, maxItems: 200 }),
    startsAt: Instant,
    endsAt: Instant,
    recurrence: Type.Optional(Nullable(RecurrenceShape)),
    recursUntil: Type.Optional(Nullable(Instant)),
  },
  { additionalProperties: false },
)
export type NewWindow = Static<typeof NewWindow>

export const WindowPatch = Type.Object(
  {
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })),
    note: Type.Optional(Nullable(Type.String({ maxLength: 2000 }))),
    reference: Type.Optional(Nullable(Type.String({ maxLength: 100 }))),
    carrierId: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
    /** Of one that comes once and is not over: not before now. */
    endsAt: Type.Optional(Instant),
    /** Of one that recurs. */
    recursUntil: Type.Optional(Nullable(Instant)),
  },
  { additionalProperties: false },
)
export type WindowPatch = Static<typeof WindowPatch>

/** What a window would do, before it is kept. */
export const WindowPreview = Type.Object({
  /** The next five. */
  occurrences: Type.Array(SpanShape),
  /** What falls under it. */
  covers: Type.Object({
    sites: Type.Integer(),
    devices: Type.Integer(),
    circuits: Type.Integer(),
    checks: Type.Integer(),
  }),
  /** Whose circuits these are. */
  carriers: Type.Array(Ref),
  /** Alarms that fire there now: they began before, and go on. */
  firing: Type.Integer(),
  /** Windows over some of the same at the same time. */
  conflicts: Type.Array(
    Type.Object({ windowId: Type.String(), title: Type.String(), fromAt: Instant, untilAt: Instant }),
  ),
})
export type WindowPreview = Static<typeof WindowPreview>

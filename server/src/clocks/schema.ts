/** Clocks of tickets, and the rules that they run by. */
import { accesses } from '@zongheng/inventory/access.ts'
import { tiers } from '@zongheng/inventory/region.ts'
import { clockMarks } from '@zongheng/inventory/service-clock.ts'
import { priorities } from '@zongheng/inventory/severity.ts'
import { Type, type Static } from 'typebox'
import { pendingReasons, ticketKinds } from '../desk/kinds.ts'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

const strict = { additionalProperties: false } as const
const Id = Type.String({ maxLength: 40 })
const Name = Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' })
const Position = Type.Integer({ minimum: 0, maximum: 10_000 })

/** `sla`: promised to whoever asks; `ola`: between tiers; `uc`: by a carrier; `closing`: what is resolved closes by itself. */
export const clockKinds = ['sla', 'ola', 'uc', 'closing'] as const
export type ClockKind = (typeof clockKinds)[number]
export const measures = ['response', 'resolution', 'closing'] as const
export type Measure = (typeof measures)[number]
/** What stops a clock: why a ticket waits, or that it waits to be approved. */
export const pauseReasons = [...pendingReasons, 'approval'] as const

export const ServiceClock = Type.Object({
  id: Type.String(),
  ticketId: Type.String(),
  kind: Type.Enum(clockKinds),
  measure: Type.Enum(measures),
  /** Of its target. */
  name: Type.String(),
  state: Type.Enum(['running', 'paused', 'stopped']),
  targetMs: Type.Integer(),
  /** Counted by its calendar, up to now. */
  elapsedMs: Type.Integer(),
  /** Null unless it runs. */
  dueAt: Nullable(Instant),
  breachedAt: Nullable(Instant),
  startedAt: Instant,
  /** Its name; null: every hour of every day. */
  calendar: Nullable(Type.String()),
  /** It is due in a year whose holidays are not announced. */
  isUncertain: Type.Boolean(),
})
export type ServiceClock = Static<typeof ServiceClock>
export const ClockList = Type.Object({ items: Type.Array(ServiceClock) })
export const ClockQuery = Type.Object({
  /** Ids, parted by commas; at most 200. */
  ticketIds: Type.String({ maxLength: 200 * 41 }),
})

/** What lies behind already and did not count. */
export const NewPause = Type.Object(
  {
    from: Instant,
    until: Instant,
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
  },
  strict,
)
export type NewPause = Static<typeof NewPause>
export const PauseQuery = Type.Pick(NewPause, ['from', 'until'])

// ---- targets --------------------------------------------------------------------------------------

const anyOf = <T extends string>(values: readonly T[]) =>
  Type.Optional(Type.Array(Type.Enum([...values]), { maxItems: 20, uniqueItems: true }))
const anyText = Type.Optional(Type.Array(Type.String({ maxLength: 80 }), { maxItems: 50, uniqueItems: true }))

/** What a ticket must be of; nothing said: whatever it is. */
export const TargetMatch = Type.Object(
  {
    kinds: anyOf(ticketKinds),
    priorities: anyOf(priorities),
    services: anyText,
    /** Of the ticket's region; of an `ola`, of the team's. */
    tiers: anyOf(tiers),
    categories: anyText,
    carriers: anyText,
    accesses: anyOf(accesses),
  },
  strict,
)
export type TargetMatch = Static<typeof TargetMatch>

const longest = 400 * 86_400_000
const Span = Nullable(Type.Integer({ minimum: 60_000, maximum: longest }))
const target = {
  name: Name,
  kind: Type.Enum(clockKinds),
  position: Position,
  match: TargetMatch,
  responseMs: Span,
  resolutionMs: Span,
  /** Null: every hour of every day. */
  calendarId: Nullable(Id),
  pauses: Type.Array(Type.Enum([...pauseReasons]), { uniqueItems: true }),
  enabled: Type.Boolean(),
}
export const Target = Type.Object({
  id: Type.String(),
  /** Null: comes with the product, and counts where nothing else does. */
  region: Nullable(Ref),
  ...target,
  calendar: Nullable(Type.String()),
})
export type Target = Static<typeof Target>
export const TargetPage = Page(Target)
export const NewTarget = Type.Object({ regionId: Id, ...target }, strict)
export type NewTarget = Static<typeof NewTarget>
export const TargetPatch = Type.Partial(Type.Object(target), { ...strict, minProperties: 1 })
export type TargetPatch = Static<typeof TargetPatch>
export const RuleQuery = Type.Object({ ...paging })

// ---- calendars ------------------------------------------------------------------------------------

const Minute = Type.Integer({ minimum: 0, maximum: 1440 })
const HoursOfDay = Type.Array(Type.Tuple([Minute, Minute]), { maxItems: 6 })
const Dates = Type.Array(Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' }), {
  maxItems: 400,
  uniqueItems: true,
})
const calendar = {
  name: Name,
  /** Minutes after midnight of each weekday, Sunday first. */
  week: Type.Array(HoursOfDay, { minItems: 7, maxItems: 7 }),
  off: Dates,
  worked: Dates,
  /** Whether the state's holidays, and the weekends worked for them, count. */
  statutory: Type.Boolean(),
}
export const Calendar = Type.Object({
  id: Type.String(),
  /** Null: comes with the product. */
  region: Nullable(Ref),
  ...calendar,
  /** Targets that run by it. */
  targets: Type.Integer(),
})
export type Calendar = Static<typeof Calendar>
export const CalendarPage = Page(Calendar)
export const NewCalendar = Type.Object({ regionId: Id, ...calendar }, strict)
export type NewCalendar = Static<typeof NewCalendar>
export const CalendarPatch = Type.Partial(Type.Object(calendar), { ...strict, minProperties: 1 })
export type CalendarPatch = Static<typeof CalendarPatch>

export const YearQuery = Type.Object({ year: Type.Integer({ minimum: 2020, maximum: 2100 }) })
/** Days that are not as their weekday is. */
export const CalendarYear = Type.Object({
  year: Type.Integer(),
  /** The state's holidays of this year are known. */
  announced: Type.Boolean(),
  days: Type.Array(
    Type.Object({
      date: Type.String(),
      kind: Type.Enum(['holiday', 'madeUp', 'off', 'worked']),
      name: Nullable(Type.String()),
    }),
  ),
  /** Hours of work in each month, January first. */
  monthHours: Type.Array(Type.Number()),
})
export type CalendarYear = Static<typeof CalendarYear>

// ---- escalation -----------------------------------------------------------------------------------

/** Instead of a team: whichever takes over from the one that has it, in the region above. */
export const teamAbove = 'above'
export const toldKinds = ['assignee', 'team', 'manager'] as const
export const EscalationStep = Type.Object(
  {
    /** Of the target. */
    percent: Type.Enum([...clockMarks]),
    tell: Type.Array(Type.Enum([...toldKinds]), { uniqueItems: true }),
    /** The ticket goes to this team, or to the one `above`. */
    moveTo: Nullable(Id),
  },
  strict,
)
export type EscalationStep = Static<typeof EscalationStep>
export const EscalationMatch = Type.Object(
  {
    kinds: anyOf(ticketKinds),
    priorities: anyOf(priorities),
    clocks: anyOf(['sla', 'ola', 'uc'] as const),
    measures: anyOf(['response', 'resolution'] as const),
  },
  strict,
)
export type EscalationMatch = Static<typeof EscalationMatch>
const escalation = {
  name: Name,
  position: Position,
  match: EscalationMatch,
  steps: Type.Array(EscalationStep, { minItems: 1, maxItems: clockMarks.length }),
  enabled: Type.Boolean(),
}
export const EscalationRule = Type.Object({
  id: Type.String(),
  region: Nullable(Ref),
  ...escalation,
  /** Names of the teams that its steps move to, by id. */
  teams: Type.Record(Type.String(), Type.String()),
})
export type EscalationRule = Static<typeof EscalationRule>
export const EscalationPage = Page(EscalationRule)
export const NewEscalation = Type.Object({ regionId: Id, ...escalation }, strict)
export type NewEscalation = Static<typeof NewEscalation>
export const EscalationPatch = Type.Partial(Type.Object(escalation), { ...strict, minProperties: 1 })
export type EscalationPatch = Static<typeof EscalationPatch>

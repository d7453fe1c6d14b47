import { priorities } from '@zongheng/inventory/severity.ts'
import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { incidentStates, pendingReasons } from './incident.ts'

export const Ticket = Type.Object({
  id: Type.String(),
  /** `INC20261122-0001` */
  number: Type.String(),
  kind: Type.Enum(['incident']),
  state: Type.Enum(incidentStates),
  pendingReason: Nullable(Type.Enum(pendingReasons)),
  priority: Type.Enum(priorities),
  title: Type.String(),
  description: Type.String(),
  channel: Type.Enum(['portal', 'phone', 'email', 'alarm', 'api']),
  region: Ref,
  site: Nullable(Ref),
  team: Nullable(Ref),
  assignee: Nullable(Ref),
  requester: Nullable(Ref),
  /** What it is about: links, circuits, sites, devices. */
  entities: Type.Array(
    Type.Object({
      type: Type.String(),
      id: Type.String(),
      name: Type.String(),
      role: Type.Enum(['cause', 'affected']),
    }),
  ),
  alarmId: Nullable(Type.String()),
  createdAt: Instant,
  updatedAt: Instant,
  resolvedAt: Nullable(Instant),
  closedAt: Nullable(Instant),
})
export type Ticket = Static<typeof Ticket>
export const TicketPage = Page(Ticket)
export const TicketQuery = Type.Object({
  ...paging,
  /** `open` means every state before resolved. */
  state: Type.Optional(Type.Union([Type.Enum(incidentStates), Type.Literal('open')])),
  teamId: Type.Optional(Type.String()),
  /** A user's id, `me`, or `none`. */
  assignee: Type.Optional(Type.String()),
  regionId: Type.Optional(Type.String()),
  entityId: Type.Optional(Type.String()),
  q: Type.Optional(Type.String({ maxLength: 100 })),
})

/** One line of the append-only timeline. */
export const TimelineEntry = Type.Object({
  id: Type.String(),
  at: Instant,
  kind: Type.Enum(['comment', 'state', 'assignment', 'priority', 'alarm', 'playbook', 'approval', 'task']),
  visibility: Type.Enum(['public', 'internal']),
  /** Null: the system itself. */
  author: Nullable(Ref),
  text: Nullable(Type.String()),
  /** What changed: `{from, to, reason}`, `{alarmId, event}`, `{jobId, playbook, outcome}` … */
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])),
})
export type TimelineEntry = Static<typeof TimelineEntry>

/** Moves the signed-in person may make from here. */
export const TicketDetail = Type.Intersect([
  Ticket,
  Type.Object({ timeline: Type.Array(TimelineEntry), moves: Type.Array(Type.Enum(incidentStates)) }),
])
export type TicketDetail = Static<typeof TicketDetail>

export const NewTicket = Type.Object({
  title: Type.String({ minLength: 1, maxLength: 200 }),
  description: Type.String({ maxLength: 10_000 }),
  regionId: Type.Optional(Type.String()),
  siteId: Type.Optional(Type.String()),
  impact: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
  urgency: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
  channel: Type.Optional(Type.Enum(['portal', 'phone', 'email', 'api'])),
  alarmId: Type.Optional(Type.String()),
})
export type NewTicket = Static<typeof NewTicket>

export const NewComment = Type.Object({
  text: Type.String({ minLength: 1, maxLength: 10_000 }),
  visibility: Type.Enum(['public', 'internal']),
})
export const Assign = Type.Object({
  teamId: Type.Optional(Type.String()),
  assigneeId: Type.Optional(Nullable(Type.String())),
})
export const Move = Type.Object({
  to: Type.Enum(incidentStates),
  reason: Type.Optional(Type.Enum(pendingReasons)),
  text: Type.Optional(Type.String({ maxLength: 10_000 })),
})

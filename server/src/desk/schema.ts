import { priorities } from '@zongheng/inventory/severity.ts'
import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, Ref } from '../http/schema.ts'
import { pendingReasons, ticketKinds, ticketStates } from './kinds.ts'
import { keepingFields } from './schema-keeping.ts'
import { togetherFields } from './schema-together.ts'

export const Ticket = Type.Object({
  id: Type.String(),
  /** `INC20261122-0001` */
  number: Type.String(),
  kind: Type.Enum(ticketKinds),
  state: Type.Enum([...ticketStates]),
  /** Grows with each change of its fields; lines added to it leave it. */
  revision: Type.Integer(),
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
  category: Nullable(Type.String()),
  serviceId: Nullable(Type.String()),
  /** A reporter without an account. */
  contact: Nullable(
    Type.Object({
      name: Nullable(Type.String()),
      phone: Nullable(Type.String()),
      email: Nullable(Type.String()),
    }),
  ),
  /** The major incident, the problem or the change it belongs to. */
  parentId: Nullable(Type.String()),
  isMajor: Type.Boolean(),
  resolution: Nullable(Type.String()),
  /** 1 to 5, as its reporter says. */
  score: Nullable(Type.Integer()),
  reopened: Type.Integer(),
  /** When the next of its clocks ends; null while all are paused or none runs. */
  dueAt: Nullable(Instant),
  dueMeasure: Nullable(Type.String()),
  respondedAt: Nullable(Instant),
  createdAt: Instant,
  updatedAt: Instant,
  resolvedAt: Nullable(Instant),
  closedAt: Nullable(Instant),
})
export type Ticket = Static<typeof Ticket>
export const TicketPage = Page(Ticket)
export const entryKinds = [
  'comment',
  'state',
  'assignment',
  'priority',
  'alarm',
  'playbook',
  'mail',
  'call',
  'file',
  'task',
  'approval',
  'escalation',
  'urging',
  'link',
  'clock',
  'knowledge',
  'rating',
  'booking',
  'window',
  'fields',
] as const

/** One line of the append-only timeline. */
export const TimelineEntry = Type.Object({
  id: Type.String(),
  at: Instant,
  kind: Type.Enum([...entryKinds]),
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
  Type.Object({ timeline: Type.Array(TimelineEntry), moves: Type.Array(Type.Enum([...ticketStates])) }),
  Type.Object(togetherFields),
  Type.Object(keepingFields),
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
  /** Whom an agent writes it down for: somebody with an account, or how to reach somebody without one. */
  requesterId: Type.Optional(Type.String({ maxLength: 40 })),
  contact: Type.Optional(
    Type.Object({
      name: Type.Optional(Type.String({ maxLength: 60 })),
      phone: Type.Optional(Type.String({ maxLength: 40 })),
      email: Type.Optional(Type.String({ maxLength: 200 })),
    }),
  ),
})
export type NewTicket = Static<typeof NewTicket>

export const NewComment = Type.Object({
  text: Type.String({ minLength: 1, maxLength: 10_000 }),
  visibility: Type.Enum(['public', 'internal']),
  /** `call`: what was said on the telephone. */
  manner: Type.Optional(Type.Enum(['comment', 'call'])),
})
export const Assign = Type.Object({
  teamId: Type.Optional(Type.String()),
  assigneeId: Type.Optional(Nullable(Type.String())),
  revision: Type.Optional(Type.Integer()),
})
export const Move = Type.Object({
  to: Type.Enum([...ticketStates]),
  reason: Type.Optional(Type.Enum(pendingReasons)),
  text: Type.Optional(Type.String({ maxLength: 10_000 })),
  resolution: Type.Optional(Type.String({ maxLength: 10_000 })),
  resolutionCode: Type.Optional(Type.String({ maxLength: 40 })),
  /** What the reader saw: where it is another by now, nothing is changed (409 `ticket-changed`). */
  revision: Type.Optional(Type.Integer()),
})

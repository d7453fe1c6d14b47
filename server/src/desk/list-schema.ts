/** Lists of tickets: what they are narrowed by, and how many wait in each queue. */
import { priorities } from '@zongheng/inventory/severity.ts'
import { Type, type Static } from 'typebox'
import { paging } from '../http/schema.ts'
import { ticketKinds, ticketStates } from './kinds.ts'
import { listPhases, listSorts } from './list-filter.ts'

const Id = Type.Optional(Type.String({ maxLength: 40 }))
const Yes = Type.Optional(Type.Boolean())

const narrowing = {
  kind: Type.Optional(Type.Enum(ticketKinds)),
  /** `open`: every state before it is resolved, fulfilled or over; `waiting`: of these somebody else's turn; `done`: the rest; `over`: of these what nothing moves any more. */
  phase: Type.Optional(Type.Enum(listPhases)),
  state: Type.Optional(Type.Union([Type.Enum([...ticketStates]), Type.Literal('open')])),
  teamId: Id,
  /** A user's id, `me`, or `none`. */
  assignee: Id,
  regionId: Id,
  siteId: Id,
  priority: Type.Optional(Type.Enum(priorities)),
  tag: Type.Optional(Type.String({ maxLength: 40 })),
  category: Type.Optional(Type.String({ maxLength: 40 })),
  channel: Type.Optional(Type.String({ maxLength: 20 })),
  entityId: Id,
  /** A user's id, or `me`. */
  requesterId: Id,
  parentId: Id,
  watching: Yes,
  /** Offered to one's teams, and not decided. */
  offered: Yes,
  /** Its next clock ends before: open ones only. */
  dueBefore: Type.Optional(Type.Integer()),
  breached: Yes,
  major: Yes,
  q: Type.Optional(Type.String({ maxLength: 100 })),
}

export const TicketQuery = Type.Object({
  ...paging,
  ...narrowing,
  /** `due` and `priority` are of open tickets: without a phase or state these alone are listed, and what is done is sorted by `updated`. */
  sort: Type.Optional(Type.Enum(listSorts)),
})
export type TicketQuery = Static<typeof TicketQuery>

export const CountsQuery = Type.Object(narrowing)

const Count = Type.Integer({ maximum: 1000 })
/** Open tickets of each queue, counted up to 1000. */
export const TicketCounts = Type.Object({
  queues: Type.Object({
    mine: Count,
    team: Count,
    unassigned: Count,
    all: Count,
    waiting: Count,
    breached: Count,
    watching: Count,
    offered: Count,
  }),
})
export type TicketCounts = Static<typeof TicketCounts>

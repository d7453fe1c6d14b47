/** What the audit trail is told of tickets: the timeline has the rest. */
import { differences, type Change } from '../audit/change.ts'
import type { TicketSet } from './book.ts'
import type { TicketRow } from './store.ts'

const entityOf = ({ id, number }: TicketRow) => ({ type: 'ticket', id, name: number })

/** By a person; an alarm's incident that was open already goes on with what they say. */
export const reported = (row: TicketRow): Change => ({
  action: 'desk.ticket-reported',
  entity: entityOf(row),
  regionId: row.region_id,
  after: { number: row.number, title: row.title, priority: row.priority, state: row.state },
})

export const commented = (row: TicketRow, text: string, visibility: string | undefined): Change => ({
  action: 'desk.ticket-commented',
  entity: entityOf(row),
  regionId: row.region_id,
  after: { text, visibility },
})

type Sides = Pick<Change, 'before' | 'after'>

export const assigned = (row: TicketRow, sides: Sides): Change => ({
  action: 'desk.ticket-assigned',
  entity: entityOf(row),
  regionId: row.region_id,
  ...sides,
})

export const moved = (row: TicketRow, sides: Sides): Change => ({
  action: 'desk.ticket-moved',
  entity: entityOf(row),
  regionId: row.region_id,
  ...sides,
})

/** Of what changes, in the API's words. */
export const sidesOf = (row: TicketRow, set: TicketSet): Sides =>
  differences(fieldsOf(row), fieldsOf({ ...row, ...set }))

const fieldsOf = (row: TicketRow & TicketSet) => ({
  state: row.state,
  pendingReason: row.pending_reason,
  teamId: row.team_id,
  assigneeId: row.assignee_id,
})

/** What else was done to a ticket, in the words of the route. */
export const done = (action: `desk.${string}`, row: TicketRow, after: unknown): Change => ({
  action,
  entity: entityOf(row),
  regionId: row.region_id,
  after,
})

import type { Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { conflict } from '../http/problem.ts'
import { addEntry, type NewEntry } from './entry.ts'
import { updateTicket, type TicketRow } from './store.ts'

/** Changes a ticket and says so in its timeline. Throws `ticket-changed` when somebody else moved it meanwhile. */
export async function changeTicket(
  tx: Db,
  ticket: TicketRow,
  set: Updateable<Tables['tickets']>,
  entries: NewEntry[],
  nowMs: number,
): Promise<void> {
  if (!(await updateTicket(tx, ticket, { ...set, updated_at: nowMs }))) throw ticketChanged()
  for (const entry of entries) await addEntry(tx, ticket.id, nowMs, entry)
}

const ticketChanged = () =>
  conflict('ticket-changed', {
    zh: '工单刚被他人更新，请刷新后重试',
    en: 'Somebody has just moved this ticket on: read it anew and try again',
  })

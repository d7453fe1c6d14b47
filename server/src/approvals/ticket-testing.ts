import { newId } from '@zongheng/inventory/id.ts'
import type { Db } from '../db/database.ts'

/** A bare ticket, as the desk would have opened it. */
export async function insertTestTicket(
  db: Db,
  ticket: { kind: string; title: string; regionId: string; requesterId: string; nowMs: number },
): Promise<string> {
  const { kind, title, nowMs } = ticket
  const id = newId('ticket', nowMs)
  const about = { region_id: ticket.regionId, site_id: null, team_id: null, assignee_id: null, requester_id: ticket.requesterId } // prettier-ignore
  const rated = { priority: 'P4', impact: 3, urgency: 3 }
  const stamps = { resolved_at: null, closed_at: null, created_at: nowMs, updated_at: nowMs }
  const rest = { description: '', channel: 'portal', alarm_id: null, condition: null, pending_reason: null }
  await db
    .insertInto('tickets')
    .values({ id, number: id, kind, state: 'new', title, ...about, ...rated, ...rest, ...stamps })
    .execute()
  return id
}

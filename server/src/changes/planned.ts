import type { Db } from '../db/database.ts'
import type { DeskService } from '../desk/service.ts'
import type { Occupied } from './conflicts.ts'
import { changesWithin } from './store.ts'

/** Agreed upon or about to be: neither a draft nor over. */
const standing = new Set<string>(['submitted', 'assessed', 'approved', 'scheduled', 'implementing'])

export type PlannedChange = Omit<Occupied, 'within'> & {
  windowId: string | null
  state: string
  regionId: string
}

/** Changes that are planned for a time that touches the period, with what they are about. */
export async function plannedChanges(
  db: Db,
  desk: Pick<DeskService, 'tickets'>,
  fromMs: number,
  untilMs: number,
): Promise<PlannedChange[]> {
  const rows = await changesWithin(db, fromMs, untilMs)
  const tickets = new Map((await desk.tickets(rows.map((row) => row.ticket_id))).map((one) => [one.id, one]))
  return rows.flatMap((row) => {
    const ticket = tickets.get(row.ticket_id)
    if (!ticket || !standing.has(ticket.state) || row.starts_at === null || row.ends_at === null) return []
    return {
      id: ticket.id,
      title: ticket.title,
      state: ticket.state,
      regionId: ticket.region.id,
      fromMs: row.starts_at,
      untilMs: row.ends_at,
      windowId: row.window_id,
      entityIds: ticket.entities.map(({ id }) => id),
    }
  })
}

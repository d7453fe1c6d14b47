import type { Insertable, Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export type EscalationRow = Selectable<Tables['escalations']>

/** Oldest first. */
export const escalationsOf = (db: Db, ticketId: string): Promise<EscalationRow[]> =>
  db.selectFrom('escalations').selectAll().where('ticket_id', '=', ticketId).orderBy('id').execute()

export const offeredOf = (db: Db, ticketId: string): Promise<EscalationRow | undefined> =>
  db
    .selectFrom('escalations')
    .selectAll()
    .where('ticket_id', '=', ticketId)
    .where('state', '=', 'offered')
    .executeTakeFirst()

export const insertEscalation = (tx: Db, row: Insertable<Tables['escalations']>) =>
  tx.insertInto('escalations').values(row).execute()

export interface Decision {
  state: 'accepted' | 'returned' | 'withdrawn'
  decided_by: string | null
  answer: string | null
}

/** False when somebody has decided it already. */
export async function decideEscalation(
  tx: Db,
  id: string,
  decision: Decision,
  nowMs: number,
): Promise<boolean> {
  const result = await tx
    .updateTable('escalations')
    .set({ ...decision, decided_at: nowMs, updated_at: nowMs })
    .where('id', '=', id)
    .where('state', '=', 'offered')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

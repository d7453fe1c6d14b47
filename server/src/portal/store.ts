import type { Db } from '../db/database.ts'

/** The ticket that this draft became. */
export async function ticketOfReport(db: Db, userId: string, key: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('portal_reports')
    .select('ticket_id')
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .executeTakeFirst()
  return row?.ticket_id
}

/** False when the draft was sent already. */
export async function keepReport(
  db: Db,
  row: { user_id: string; key: string; ticket_id: string; created_at: number },
): Promise<boolean> {
  const kept = await db
    .insertInto('portal_reports')
    .values(row)
    .onConflict((conflict) => conflict.columns(['user_id', 'key']).doNothing())
    .returning('ticket_id')
    .executeTakeFirst()
  return kept !== undefined
}

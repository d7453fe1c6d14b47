import type { Insertable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import type { Period } from '../state/availability.ts'
import type { Decision } from './cause.ts'

/** Beyond it those of all circuits are read. */
const mostNamed = 500

/** What people decided about outages that touch the period, by circuit. */
export async function decisionsOn(
  db: Db,
  circuitIds: readonly string[],
  { fromMs, untilMs }: Period,
): Promise<Map<string, Decision[]>> {
  let query = db
    .selectFrom('outage_causes')
    .selectAll()
    .where('from_at', '<', untilMs)
    .where('until_at', '>', fromMs)
  if (circuitIds.length <= mostNamed) query = query.where('circuit_id', 'in', ['', ...circuitIds])
  const rows = await query.orderBy('id').execute()
  const decisions = rows.map((row) => ({
    id: row.id,
    circuitId: row.circuit_id,
    fromMs: row.from_at,
    untilMs: row.until_at,
    cause: row.cause,
    note: row.note,
    decidedBy: row.decided_by,
    atMs: row.updated_at,
  }))
  return Map.groupBy(decisions, ({ circuitId }) => circuitId)
}

export const insertDecision = (db: Db, row: Insertable<Tables['outage_causes']>) =>
  db.insertInto('outage_causes').values(row).execute()

/** False when somebody else has withdrawn it meanwhile. */
export async function deleteDecision(db: Db, id: string): Promise<boolean> {
  const result = await db.deleteFrom('outage_causes').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows > 0n
}

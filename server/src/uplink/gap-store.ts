import type { Db } from '../db/database.ts'
import { mergedGaps, type Gap } from './gap.ts'

/** Oldest first. */
export async function gapsOf(db: Db, collectorId: string): Promise<Gap[]> {
  const rows = await db
    .selectFrom('collector_gaps')
    .select(['from_at', 'until_at', 'reason'])
    .where('collector_id', '=', collectorId)
    .orderBy('from_at')
    .execute()
  return rows.map(({ from_at, until_at, reason }) => ({ fromMs: from_at, untilMs: until_at, reason }))
}

/** With those that are known already, as far as there is room for them. */
export async function keepGaps(db: Db, collectorId: string, gaps: readonly Gap[]): Promise<void> {
  if (gaps.length === 0) return
  const all = mergedGaps([...(await gapsOf(db, collectorId)), ...gaps])
  await db.deleteFrom('collector_gaps').where('collector_id', '=', collectorId).execute()
  await db
    .insertInto('collector_gaps')
    .values(
      all.map(({ fromMs, untilMs, reason }) => ({
        collector_id: collectorId,
        from_at: fromMs,
        until_at: untilMs,
        reason,
      })),
    )
    .execute()
}

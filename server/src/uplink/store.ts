import type { Lane } from '@zongheng/collector/contract.ts'
import type { Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export type CollectorRow = Selectable<Tables['collectors']>

/** The last batch of a stream that the main database holds; 0 when it holds none. */
export async function lastMark(db: Db, collectorId: string, epoch: string, lane: Lane): Promise<number> {
  const row = await db
    .selectFrom('batch_marks')
    .select('seq')
    .where('collector_id', '=', collectorId)
    .where('epoch', '=', epoch)
    .where('lane', '=', lane)
    .executeTakeFirst()
  return row?.seq ?? 0
}

export async function setMark(
  db: Db,
  collectorId: string,
  epoch: string,
  lane: Lane,
  seq: number,
): Promise<void> {
  await db
    .insertInto('batch_marks')
    .values({ collector_id: collectorId, epoch, lane, seq })
    .onConflict((on) => on.columns(['collector_id', 'epoch', 'lane']).doUpdateSet({ seq }))
    .execute()
}

export function findCollector(db: Db, id: string): Promise<CollectorRow | undefined> {
  return db.selectFrom('collectors').selectAll().where('id', '=', id).executeTakeFirst()
}

export function findCollectorByToken(db: Db, tokenHash: string): Promise<CollectorRow | undefined> {
  return db
    .selectFrom('collectors')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
}

export function listCollectors(db: Db): Promise<CollectorRow[]> {
  return db.selectFrom('collectors').selectAll().where('revoked_at', 'is', null).orderBy('id').execute()
}

export async function insertCollector(db: Db, row: CollectorRow): Promise<void> {
  await db.insertInto('collectors').values(row).execute()
}

export async function updateCollector(
  db: Db,
  id: string,
  values: Partial<
    Pick<CollectorRow, 'token_hash' | 'key_hash' | 'public_key' | 'seen_at' | 'name' | 'site_id'>
  >,
  nowMs: number,
): Promise<void> {
  await db
    .updateTable('collectors')
    .set({ ...values, updated_at: nowMs })
    .where('id', '=', id)
    .execute()
}

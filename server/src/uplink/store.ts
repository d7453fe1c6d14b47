import type { Lane } from '@zongheng/collector/contract.ts'
import type { Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export type CollectorRow = Selectable<Tables['collectors']>
export type CollectorValues = Omit<Updateable<Tables['collectors']>, 'id' | 'created_at' | 'updated_at'>

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
  newestMs: number | null = null,
): Promise<void> {
  const known = newestMs === null ? { seq } : { seq, at: newestMs }
  await db
    .insertInto('batch_marks')
    .values({ collector_id: collectorId, epoch, lane, ...known })
    .onConflict((on) => on.columns(['collector_id', 'epoch', 'lane']).doUpdateSet(known))
    .execute()
}

/** When the newest sample was taken that states were judged by; null when none was yet. */
export async function lastSampleMs(db: Db): Promise<number | null> {
  const lane: Lane = 'samples'
  const row = await db
    .selectFrom('batch_marks')
    .select((eb) => eb.fn.max('at').as('at'))
    .where('lane', '=', lane)
    .executeTakeFirst()
  return row?.at ?? null
}

/** Of spools that were before this one, once it is known here: a collector does not go back to them. */
export async function forgetOldMarks(db: Db, collectorId: string, epoch: string): Promise<void> {
  await db
    .deleteFrom('batch_marks')
    .where('collector_id', '=', collectorId)
    .where('epoch', '!=', epoch)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('batch_marks as present')
          .select('present.seq')
          .where('present.collector_id', '=', collectorId)
          .where('present.epoch', '=', epoch),
      ),
    )
    .execute()
}

export const findCollector = (db: Db, id: string): Promise<CollectorRow | undefined> =>
  db.selectFrom('collectors').selectAll().where('id', '=', id).executeTakeFirst()

export const findByToken = (db: Db, tokenHash: string): Promise<CollectorRow | undefined> =>
  db
    .selectFrom('collectors')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()

export const findLocal = (db: Db): Promise<CollectorRow | undefined> =>
  db.selectFrom('collectors').selectAll().where('is_local', '=', 1).executeTakeFirst()

export const listCollectors = (db: Db): Promise<CollectorRow[]> =>
  db.selectFrom('collectors').selectAll().orderBy('id').execute()

export async function insertCollector(db: Db, row: CollectorRow): Promise<void> {
  await db.insertInto('collectors').values(row).execute()
}

export async function updateCollector(
  db: Db,
  id: string,
  values: CollectorValues,
  nowMs: number,
): Promise<void> {
  await db
    .updateTable('collectors')
    .set({ ...values, updated_at: nowMs })
    .where('id', '=', id)
    .execute()
}

/** Enters what this token gives; false when another was faster with it. */
export async function takeToken(
  db: Db,
  tokenHash: string,
  values: CollectorValues & { public_key: string },
  nowMs: number,
): Promise<boolean> {
  const result = await db
    .updateTable('collectors')
    .set({ ...values, updated_at: nowMs })
    .where('token_hash', '=', tokenHash)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('token_used_at', 'is', null), eb('public_key', '=', values.public_key)]))
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export function newRow(id: string, name: string, nowMs: number): CollectorRow {
  return {
    id,
    name,
    site_id: null,
    region_id: null,
    token_hash: null,
    token_expires_at: null,
    token_used_at: null,
    key_hash: null,
    public_key: null,
    enrolled_at: null,
    is_local: 0,
    seen_at: null,
    revoked_at: null,
    uplink_bps: null,
    created_at: nowMs,
    updated_at: nowMs,
  }
}

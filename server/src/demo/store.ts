import { inChunks } from '../db/chunks.ts'
import type { Db } from '../db/database.ts'

export const isSeeded = async (db: Db) =>
  (await db.selectFrom('demo_keys').select('key').limit(1).executeTakeFirst()) !== undefined

export async function insertKeys(db: Db, ids: ReadonlyMap<string, string>): Promise<void> {
  const rows = Array.from(ids, ([key, id]) => ({ entity_id: id, key }))
  for (const chunk of inChunks(rows)) await db.insertInto('demo_keys').values(chunk).execute()
}

export async function keyOf(db: Db, entityId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('demo_keys')
    .select('key')
    .where('entity_id', '=', entityId)
    .executeTakeFirst()
  return row?.key
}

/** Ids of what the simulator calls by these keys. */
export async function idsOf(db: Db, keys: string[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map()
  const rows = await db.selectFrom('demo_keys').selectAll().where('key', 'in', keys).execute()
  return new Map(rows.map((row) => [row.key, row.entity_id]))
}

import type { Insertable, Selectable } from 'kysely'
import { inChunks } from '../db/chunks.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export type RelationRow = Selectable<Tables['relations']>

export const insertRelation = (db: Db, row: Insertable<Tables['relations']>) =>
  db.insertInto('relations').values(row).execute()

export const deleteRelation = (db: Db, id: string) =>
  db.deleteFrom('relations').where('id', '=', id).execute()

export const relationById = (db: Db, id: string): Promise<RelationRow | undefined> =>
  db.selectFrom('relations').selectAll().where('id', '=', id).executeTakeFirst()

export const isThere = async (db: Db, kind: string, fromId: string, toId: string): Promise<boolean> =>
  (await db
    .selectFrom('relations')
    .select('id')
    .where('kind', '=', kind)
    .where('from_id', '=', fromId)
    .where('to_id', '=', toId)
    .executeTakeFirst()) !== undefined

export async function countFrom(db: Db, fromId: string): Promise<number> {
  const { n } = await db
    .selectFrom('relations')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('from_id', '=', fromId)
    .executeTakeFirstOrThrow()
  return Number(n)
}

/** Ids at the far end of relations of these kinds from any of these. */
export async function nextOf(
  db: Db,
  kinds: readonly string[],
  fromIds: readonly string[],
): Promise<string[]> {
  const found: string[] = []
  for (const chunk of inChunks([...fromIds])) {
    const query = db.selectFrom('relations').select('to_id').distinct().where('from_id', 'in', chunk)
    found.push(...(await query.where('kind', 'in', kinds).execute()).map((row) => row.to_id))
  }
  return found
}

/** Both ways. */
export const deleteAllOf = (db: Db, entityId: string) =>
  db
    .deleteFrom('relations')
    .where((eb) => eb.or([eb('from_id', '=', entityId), eb('to_id', '=', entityId)]))
    .execute()

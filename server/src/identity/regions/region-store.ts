import { sql, type Insertable, type Selectable } from 'kysely'
import { inChunks } from '../../db/chunks.ts'
import type { Db } from '../../db/database.ts'
import type { Tables } from '../../db/tables.ts'
import { keysetPage, type Paging } from '../../http/paging.ts'
import { inScope, inSubtree } from '../scope.ts'
import type { Viewer } from '../viewer.ts'

type Scope = Pick<Viewer, 'regionPaths'>
export type RegionRow = Selectable<Tables['regions']>

export async function insertRegions(db: Db, rows: Insertable<Tables['regions']>[]): Promise<void> {
  for (const chunk of inChunks(rows)) await db.insertInto('regions').values(chunk).execute()
}

export interface RegionFilter extends Paging {
  parentId?: string | undefined
  tier?: string | undefined
}

/** By code. */
export function listRegions(db: Db, scope: Scope, filter: RegionFilter) {
  let query = db.selectFrom('regions').selectAll().where('id', 'in', inScope(scope, db))
  if (filter.parentId) query = query.where('managing_parent_id', '=', filter.parentId)
  if (filter.tier) query = query.where('tier', '=', filter.tier)
  return keysetPage(query, filter, [{ column: 'regions.code' }, { column: 'regions.id' }])
}

export const regionById = (db: Db, id: string): Promise<RegionRow | undefined> =>
  db.selectFrom('regions').selectAll().where('id', '=', id).executeTakeFirst()

export async function regionsByIds(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return []
  return db.selectFrom('regions').select(['id', 'name', 'tier', 'path']).where('id', 'in', ids).execute()
}

/** Those that this region manages, by code. */
export const childrenOf = (db: Db, id: string): Promise<RegionRow[]> =>
  db.selectFrom('regions').selectAll().where('managing_parent_id', '=', id).orderBy('code').execute()

export const rootRegion = (db: Db): Promise<RegionRow | undefined> =>
  db.selectFrom('regions').selectAll().where('parent_id', 'is', null).executeTakeFirst()

export const allRegions = (db: Db): Promise<RegionRow[]> =>
  db.selectFrom('regions').selectAll().orderBy('code').execute()

/** Hangs a region, with all below it, under another one. */
export async function moveRegion(tx: Db, region: RegionRow, parentId: string, path: string, at: number) {
  await tx
    .updateTable('regions')
    .set({ path: sql<string>`${path} || substr(path, ${region.path.length + 1})`, updated_at: at })
    .where('id', 'in', inSubtree(region.id, tx))
    .execute()
  await tx.updateTable('regions').set({ managing_parent_id: parentId }).where('id', '=', region.id).execute()
}

/** A region and all below it. */
export const pathsBelow = (db: Db, id: string) =>
  db.selectFrom('regions').select(['id', 'path']).where('id', 'in', inSubtree(id, db)).execute()

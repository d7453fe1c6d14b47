import type { Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type PageOf, type Paging } from '../http/paging.ts'
import { inScope, inSubtree } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { DrillRecord } from './watch.ts'

export type DrillRow = Omit<Selectable<Tables['drills']>, 'record'> & { record: DrillRecord }

const parsed = (row: Selectable<Tables['drills']>): DrillRow => ({
  ...row,
  record: JSON.parse(row.record) as DrillRecord,
})

export async function insertDrill(db: Db, row: DrillRow): Promise<void> {
  await db
    .insertInto('drills')
    .values({ ...row, record: JSON.stringify(row.record) })
    .execute()
}

export async function saveDrill(db: Db, { id, record, ...row }: DrillRow, nowMs: number): Promise<void> {
  const { started_at, ended_at, outcome, cancelled_at } = row
  await db
    .updateTable('drills')
    .set({ started_at, ended_at, outcome, cancelled_at, record: JSON.stringify(record), updated_at: nowMs })
    .where('id', '=', id)
    .execute()
}

/** Planned or running. */
export async function openDrills(db: Db): Promise<DrillRow[]> {
  const rows = await db
    .selectFrom('drills')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('cancelled_at', 'is', null)
    .execute()
  return rows.map(parsed)
}

export async function drillById(db: Db, id: string): Promise<DrillRow | undefined> {
  const row = await db.selectFrom('drills').selectAll().where('id', '=', id).executeTakeFirst()
  return row && parsed(row)
}

/** Newest first: of one link, or of all in scope. */
export async function listDrills(
  db: Db,
  viewer: Viewer,
  filter: Paging & { linkId?: string; regionId?: string },
): Promise<PageOf<DrillRow>> {
  let query = db.selectFrom('drills').selectAll()
  if (filter.linkId !== undefined) query = query.where('link_id', '=', filter.linkId)
  else query = query.where('region_id', 'in', inScope(viewer, db))
  if (filter.regionId !== undefined) query = query.where('region_id', 'in', inSubtree(filter.regionId, db))
  const page = await keysetPage(query, filter, [
    { column: 'planned_at', direction: 'desc', isInteger: true },
    { column: 'id', direction: 'desc' },
  ])
  return { next: page.next, items: page.items.map(parsed) }
}

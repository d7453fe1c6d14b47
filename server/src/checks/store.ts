import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { inSubtree, isInScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'

export type CheckRow = Selectable<Tables['checks']>
export type PointRow = Selectable<Tables['check_points']>

export const insertCheck = (db: Db, row: Insertable<Tables['checks']>) =>
  db.insertInto('checks').values(row).execute()

export const updateCheck = (db: Db, id: string, change: Updateable<Tables['checks']>) =>
  db.updateTable('checks').set(change).where('id', '=', id).execute()

export function checkById(
  db: Db,
  viewer: Pick<Viewer, 'regionPaths'>,
  id: string,
): Promise<CheckRow | undefined> {
  return db
    .selectFrom('checks')
    .selectAll()
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .where(isInScope('checks.region_id', viewer, db))
    .executeTakeFirst()
}

export async function countChecks(db: Db): Promise<number> {
  const { n } = await db
    .selectFrom('checks')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('archived_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(n)
}

export const pointsOf = (db: Db, checkId: string): Promise<PointRow[]> =>
  db.selectFrom('check_points').selectAll().where('check_id', '=', checkId).orderBy('id').execute()

export async function insertPoints(db: Db, rows: Insertable<Tables['check_points']>[]): Promise<void> {
  if (rows.length > 0) await db.insertInto('check_points').values(rows).execute()
}

export async function deletePoints(db: Db, ids: string[]): Promise<void> {
  if (ids.length > 0) await db.deleteFrom('check_points').where('id', 'in', ids).execute()
}

/** Checks of a region and all below it that one of these collectors runs. */
export async function checksBelow(
  db: Db,
  regionId: string,
  collectorIds: string[],
): Promise<{ id: string; name: string }[]> {
  if (collectorIds.length === 0) return []
  const points = db.selectFrom('check_points').select('check_id').where('collector_id', 'in', collectorIds)
  return db
    .selectFrom('checks')
    .select(['id', 'name'])
    .where('region_id', 'in', inSubtree(regionId, db))
    .where('id', 'in', points)
    .where('archived_at', 'is', null)
    .orderBy('id')
    .execute()
}

/** Of checks about a device: where it stands now. */
export const movePlaces = (
  db: Db,
  deviceId: string,
  place: { site_id: string; region_id: string },
  nowMs: number,
) =>
  db
    .updateTable('checks')
    .set({ ...place, updated_at: nowMs })
    .where('device_id', '=', deviceId)
    .where('archived_at', 'is', null)
    .returning('id')
    .execute()

/** An older word than the one known changes nothing. */
export const setOutcome = (db: Db, pointId: string, outcome: string, atMs: number) =>
  db
    .updateTable('check_points')
    .set({ outcome, outcome_at: atMs, updated_at: atMs })
    .where('id', '=', pointId)
    .where((eb) => eb.or([eb('outcome_at', 'is', null), eb('outcome_at', '<=', atMs)]))
    .execute()

/** Of these points, those of checks in scope. */
export async function pointsInScope(
  db: Db,
  viewer: Pick<Viewer, 'regionPaths'>,
  ids: string[],
): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('check_points')
    .innerJoin('checks', 'checks.id', 'check_points.check_id')
    .select('check_points.id')
    .where('check_points.id', 'in', ids)
    .where(isInScope('checks.region_id', viewer, db))
    .execute()
  return rows.map((row) => row.id)
}

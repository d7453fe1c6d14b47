/** Information points with what they hang on: the only SQL that knows. */
import type { Insertable, Updateable } from 'kysely'
import { inChunks } from '../db/chunks.ts'
import { contains } from '../db/contains.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type Paging } from '../http/paging.ts'
import { inSubtree, isInScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'

type Scope = Pick<Viewer, 'regionPaths'>

const points = (db: Db) =>
  db
    .selectFrom('information_points as points')
    .innerJoin('regions', 'regions.id', 'points.region_id')
    .innerJoin('sites', 'sites.id', 'points.site_id')
    .leftJoin('rooms', (join) => join.onRef('rooms.id', '=', 'points.room_id').on('rooms.archived_at', 'is', null)) // prettier-ignore
    .leftJoin('interfaces as ports', 'ports.id', 'points.interface_id')
    .leftJoin('devices as switches', (join) => join.onRef('switches.id', '=', 'ports.device_id').on('switches.archived_at', 'is', null)) // prettier-ignore
    .leftJoin('devices as hanging', (join) => join.onRef('hanging.id', '=', 'points.device_id').on('hanging.archived_at', 'is', null)) // prettier-ignore
    .selectAll('points')
    .select(['regions.name as region_name', 'regions.code as region_code', 'sites.name as site_name', 'rooms.name as room_name']) // prettier-ignore
    .select(['ports.if_name', 'ports.if_index', 'ports.if_alias', 'ports.if_speed_bps', 'ports.oper_since'])
    .select(['ports.if_admin_status', 'ports.if_oper_status'])
    .select(['switches.id as switch_id', 'switches.name as switch_name', 'switches.region_id as switch_region_id']) // prettier-ignore
    .select(['hanging.name as hanging_name', 'hanging.sys_name as hanging_sys_name', 'hanging.region_id as hanging_region_id']) // prettier-ignore

export interface PointFilter extends Paging {
  regionId?: string | undefined
  siteId?: string | undefined
  roomId?: string | undefined
  deviceId?: string | undefined
  state?: string | undefined
  q?: string | undefined
}

const texts = ['points.code', 'points.place', 'points.panel', 'points.asset', 'points.used_by', 'points.note', 'sites.name', 'rooms.name', 'ports.if_name', 'switches.name', 'hanging.name'] // prettier-ignore
const keys = [{ column: 'regions.code', as: 'region_code' }, { column: 'points.code' }, { column: 'points.id' }] // prettier-ignore
export const keysOf = (row: PointRow) => [row.region_code, row.code, row.id]

export function list(
  db: Db,
  scope: Scope,
  { regionId, siteId, roomId, deviceId, state, q, ...paging }: PointFilter,
) {
  // prettier-ignore
  let query = points(db).where(isInScope('points.region_id', scope, db))
  if (regionId) query = query.where('points.region_id', 'in', inSubtree(regionId, db))
  if (siteId) query = query.where('points.site_id', '=', siteId)
  if (roomId) query = query.where('points.room_id', '=', roomId)
  if (deviceId) query = query.where((eb) => eb.or([eb('ports.device_id', '=', deviceId), eb('points.device_id', '=', deviceId)])) // prettier-ignore
  if (state) query = query.where('points.state', '=', state)
  if (q?.trim()) query = query.where(contains(texts, q.trim()))
  return keysetPage(query, paging, keys)
}

export const byId = (db: Db, scope: Scope, id: string) =>
  points(db)
    .where('points.id', '=', id)
    .where(isInScope('points.region_id', scope, db))
    .executeTakeFirst()

export type PointRow = NonNullable<Awaited<ReturnType<typeof byId>>>

export const macsOf = (db: Db, deviceIds: string[]) =>
  deviceIds.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('interfaces')
        .select(['device_id', 'if_phys_address'])
        .where('device_id', 'in', deviceIds)
        .where('if_phys_address', '!=', '')
        .execute()

/** Everybody's, in order to refuse a second one: O(points). */
export const all = (db: Db) => db.selectFrom('information_points').selectAll().orderBy('id').execute()

export type PlainRow = Awaited<ReturnType<typeof all>>[number]

export const atInterface = (db: Db, interfaceId: string) =>
  db
    .selectFrom('information_points as points')
    .innerJoin('sites', 'sites.id', 'points.site_id')
    .select(['points.id', 'points.code', 'points.region_id', 'sites.name as site_name'])
    .where('interface_id', '=', interfaceId)
    .executeTakeFirst()

export const withCode = (db: Db, siteId: string, code: string) =>
  db
    .selectFrom('information_points')
    .select('id')
    .where('site_id', '=', siteId)
    .where('code', '=', code)
    .executeTakeFirst()

export async function insert(db: Db, rows: Insertable<Tables['information_points']>[]): Promise<void> {
  for (const chunk of inChunks(rows)) await db.insertInto('information_points').values(chunk).execute()
}

export const update = (db: Db, id: string, change: Updateable<Tables['information_points']>) =>
  db.updateTable('information_points').set(change).where('id', '=', id).execute()

/** So that points may exchange their ports. */
export async function unplug(db: Db, ids: string[]): Promise<void> {
  for (const chunk of inChunks(ids))
    await db.updateTable('information_points').set({ interface_id: null }).where('id', 'in', chunk).execute()
}

export const remove = (db: Db, id: string) =>
  db.deleteFrom('information_points').where('id', '=', id).execute()

/** What stands around each device, and what is recorded of it: the only SQL that knows. */
import type { Insertable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { inScope, inSubtree } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'

export const keep = (db: Db, row: Insertable<Tables['device_surroundings']>) =>
  db
    .insertInto('device_surroundings')
    .values(row)
    .onConflict((on) => on.column('device_id').doUpdateSet(row))
    .execute()

export const isDevice = async (db: Db, id: string) =>
  (await db.selectFrom('devices').select('id').where('id', '=', id).executeTakeFirst()) !== undefined

export const standing = (
  db: Db,
  viewer: Pick<Viewer, 'regionPaths'>,
  regionId: string | undefined,
  limit: number,
) =>
  db
    .selectFrom('devices')
    .innerJoin('device_surroundings as around', 'around.device_id', 'devices.id')
    .where('devices.archived_at', 'is', null)
    .where('devices.region_id', 'in', inScope(viewer, db))
    .$if(regionId !== undefined, (query) => query.where('devices.region_id', 'in', inSubtree(regionId!, db)))
    .select([
      'devices.id',
      'devices.name',
      'devices.site_id',
      'devices.sys_name',
      'around.surroundings',
      'around.at',
    ]) // prettier-ignore
    .orderBy('devices.id')
    .limit(limit)
    .execute()

export const portsOf = (db: Db, deviceIds: string[]) =>
  db
    .selectFrom('interfaces')
    .where('device_id', 'in', deviceIds)
    .where('if_index', 'is not', null)
    .select(['id', 'device_id', 'if_index', 'if_name', 'if_descr', 'if_alias', 'if_phys_address'])
    .execute()

export const circuitsAt = (db: Db, deviceIds: string[]) => {
  const theirs = db.selectFrom('interfaces').select('id').where('device_id', 'in', deviceIds)
  return db
    .selectFrom('circuits')
    .where((eb) => eb.or([eb('a_interface_id', 'in', theirs), eb('z_interface_id', 'in', theirs)]))
    .select(['id', 'number', 'a_interface_id', 'z_interface_id'])
    .orderBy('id')
    .execute()
}

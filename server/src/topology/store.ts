/** What stands around each device, and what was let be: the only SQL that knows. */
import { sql, type Insertable } from 'kysely'
import { inChunks } from '../db/chunks.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { inScope, inSubtree } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'

type Scope = Pick<Viewer, 'regionPaths'>

export const keep = (db: Db, row: Insertable<Tables['device_surroundings']>) =>
  db
    .insertInto('device_surroundings')
    .values(row)
    .onConflict((on) => on.column('device_id').doUpdateSet(row))
    .execute()

export const isDevice = async (db: Db, id: string) =>
  (await db.selectFrom('devices').select('id').where('id', '=', id).executeTakeFirst()) !== undefined

/** Every device, asked or not. */
export const standing = (db: Db, viewer: Scope, regionId: string | undefined, limit: number) =>
  db
    .selectFrom('devices')
    .leftJoin('device_surroundings as around', 'around.device_id', 'devices.id')
    .where('devices.archived_at', 'is', null)
    .where('devices.region_id', 'in', inScope(viewer, db))
    .$if(regionId !== undefined, (query) => query.where('devices.region_id', 'in', inSubtree(regionId!, db)))
    .select(['devices.id', 'devices.sys_name', 'around.surroundings', 'around.at'])
    .orderBy('devices.id')
    .limit(limit)
    .execute()

export async function portsOf(db: Db, deviceIds: readonly string[]) {
  const some = Array.from(inChunks([...deviceIds]), (ids) =>
    db
      .selectFrom('interfaces')
      .where('device_id', 'in', ids)
      .select(['id', 'device_id', 'if_index', 'if_name', 'if_descr', 'if_alias', 'if_phys_address'])
      .execute(),
  )
  return (await Promise.all(some)).flat()
}

/** What these said, who were asked. */
export const saidBy = (db: Db, deviceIds: readonly string[]) =>
  db
    .selectFrom('device_surroundings')
    .select(['device_id', 'surroundings', 'at'])
    .where('device_id', 'in', deviceIds)
    .execute()

/** Devices that call themselves so; `names` in lower case. */
export const named = async (db: Db, names: string[]) =>
  names.length === 0
    ? []
    : db
        .selectFrom('devices')
        .select(['id', sql<string>`lower(sys_name)`.as('mark')])
        .where(sql`lower(sys_name)`, 'in', names)
        .where('archived_at', 'is', null)
        .execute()

/** Devices with an interface of these MACs. */
export const withMacs = async (db: Db, macs: string[]) =>
  macs.length === 0
    ? []
    : db
        .selectFrom('interfaces')
        .innerJoin('devices', 'devices.id', 'interfaces.device_id')
        .select(['devices.id', 'interfaces.if_phys_address as mark'])
        .where('if_phys_address', 'in', macs)
        .where('archived_at', 'is', null)
        .distinct()
        .execute()

export const dismissals = (db: Db) => db.selectFrom('topology_dismissals').selectAll().execute()

export const dismissal = (db: Db, viewer: Scope, id: string) =>
  db
    .selectFrom('topology_dismissals')
    .selectAll()
    .where('id', '=', id)
    .where('region_id', 'in', inScope(viewer, db))
    .executeTakeFirst()

/** One that is let be already stays as it was. */
export const dismiss = (db: Db, row: Insertable<Tables['topology_dismissals']>) =>
  db
    .insertInto('topology_dismissals')
    .values(row)
    .onConflict((on) => on.column('key').doNothing())
    .execute()

export const restore = (db: Db, id: string) =>
  db.deleteFrom('topology_dismissals').where('id', '=', id).execute()

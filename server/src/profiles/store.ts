/** By which rules each device was discovered: the only SQL that knows. */
import type { Insertable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { inScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'

type Scope = Pick<Viewer, 'regionPaths'>
const unknownAtMost = 200

export const keep = (db: Db, row: Insertable<Tables['device_explanations']>) =>
  db
    .insertInto('device_explanations')
    .values(row)
    .onConflict((on) => on.column('device_id').doUpdateSet(row))
    .execute()

export const isDevice = async (db: Db, id: string) =>
  (await db.selectFrom('devices').select('id').where('id', '=', id).executeTakeFirst()) !== undefined

const devices = (db: Db, scope: Scope) =>
  db
    .selectFrom('devices')
    .leftJoin('device_explanations as why', 'why.device_id', 'devices.id')
    .where('devices.archived_at', 'is', null)
    .where('devices.region_id', 'in', inScope(scope, db))

/** With what it was found to be; without an explanation where none was told yet. */
export const explanationOf = (db: Db, scope: Scope, id: string) =>
  devices(db, scope)
    .where('devices.id', '=', id)
    .select([
      'devices.vendor',
      'devices.os',
      'devices.category',
      'devices.hardware',
      'devices.version',
      'devices.serial',
    ]) // prettier-ignore
    .select(['why.profile', 'why.rule', 'why.explanation', 'why.at'])
    .executeTakeFirst()

export const countsByProfile = (db: Db, scope: Scope) =>
  devices(db, scope)
    .where('why.profile', 'is not', null)
    .groupBy('why.profile')
    .select((eb) => [
      'why.profile',
      eb.fn.count('devices.id').as('devices'),
      eb.fn.sum('why.measured').as('measured'),
      eb.fn.max('why.at').as('at'),
    ]) // prettier-ignore
    .execute()

/** Devices that no rule recognised, those first of which there are most. */
export const unrecognised = (db: Db, scope: Scope) =>
  devices(db, scope)
    .where('why.profile', 'is not', null)
    .where('why.rule', 'is', null)
    .groupBy('devices.sys_object_id')
    .select((eb) => [
      'devices.sys_object_id',
      eb.fn.count('devices.id').as('devices'),
      eb.fn.min('devices.id').as('id'),
    ]) // prettier-ignore
    .orderBy('devices', 'desc')
    .orderBy('devices.sys_object_id')
    .limit(unknownAtMost)
    .execute()

export const named = (db: Db, ids: string[]) =>
  db.selectFrom('devices').select(['id', 'name', 'sys_descr']).where('id', 'in', ids).execute()

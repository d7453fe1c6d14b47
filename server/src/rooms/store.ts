import type { Insertable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export const insertRoom = (db: Db, row: Insertable<Tables['rooms']>) =>
  db.insertInto('rooms').values(row).execute()

export const updateRoom = (db: Db, id: string, change: Updateable<Tables['rooms']>) =>
  db.updateTable('rooms').set(change).where('id', '=', id).execute()

export const insertRack = (db: Db, row: Insertable<Tables['racks']>) =>
  db.insertInto('racks').values(row).execute()

export const updateRack = (db: Db, id: string, change: Updateable<Tables['racks']>) =>
  db.updateTable('racks').set(change).where('id', '=', id).execute()

export const mountsIn = (db: Db, rackId: string) =>
  db.selectFrom('rack_mounts').selectAll().where('rack_id', '=', rackId).execute()

export const insertMount = (db: Db, row: Insertable<Tables['rack_mounts']>) =>
  db.insertInto('rack_mounts').values(row).execute()

export const takeOut = (db: Db, deviceId: string) =>
  db.deleteFrom('rack_mounts').where('device_id', '=', deviceId).execute()

export const emptyRack = (db: Db, rackId: string) =>
  db.deleteFrom('rack_mounts').where('rack_id', '=', rackId).execute()

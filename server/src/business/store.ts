import type { Insertable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export const insertService = (db: Db, row: Insertable<Tables['business_services']>) =>
  db.insertInto('business_services').values(row).execute()

export const updateService = (db: Db, id: string, change: Updateable<Tables['business_services']>) =>
  db.updateTable('business_services').set(change).where('id', '=', id).execute()

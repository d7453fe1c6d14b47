/** What exists, written. Every function takes part in the caller's transaction. */
import type { Insertable, Updateable } from 'kysely'
import { inChunks } from '../db/chunks.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

type InsertTable =
  'organisations' | 'sites' | 'credentials' | 'devices' | 'interfaces' | 'sensors' | 'links' | 'circuits'

export async function insert<T extends InsertTable>(
  db: Db,
  table: T,
  rows: Insertable<Tables[T]>[],
): Promise<void> {
  // The rows are of the table named beside them.
  for (const chunk of inChunks(rows as Insertable<Tables['links']>[]))
    await db
      .insertInto(table as 'links')
      .values(chunk)
      .execute()
}

export const updateDevice = (db: Db, id: string, change: Updateable<Tables['devices']>) =>
  db.updateTable('devices').set(change).where('id', '=', id).execute()

/** Gives devices to another collector. */
export const assignDevices = (db: Db, ids: string[], collectorId: string | null, nowMs: number) =>
  db
    .updateTable('devices')
    .set({ collector_id: collectorId, updated_at: nowMs })
    .where('id', 'in', ids)
    .execute()

/** Devices and legs that are asked on one port are asked on another from now on. */
export async function movePort(db: Db, from: number, to: number, nowMs: number): Promise<void> {
  await db.updateTable('devices').set({ port: to, updated_at: nowMs }).where('port', '=', from).execute()
  await db
    .updateTable('circuits')
    .set({ leg_port: to, updated_at: nowMs })
    .where('leg_port', '=', from)
    .execute()
}

export const updateInterface = (db: Db, id: string, change: Updateable<Tables['interfaces']>) =>
  db.updateTable('interfaces').set(change).where('id', '=', id).execute()

export const updateSensor = (db: Db, id: string, change: Updateable<Tables['sensors']>) =>
  db.updateTable('sensors').set(change).where('id', '=', id).execute()

export const updateCircuit = (db: Db, id: string, change: Updateable<Tables['circuits']>) =>
  db.updateTable('circuits').set(change).where('id', '=', id).execute()

export const updateCredential = (db: Db, id: string, change: Updateable<Tables['credentials']>) =>
  db.updateTable('credentials').set(change).where('id', '=', id).execute()

export const deleteCredential = (db: Db, id: string) =>
  db.deleteFrom('credentials').where('id', '=', id).execute()

// ---- what writers read first ------------------------------------------------------------

export const deviceToWrite = (db: Db, id: string) =>
  db
    .selectFrom('devices')
    .selectAll()
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .executeTakeFirst()

export const setRoom = (db: Db, deviceId: string, roomId: string | null, now: number) =>
  db.updateTable('devices').set({ room_id: roomId, updated_at: now }).where('id', '=', deviceId).execute()

export const interfacesToWrite = (db: Db, deviceIds: string[]) =>
  db.selectFrom('interfaces').selectAll().where('device_id', 'in', deviceIds).execute()

export const sensorsToWrite = (db: Db, deviceId: string) =>
  db.selectFrom('sensors').selectAll().where('device_id', '=', deviceId).execute()

export const carriersNamed = (db: Db, names: string[]) =>
  db
    .selectFrom('organisations')
    .select(['id', 'name'])
    .where('kind', '=', 'carrier')
    .where('name', 'in', names)
    .execute()

export const sitesByIds = (db: Db, ids: string[]) =>
  db.selectFrom('sites').select(['id', 'region_id', 'name']).where('id', 'in', ids).execute()

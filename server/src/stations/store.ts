/** Which MAC hangs on which port, and which addresses devices know of it: the only SQL that knows. */
import { sql, type SqlBool } from 'kysely'
import { inChunks } from '../db/chunks.ts'
import type { Db } from '../db/database.ts'
import { inSubtree, isInScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Mark } from './mark.ts'

type Scope = Pick<Viewer, 'regionPaths'>

export const isDevice = async (db: Db, id: string) =>
  (await db.selectFrom('devices').select('id').where('id', '=', id).executeTakeFirst()) !== undefined

export const onDevices = async (db: Db, deviceIds: readonly string[]) =>
  deviceIds.length === 0
    ? []
    : db
        .selectFrom('stations')
        .select(['device_id', 'if_name', 'mac', 'since'])
        .where('device_id', 'in', deviceIds)
        .orderBy('mac')
        .execute()
export type StationRow = Awaited<ReturnType<typeof onDevices>>[number]

export const addressesOn = (db: Db, deviceId: string) =>
  db.selectFrom('station_addresses').selectAll().where('device_id', '=', deviceId).execute()
export type AddressRow = Awaited<ReturnType<typeof addressesOn>>[number]

export const telling = (db: Db, deviceId: string) =>
  db.selectFrom('station_tellings').selectAll().where('device_id', '=', deviceId).executeTakeFirst()

export async function tell(db: Db, row: { device_id: string; crowded: string; at: number }): Promise<void> {
  await db
    .insertInto('station_tellings')
    .values(row)
    .onConflict((on) => on.column('device_id').doUpdateSet(row))
    .execute()
}

export async function addStations(db: Db, rows: StationRow[]): Promise<void> {
  for (const some of inChunks(rows)) await db.insertInto('stations').values(some).execute()
}

export async function removeStations(
  db: Db,
  deviceId: string,
  ifName: string,
  macs: string[],
): Promise<void> {
  await db
    .deleteFrom('stations')
    .where('device_id', '=', deviceId)
    .where('if_name', '=', ifName)
    .where('mac', 'in', macs)
    .execute()
}

export async function addAddresses(db: Db, rows: AddressRow[]): Promise<void> {
  for (const some of inChunks(rows)) await db.insertInto('station_addresses').values(some).execute()
}

export async function removeAddresses(db: Db, deviceId: string, addresses: string[]): Promise<void> {
  for (const some of inChunks(addresses))
    await db
      .deleteFrom('station_addresses')
      .where('device_id', '=', deviceId)
      .where('address', 'in', some)
      .execute()
}

export async function addressesOf(db: Db, macs: string[]): Promise<AddressRow[]> {
  const some = Array.from(inChunks(macs), (part) =>
    db.selectFrom('station_addresses').selectAll().where('mac', 'in', part).execute(),
  )
  return (await Promise.all(some)).flat()
}

/** Where it hangs, where fewest others do first. O(stations) for a part of a MAC, O(log) for an address. */
export function hanging(
  db: Db,
  scope: Scope,
  mark: Mark,
  { regionId, limit }: { regionId: string | undefined; limit: number },
) {
  return db
    .selectFrom('stations')
    .innerJoin('devices', 'devices.id', 'stations.device_id')
    .where('devices.archived_at', 'is', null)
    .where(isInScope('devices.region_id', scope, db))
    .$if(regionId !== undefined, (query) => query.where('devices.region_id', 'in', inSubtree(regionId!, db)))
    .where(
      'part' in mark
        ? sql<SqlBool>`mac like ${`%${mark.part}%`}`
        : sql<SqlBool>`mac in (select mac from station_addresses where address like ${`${mark.address}%`})`,
    )
    .select(['stations.device_id', 'if_name', 'mac', 'since'])
    .select((eb) =>
      eb
        .selectFrom('stations as others')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('others.device_id', '=', 'stations.device_id')
        .whereRef('others.if_name', '=', 'stations.if_name')
        .as('there'),
    )
    .orderBy('there')
    .orderBy('mac')
    .orderBy('stations.device_id')
    .limit(limit)
    .execute()
}

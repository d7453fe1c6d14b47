import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type PageOf, type Paging, type SortKey } from '../http/paging.ts'
import { inScope, inSubtree } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'

type Scope = Pick<Viewer, 'regionPaths'>
export type FindRow = Selectable<Tables['discovery_finds']>
export type DiscoveryRow = Awaited<ReturnType<typeof listDiscoveries>>['items'][number]

const discoveries = (db: Db) =>
  db
    .selectFrom('discoveries')
    .innerJoin('jobs', 'jobs.id', 'discoveries.job_id')
    .innerJoin('regions', 'regions.id', 'discoveries.region_id')
    .leftJoin('collectors', 'collectors.id', 'discoveries.collector_id')
    .selectAll('discoveries')
    .select(['jobs.state', 'jobs.error', 'jobs.ended_at', 'regions.name as region', 'regions.path as region_path', 'collectors.name as collector']) // prettier-ignore

export const listDiscoveries = (
  db: Db,
  viewer: Scope,
  { regionId, ...paging }: Paging & { regionId?: string },
) => {
  const query = discoveries(db).where('discoveries.region_id', 'in', inScope(viewer, db))
  const narrowed = regionId ? query.where('discoveries.region_id', 'in', inSubtree(regionId, db)) : query
  return keysetPage(narrowed, paging, [{ column: 'discoveries.id', direction: 'desc' }])
}

export const discoveryById = (db: Db, viewer: Scope, id: string): Promise<DiscoveryRow | undefined> =>
  discoveries(db)
    .where('discoveries.id', '=', id)
    .where('discoveries.region_id', 'in', inScope(viewer, db))
    .executeTakeFirst()

/** Those that a collector is to carry on with. */
export const underWayAt = (db: Db, collectorId: string): Promise<DiscoveryRow[]> =>
  discoveries(db)
    .where('discoveries.collector_id', '=', collectorId)
    .where('jobs.state', 'in', ['waiting', 'running'])
    .execute()

export const insertDiscovery = (db: Db, row: Insertable<Tables['discoveries']>) =>
  db.insertInto('discoveries').values(row).execute()

export const updateDiscovery = (db: Db, id: string, set: Updateable<Tables['discoveries']>) =>
  db.updateTable('discoveries').set(set).where('id', '=', id).execute()

export const setAsked = (db: Db, jobId: string, asked: number) =>
  db.updateTable('discoveries').set({ asked }).where('job_id', '=', jobId).execute()

export async function removeDiscovery(db: Db, id: string): Promise<void> {
  await db.deleteFrom('discovery_finds').where('discovery_id', '=', id).execute()
  await db.deleteFrom('discoveries').where('id', '=', id).execute()
}

/** Which discovery a collector speaks of. */
export const ofJob = (db: Db, jobId: string) =>
  db.selectFrom('discoveries').select(['id']).where('job_id', '=', jobId).executeTakeFirst()

/** Found once more it is as it was: what somebody decided stays. */
export const keepFind = (db: Db, row: Insertable<Tables['discovery_finds']>) =>
  db
    .insertInto('discovery_finds')
    .values(row)
    .onConflict((conflict) => conflict.columns(['discovery_id', 'address']).doNothing())
    .execute()

/** What could be read first, and by address. */
const findOrder: SortKey[] = [
  { column: 'rank', isInteger: true },
  { column: 'address_number', isInteger: true },
  { column: 'id' },
]

export const listFinds = (
  db: Db,
  discoveryId: string,
  { decision, ...paging }: Paging & { decision?: string },
): Promise<PageOf<FindRow>> => {
  const query = db.selectFrom('discovery_finds').selectAll().where('discovery_id', '=', discoveryId)
  return keysetPage(decision ? query.where('decision', '=', decision) : query, paging, findOrder)
}

export const findsByIds = (db: Db, discoveryId: string, ids: string[]): Promise<FindRow[]> =>
  db
    .selectFrom('discovery_finds')
    .selectAll()
    .where('discovery_id', '=', discoveryId)
    .where('id', 'in', ids)
    .orderBy('id')
    .execute()

/** Where it was, and whom those knew. */
export const progressOf = (db: Db, discoveryId: string) =>
  db
    .selectFrom('discovery_finds')
    .select(['address', 'beside'])
    .where('discovery_id', '=', discoveryId)
    .orderBy('id')
    .execute()

export interface Counts {
  answering: number
  devices: number
  open: number
}

export async function countsOf(db: Db, ids: string[]): Promise<Map<string, Counts>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('discovery_finds')
    .select((eb) => [
      'discovery_id',
      eb.fn.countAll<string>().as('answering'),
      eb.fn.count<string>('device').as('devices'),
      eb.fn.sum<string>(eb.case().when('decision', '=', 'open').then(1).else(0).end()).as('open'),
    ])
    .where('discovery_id', 'in', ids)
    .groupBy('discovery_id')
    .execute()
  return new Map(
    rows.map((row) => [
      row.discovery_id,
      { answering: Number(row.answering), devices: Number(row.devices), open: Number(row.open) },
    ]),
  )
}

export const decide = (db: Db, ids: string[], set: Updateable<Tables['discovery_finds']>) =>
  db.updateTable('discovery_finds').set(set).where('id', 'in', ids).execute()

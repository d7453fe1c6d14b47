import type { Insertable, Selectable, Updateable } from 'kysely'
import { inChunks } from '../db/chunks.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type PageOf, type Paging } from '../http/paging.ts'
import { inSubtree, isInScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'

type Scope = Pick<Viewer, 'regionPaths'>
export type ThreadRow = Selectable<Tables['notify_threads']>
export type DeliveryRow = Selectable<Tables['notify_deliveries']>
export type ShiftRow = Selectable<Tables['duty_shifts']>

// ---- what is set up ------------------------------------------------------------------------

type SetUp = 'notify_channels' | 'notify_routes' | 'duty_rosters'
type WithRegion<T extends SetUp> = Selectable<Tables[T]> & { region_path: string; region_name: string }
export type ChannelRow = WithRegion<'notify_channels'>
export type RouteRow = WithRegion<'notify_routes'>
export type RosterRow = WithRegion<'duty_rosters'>

const channelRows = (db: Db) =>
  db
    .selectFrom('notify_channels')
    .innerJoin('regions', 'regions.id', 'notify_channels.region_id')
    .where('notify_channels.archived_at', 'is', null)
    .selectAll('notify_channels')
    .select(['regions.path as region_path', 'regions.name as region_name'])
const routeRows = (db: Db) =>
  db
    .selectFrom('notify_routes')
    .innerJoin('regions', 'regions.id', 'notify_routes.region_id')
    .where('notify_routes.archived_at', 'is', null)
    .selectAll('notify_routes')
    .select(['regions.path as region_path', 'regions.name as region_name'])
const rosterRows = (db: Db) =>
  db
    .selectFrom('duty_rosters')
    .innerJoin('regions', 'regions.id', 'duty_rosters.region_id')
    .where('duty_rosters.archived_at', 'is', null)
    .selectAll('duty_rosters')
    .select(['regions.path as region_path', 'regions.name as region_name'])

export const channels = (db: Db): Promise<ChannelRow[]> => channelRows(db).execute()
export const routes = (db: Db): Promise<RouteRow[]> => routeRows(db).execute()
export const rosters = (db: Db): Promise<RosterRow[]> => rosterRows(db).execute()

export const channelById = (db: Db, id: string): Promise<ChannelRow | undefined> =>
  channelRows(db).where('notify_channels.id', '=', id).executeTakeFirst()

export const listChannels = (db: Db, scope: Scope, paging: Paging): Promise<PageOf<ChannelRow>> =>
  keysetPage(channelRows(db).where(isInScope('notify_channels.region_id', scope, db)), paging, [
    { column: 'regions.path', as: 'region_path' },
    { column: 'notify_channels.id' },
  ])

export const listRoutes = (db: Db, scope: Scope, paging: Paging): Promise<PageOf<RouteRow>> =>
  keysetPage(routeRows(db).where(isInScope('notify_routes.region_id', scope, db)), paging, [
    { column: 'regions.path', as: 'region_path' },
    { column: 'notify_routes.position', isInteger: true },
    { column: 'notify_routes.id' },
  ])

export const listRosters = (db: Db, scope: Scope, paging: Paging): Promise<PageOf<RosterRow>> =>
  keysetPage(rosterRows(db).where(isInScope('duty_rosters.region_id', scope, db)), paging, [
    { column: 'regions.path', as: 'region_path' },
    { column: 'duty_rosters.id' },
  ])

export const channelInScope = (db: Db, scope: Scope, id: string): Promise<ChannelRow | undefined> =>
  channelRows(db)
    .where('notify_channels.id', '=', id)
    .where(isInScope('notify_channels.region_id', scope, db))
    .executeTakeFirst()

export const routeInScope = (db: Db, scope: Scope, id: string): Promise<RouteRow | undefined> =>
  routeRows(db)
    .where('notify_routes.id', '=', id)
    .where(isInScope('notify_routes.region_id', scope, db))
    .executeTakeFirst()

export const rosterInScope = (db: Db, scope: Scope, id: string): Promise<RosterRow | undefined> =>
  rosterRows(db)
    .where('duty_rosters.id', '=', id)
    .where(isInScope('duty_rosters.region_id', scope, db))
    .executeTakeFirst()

export const insertChannel = (tx: Db, row: Insertable<Tables['notify_channels']>) =>
  tx.insertInto('notify_channels').values(row).execute()
export const updateChannel = (tx: Db, id: string, change: Updateable<Tables['notify_channels']>) =>
  tx.updateTable('notify_channels').set(change).where('id', '=', id).execute()
export const insertRoute = (tx: Db, row: Insertable<Tables['notify_routes']>) =>
  tx.insertInto('notify_routes').values(row).execute()
export const updateRoute = (tx: Db, id: string, change: Updateable<Tables['notify_routes']>) =>
  tx.updateTable('notify_routes').set(change).where('id', '=', id).execute()
export const insertRoster = (tx: Db, row: Insertable<Tables['duty_rosters']>) =>
  tx.insertInto('duty_rosters').values(row).execute()
export const updateRoster = (tx: Db, id: string, change: Updateable<Tables['duty_rosters']>) =>
  tx.updateTable('duty_rosters').set(change).where('id', '=', id).execute()

/** What still runs or is to come. */
export const shiftsAfter = (db: Db, ms: number): Promise<ShiftRow[]> =>
  db.selectFrom('duty_shifts').selectAll().where('ends_at', '>', ms).execute()
export const shiftsOf = (db: Db, rosterIds: string[], fromMs: number): Promise<ShiftRow[]> =>
  rosterIds.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('duty_shifts')
        .selectAll()
        .where('roster_id', 'in', rosterIds)
        .where('ends_at', '>', fromMs)
        .orderBy('starts_at')
        .execute()
export const shiftById = (db: Db, id: string): Promise<ShiftRow | undefined> =>
  db.selectFrom('duty_shifts').selectAll().where('id', '=', id).executeTakeFirst()
export const insertShift = (tx: Db, row: Insertable<Tables['duty_shifts']>) =>
  tx.insertInto('duty_shifts').values(row).execute()
export const deleteShift = (tx: Db, id: string) => tx.deleteFrom('duty_shifts').where('id', '=', id).execute()

// ---- people -----------------------------------------------------------------------------------

export const allPreferences = (db: Db) => db.selectFrom('notify_preferences').selectAll().execute()
export const preferencesOf = (db: Db, userId: string) =>
  db.selectFrom('notify_preferences').selectAll().where('user_id', '=', userId).executeTakeFirst()
export const setPreferences = (tx: Db, userId: string, settings: string, nowMs: number) =>
  tx
    .insertInto('notify_preferences')
    .values({ user_id: userId, settings, updated_at: nowMs })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ settings, updated_at: nowMs }))
    .execute()

// ---- threads ----------------------------------------------------------------------------------

export const threadsOf = (db: Db, alarmIds: string[]): Promise<ThreadRow[]> =>
  db.selectFrom('notify_threads').selectAll().where('alarm_id', 'in', alarmIds).orderBy('id').execute()

export const insertThread = (tx: Db, row: Insertable<Tables['notify_threads']>) =>
  tx.insertInto('notify_threads').values(row).execute()
export const updateThread = (tx: Db, id: string, change: Updateable<Tables['notify_threads']>) =>
  tx.updateTable('notify_threads').set(change).where('id', '=', id).execute()

export const dueThreads = (db: Db, nowMs: number, limit: number): Promise<ThreadRow[]> =>
  db
    .selectFrom('notify_threads')
    .selectAll()
    .where('state', '=', 'open')
    .where('next_at', '<=', nowMs)
    .orderBy('next_at')
    .limit(limit)
    .execute()

// ---- deliveries -------------------------------------------------------------------------------

export async function insertDeliveries(
  tx: Db,
  rows: Insertable<Tables['notify_deliveries']>[],
): Promise<void> {
  for (const chunk of inChunks(rows)) await tx.insertInto('notify_deliveries').values(chunk).execute()
}

export const deliveriesOf = (db: Db, threadIds: string[]): Promise<DeliveryRow[]> =>
  threadIds.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('notify_deliveries')
        .selectAll()
        .where('thread_id', 'in', threadIds)
        .orderBy('id')
        .execute()

export const deliveryById = (db: Db, id: string): Promise<DeliveryRow | undefined> =>
  db.selectFrom('notify_deliveries').selectAll().where('id', '=', id).executeTakeFirst()

export const updateDeliveries = (tx: Db, ids: string[], change: Updateable<Tables['notify_deliveries']>) =>
  ids.length === 0
    ? Promise.resolve([])
    : tx.updateTable('notify_deliveries').set(change).where('id', 'in', ids).execute()

/** Channels that have something due; null is the console. */
export async function dueChannels(db: Db, nowMs: number): Promise<(string | null)[]> {
  const rows = await db
    .selectFrom('notify_deliveries')
    .select('channel_id')
    .distinct()
    .where('state', '=', 'waiting')
    .where('next_at', '<=', nowMs)
    .execute()
  return rows.map((row) => row.channel_id)
}

/** The oldest that are due on a channel. */
export const dueOn = (
  db: Db,
  channelId: string | null,
  nowMs: number,
  limit: number,
): Promise<DeliveryRow[]> =>
  db
    .selectFrom('notify_deliveries')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('next_at', '<=', nowMs)
    .where('channel_id', channelId === null ? 'is' : '=', channelId)
    .orderBy('next_at')
    .orderBy('id')
    .limit(limit)
    .execute()

/** What this address is told in this thread, oldest first. */
export const toldInThread = (
  db: Db,
  { thread_id, channel_id, address }: DeliveryRow,
): Promise<DeliveryRow[]> =>
  db
    .selectFrom('notify_deliveries')
    .selectAll()
    .where('thread_id', '=', thread_id)
    .where('channel_id', channel_id === null ? 'is' : '=', channel_id)
    .where('address', '=', address)
    .orderBy('id')
    .execute()

export const heldUntil = (db: Db, nowMs: number): Promise<DeliveryRow[]> =>
  db
    .selectFrom('notify_deliveries')
    .selectAll()
    .where('state', '=', 'held')
    .where('next_at', '<=', nowMs)
    .orderBy('id')
    .execute()

/** Handed over, or perhaps not: the process ended in between. */
export const inFlight = (db: Db, marks: string[]): Promise<DeliveryRow[]> =>
  db
    .selectFrom('notify_deliveries')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('error', 'in', marks)
    .execute()

/** When there is something to do next; null: never. */
export async function nextDueMs(db: Db): Promise<number | null> {
  const { at: delivery } = await db
    .selectFrom('notify_deliveries')
    .select((eb) => eb.fn.min('next_at').as('at'))
    .where('state', 'in', ['waiting', 'held'])
    .executeTakeFirstOrThrow()
  const { at: thread } = await db
    .selectFrom('notify_threads')
    .select((eb) => eb.fn.min('next_at').as('at'))
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  const times = [delivery, thread].filter((at) => at !== null).map(Number)
  return times.length > 0 ? Math.min(...times) : null
}

export interface DeliveryFilter extends Paging {
  state?: DeliveryRow['state']
  event?: string
  channelId?: string
  regionId?: string
  alarmId?: string
}

export function listDeliveries(db: Db, scope: Scope, filter: DeliveryFilter) {
  let query = db
    .selectFrom('notify_deliveries')
    .innerJoin('regions', 'regions.id', 'notify_deliveries.region_id')
    .leftJoin('notify_channels', 'notify_channels.id', 'notify_deliveries.channel_id')
    .selectAll('notify_deliveries')
    .select(['regions.name as region_name', 'notify_channels.name as channel_name'])
    .where(isInScope('notify_deliveries.region_id', scope, db))
  if (filter.state) query = query.where('notify_deliveries.state', '=', filter.state)
  if (filter.event) query = query.where('notify_deliveries.event', '=', filter.event)
  if (filter.channelId === 'console') query = query.where('notify_deliveries.channel_id', 'is', null)
  else if (filter.channelId) query = query.where('notify_deliveries.channel_id', '=', filter.channelId)
  if (filter.regionId)
    query = query.where('notify_deliveries.region_id', 'in', inSubtree(filter.regionId, db))
  if (filter.alarmId) {
    const threads = db.selectFrom('notify_threads').select('id').where('alarm_id', '=', filter.alarmId)
    query = query.where('notify_deliveries.thread_id', 'in', threads)
  }
  return keysetPage(query, filter, [
    { column: 'notify_deliveries.created_at', as: 'created_at', direction: 'desc', isInteger: true },
    { column: 'notify_deliveries.id', as: 'id', direction: 'desc' },
  ])
}

/** On the console, for them or for everyone of a region of theirs. */
export function listNotices(db: Db, scope: Scope, userId: string, paging: Paging) {
  const query = db
    .selectFrom('notify_deliveries')
    .innerJoin('regions', 'regions.id', 'notify_deliveries.region_id')
    .selectAll('notify_deliveries')
    .select('regions.name as region_name')
    .where('channel_id', 'is', null)
    .where('state', '=', 'sent')
    .where(isInScope('notify_deliveries.region_id', scope, db))
    .where((eb) => eb.or([eb('user_id', 'is', null), eb('user_id', '=', userId)]))
  return keysetPage(query, paging, [
    { column: 'notify_deliveries.created_at', as: 'created_at', direction: 'desc', isInteger: true },
    { column: 'notify_deliveries.id', as: 'id', direction: 'desc' },
  ])
}

export const noticesByIds = (db: Db, ids: string[]) =>
  db
    .selectFrom('notify_deliveries')
    .innerJoin('regions', 'regions.id', 'notify_deliveries.region_id')
    .selectAll('notify_deliveries')
    .select('regions.name as region_name')
    .where('notify_deliveries.id', 'in', ids)
    .execute()

/** What was over long ago. */
export async function forgetBefore(tx: Db, ms: number): Promise<void> {
  await tx
    .deleteFrom('notify_deliveries')
    .where('created_at', '<', ms)
    .where('state', 'not in', ['waiting', 'held'])
    .execute()
  await tx.deleteFrom('notify_threads').where('state', '=', 'closed').where('closed_at', '<', ms).execute()
}

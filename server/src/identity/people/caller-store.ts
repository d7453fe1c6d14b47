/** People as whoever picks up the telephone looks for them. */
import type { SqlBool } from 'kysely'
import { sql } from 'kysely'
import { localKeys } from '@zongheng/inventory/phone.ts'
import type { Db } from '../../db/database.ts'
import { isSqlite } from '../../db/search-index.ts'
import { startsWith } from '../../db/prefix.ts'
import { inScope } from '../scope.ts'
import type { Viewer } from '../viewer.ts'
import { lookupKeysOf } from './lookup-keys.ts'

type Scope = Pick<Viewer, 'regionPaths'>

export interface Place {
  regionId: string
  siteId: string | null
}

export interface Caller extends Place {
  id: string
  name: string
  post: string | null
  phone: string | null
}

/** `phoneKey`: a number from its end, or its last digits; `initials`: lower case; `name`: how it begins. */
export type CallerQuery = { phoneKey: string } | { initials: string } | { name: string }

const fillAtOnce = 500

/** SQLite would walk the regions, and sort who is there, where the prefix is walked in order; the sign keeps it from their index. */
const byPrefixFirst = (db: Db) =>
  isSqlite(db) ? sql<string>`+users.region_id` : sql<string>`users.region_id`

const active = (db: Db, scope: Scope) =>
  db
    .selectFrom('users')
    .select(['users.id', 'display_name', 'post', 'phone', 'users.region_id', 'site_id'])
    .where('disabled_at', 'is', null)
    .where(byPrefixFirst(db), 'in', inScope(scope, db))
type CallerRow = Awaited<ReturnType<ReturnType<typeof active>['execute']>>[number]

const callerOf = (row: CallerRow): Caller => ({
  id: row.id,
  name: row.display_name,
  post: row.post,
  phone: row.phone,
  regionId: row.region_id,
  siteId: row.site_id,
})

export async function callers(db: Db, scope: Scope, asked: CallerQuery, limit: number): Promise<Caller[]> {
  const matches = matching(db, asked)
  const rows = await active(db, scope).where(matches).orderBy(columnOf(asked)).limit(limit).execute()
  return rows.map(callerOf)
}

const columnOf = (asked: CallerQuery) =>
  'phoneKey' in asked ? 'users.phone_key' : 'initials' in asked ? 'users.initials' : 'users.display_name'

function matching(db: Db, asked: CallerQuery) {
  if (!('phoneKey' in asked)) return startsWith(db, columnOf(asked), 'name' in asked ? asked.name : asked.initials) // prettier-ignore
  const ends = startsWith(db, 'users.phone_key', asked.phoneKey)
  const local = localKeys(asked.phoneKey)
  return local.length === 0 ? ends : sql<SqlBool>`(${ends} or users.phone_key in (${sql.join(local)}))`
}

export async function callerById(db: Db, scope: Scope, id: string): Promise<Caller | undefined> {
  const row = await active(db, scope).where('users.id', '=', id).executeTakeFirst()
  return row && callerOf(row)
}

export async function placeOf(db: Db, userId: string): Promise<Place | undefined> {
  const row = await db
    .selectFrom('users')
    .select(['region_id', 'site_id'])
    .where('id', '=', userId)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return row && { regionId: row.region_id, siteId: row.site_id }
}

export async function chooseSite(db: Db, userId: string, siteId: string): Promise<void> {
  await db.updateTable('users').set({ site_id: siteId }).where('id', '=', userId).execute()
}

export async function fillLookupKeys(db: Db): Promise<void> {
  for (;;) {
    const rows = await db
      .selectFrom('users')
      .select(['id', 'display_name', 'phone'])
      .where('initials', 'is', null)
      .limit(fillAtOnce)
      .execute()
    for (const { id, ...row } of rows)
      await db.updateTable('users').set(lookupKeysOf(row)).where('id', '=', id).execute()
    if (rows.length < fillAtOnce) return
  }
}

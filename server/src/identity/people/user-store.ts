import { sql, type Insertable, type Selectable, type SqlBool, type Updateable } from 'kysely'
import type { Db } from '../../db/database.ts'
import type { Tables } from '../../db/tables.ts'
import { keysetPage, type Paging } from '../../http/paging.ts'
import type { userStates } from '../admin-schema.ts'
import { holdersOf } from '../grants/grant-store.ts'
import type { Role } from '../roles.ts'
import { inScope, inSubtree } from '../scope.ts'
import type { Viewer } from '../viewer.ts'
import { lookupKeysOf } from './lookup-keys.ts'

type Scope = Pick<Viewer, 'regionPaths'>
export type UserRow = Selectable<Tables['users']>

export const userByName = (db: Db, username: string): Promise<UserRow | undefined> =>
  db.selectFrom('users').selectAll().where('username', '=', username).executeTakeFirst()

export const activeUser = (db: Db, id: string) =>
  db
    .selectFrom('users')
    .select(['id', 'region_id'])
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()

export const usersByIds = (db: Db, ids: string[]) =>
  db.selectFrom('users').select(['id', 'display_name']).where('id', 'in', ids).execute()

export const contactsByIds = (db: Db, ids: string[]) =>
  db
    .selectFrom('users')
    .select(['id', 'display_name', 'email', 'phone'])
    .where('id', 'in', ids)
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .execute()

/** Who is told at this address; several may share one. */
export const usersByEmail = (db: Db, email: string) =>
  db
    .selectFrom('users')
    .select(['id', 'display_name', 'region_id'])
    .where((eb) => eb(eb.fn('lower', ['email']), '=', email.toLowerCase()))
    .where('disabled_at', 'is', null)
    .limit(2)
    .execute()

const withRegion = (db: Db) =>
  db
    .selectFrom('users')
    .innerJoin('regions', 'regions.id', 'users.region_id')
    .selectAll('users')
    .select(['regions.name as region_name', 'regions.path as region_path'])
export type UserWithRegion = UserRow & { region_name: string; region_path: string }

export const userInScope = (db: Db, scope: Scope, id: string): Promise<UserWithRegion | undefined> =>
  withRegion(db)
    .where('users.id', '=', id)
    .where('users.region_id', 'in', inScope(scope, db))
    .executeTakeFirst()

export interface PeopleFilter {
  ids?: string[]
  /** Held in name, user name, phone or post. */
  q?: string
  /** Who hold one of them at `at`. */
  holding?: { roles: readonly Role[]; at: number }
}

/** People within the scope; not who was disabled. */
export function peopleInScope(db: Db, scope: Scope, { ids, q, holding }: PeopleFilter, limit: number) {
  let query = withRegion(db).where('users.region_id', 'in', inScope(scope, db))
  if (holding) query = query.where('users.id', 'in', holdersOf(db, holding.roles, holding.at))
  if (ids) query = query.where('users.id', 'in', ids)
  if (q) query = query.where(mentions(q))
  return query.where('users.disabled_at', 'is', null).orderBy('users.username').limit(limit).execute()
}

export interface UserFilter extends Paging {
  q?: string | undefined
  regionId?: string | undefined
  teamId?: string | undefined
  role?: Role | undefined
  state?: (typeof userStates)[number] | undefined
}

/** By user name. */
export function listUsers(db: Db, scope: Scope, filter: UserFilter, at: number) {
  let query = withRegion(db).where('users.region_id', 'in', inScope(scope, db)).where(isIn(filter.state, at))
  if (filter.q) query = query.where(mentions(filter.q))
  if (filter.regionId) query = query.where('users.region_id', 'in', inSubtree(filter.regionId, db))
  if (filter.role) query = query.where('users.id', 'in', holdersOf(db, [filter.role], at))
  if (filter.teamId) {
    const members = db.selectFrom('team_members').select('user_id').where('team_id', '=', filter.teamId)
    query = query.where('users.id', 'in', members)
  }
  return keysetPage(query, filter, [{ column: 'users.username' }])
}

function isIn(state: UserFilter['state'], at: number) {
  if (state === 'disabled') return sql<SqlBool>`users.disabled_at is not null`
  if (state === 'locked') return sql<SqlBool>`users.disabled_at is null and users.locked_until > ${at}`
  if (state === 'active')
    return sql<SqlBool>`users.disabled_at is null and (users.locked_until is null or users.locked_until <= ${at})`
  return sql<SqlBool>`users.disabled_at is null`
}

function mentions(text: string) {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, (c) => `\\${c}`)}%`
  const columns = ['users.display_name', 'users.username', 'users.phone', 'users.post']
  const likes = columns.map((name) => sql<SqlBool>`lower(${sql.ref(name)}) like ${pattern} escape '\\'`)
  return sql<SqlBool>`(${sql.join(likes, sql` or `)})`
}

export const insertUser = (db: Db, row: Insertable<Tables['users']>) =>
  db
    .insertInto('users')
    .values({ ...row, ...lookupKeysOf(row) })
    .onConflict((conflict) => conflict.column('username').doNothing())
    .returning('id')
    .executeTakeFirst()

export const updateUser = (tx: Db, id: string, change: Updateable<Tables['users']>) =>
  tx
    .updateTable('users')
    .set({ ...change, ...lookupKeysOf(change) })
    .where('id', '=', id)
    .execute()

export const providerName = (db: Db, id: string) =>
  db.selectFrom('identity_providers').select('name').where('id', '=', id).executeTakeFirst()

export const revokeTokensOf = (tx: Db, userId: string, at: number) =>
  tx
    .updateTable('api_tokens')
    .set({ revoked_at: at, updated_at: at })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .execute()

import type { Insertable, Selectable } from 'kysely'
import { keysetPage, type Paging } from '../http/paging.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import type { Role } from './roles.ts'
import { inScope, inSubtree } from './scope.ts'
import type { Viewer, ViewerGrant } from './viewer.ts'

type Scope = Pick<Viewer, 'regionPaths'>
export type UserRow = Selectable<Tables['users']>
export type RegionRow = Selectable<Tables['regions']>

/** SQLite takes at most 32,766 values a statement. */
const rowsPerInsert = 1000

// ---- users and what they may do --------------------------------------------------------

export const userByName = (db: Db, username: string): Promise<UserRow | undefined> =>
  db.selectFrom('users').selectAll().where('username', '=', username).executeTakeFirst()

export const activeUser = (db: Db, id: string) =>
  db
    .selectFrom('users')
    .select(['id', 'region_id'])
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()

export const insertUser = (db: Db, row: Insertable<Tables['users']>) =>
  db.insertInto('users').values(row).execute()

export const setPasswordHash = (db: Db, userId: string, hash: string, at: number) =>
  db.updateTable('users').set({ password_hash: hash, updated_at: at }).where('id', '=', userId).execute()

export const insertGrants = (db: Db, rows: Insertable<Tables['grants']>[]) =>
  db.insertInto('grants').values(rows).execute()

/** A user's own grants and those of their teams, as they stand at this instant. */
export async function grantsOf(db: Db, userId: string, at: number): Promise<ViewerGrant[]> {
  const teams = db.selectFrom('team_members').select('team_id').where('user_id', '=', userId)
  const rows = await db
    .selectFrom('grants')
    .innerJoin('regions', 'regions.id', 'grants.region_id')
    .select(['grants.role', 'grants.region_id', 'regions.path'])
    .where((eb) => eb.or([eb('grants.user_id', '=', userId), eb('grants.team_id', 'in', teams)]))
    .where((eb) => eb.or([eb('grants.expires_at', 'is', null), eb('grants.expires_at', '>', at)]))
    .execute()
  return rows.map((row) => ({ role: row.role as Role, regionId: row.region_id, regionPath: row.path }))
}

export interface UserFilter extends Paging {
  regionId?: string | undefined
  teamId?: string | undefined
}

export function listUsers(db: Db, scope: Scope, filter: UserFilter) {
  let query = db
    .selectFrom('users')
    .innerJoin('regions', 'regions.id', 'users.region_id')
    .select([
      'users.id',
      'users.username',
      'users.display_name',
      'users.phone',
      'users.region_id',
      'regions.name as region_name',
    ])
    .where('users.disabled_at', 'is', null)
    .where('users.region_id', 'in', inScope(scope, db))
  if (filter.regionId) query = query.where('users.region_id', 'in', inSubtree(filter.regionId, db))
  if (filter.teamId) {
    const members = db.selectFrom('team_members').select('user_id').where('team_id', '=', filter.teamId)
    query = query.where('users.id', 'in', members)
  }
  return keysetPage(query, filter, [{ column: 'users.username' }])
}

/** Own roles of these users, by user id. */
export async function rolesOf(db: Db, userIds: string[]): Promise<Map<string, string[]>> {
  if (userIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('grants')
    .select(['user_id', 'role'])
    .where('user_id', 'in', userIds)
    .distinct()
    .execute()
  const byUser = Map.groupBy(rows, (row) => row.user_id!)
  return new Map([...byUser].map(([id, grants]) => [id, grants.map((grant) => grant.role)]))
}

export const usersByIds = (db: Db, ids: string[]) =>
  db.selectFrom('users').select(['id', 'display_name']).where('id', 'in', ids).execute()

// ---- teams --------------------------------------------------------------------------------

export async function insertTeams(db: Db, rows: Insertable<Tables['teams']>[]) {
  for (const chunk of chunks(rows)) await db.insertInto('teams').values(chunk).execute()
}

export const insertTeamMember = (db: Db, teamId: string, userId: string) =>
  db.insertInto('team_members').values({ team_id: teamId, user_id: userId }).execute()

export function listTeams(db: Db, scope: Scope, filter: Paging & { regionId?: string | undefined }) {
  let query = db
    .selectFrom('teams')
    .innerJoin('regions', 'regions.id', 'teams.region_id')
    .select(['teams.id', 'teams.name', 'teams.region_id', 'regions.name as region_name', 'regions.path'])
    .where('teams.region_id', 'in', inScope(scope, db))
  if (filter.regionId) query = query.where('teams.region_id', 'in', inSubtree(filter.regionId, db))
  return keysetPage(query, filter, [{ column: 'regions.path' }, { column: 'teams.id' }])
}

export async function membersOf(db: Db, teamIds: string[]) {
  if (teamIds.length === 0) return []
  return db
    .selectFrom('team_members')
    .innerJoin('users', 'users.id', 'team_members.user_id')
    .select(['team_members.team_id', 'users.id', 'users.display_name'])
    .where('team_members.team_id', 'in', teamIds)
    .orderBy('users.username')
    .execute()
}

export const teamsOfUser = (db: Db, userId: string) =>
  db
    .selectFrom('team_members')
    .innerJoin('teams', 'teams.id', 'team_members.team_id')
    .innerJoin('regions', 'regions.id', 'teams.region_id')
    .select(['teams.id', 'teams.name'])
    .where('team_members.user_id', '=', userId)
    .orderBy('regions.path')
    .orderBy('teams.id')
    .execute()

export const teamsByIds = (db: Db, ids: string[]) =>
  db
    .selectFrom('teams')
    .innerJoin('regions', 'regions.id', 'teams.region_id')
    .select(['teams.id', 'teams.name', 'regions.path'])
    .where('teams.id', 'in', ids)
    .execute()

/** Teams of this name at these regions, with the regions' paths. */
export const teamsNamed = (db: Db, name: string, regionIds: string[]) =>
  db
    .selectFrom('teams')
    .innerJoin('regions', 'regions.id', 'teams.region_id')
    .select(['teams.id', 'teams.name', 'teams.region_id', 'regions.path'])
    .where('teams.name', '=', name)
    .where('teams.region_id', 'in', regionIds)
    .execute()

// ---- regions -------------------------------------------------------------------------------

export async function insertRegions(db: Db, rows: Insertable<Tables['regions']>[]) {
  for (const chunk of chunks(rows)) await db.insertInto('regions').values(chunk).execute()
}

export interface RegionFilter extends Paging {
  parentId?: string | undefined
  tier?: string | undefined
}

export function listRegions(db: Db, scope: Scope, filter: RegionFilter) {
  let query = db.selectFrom('regions').selectAll().where('id', 'in', inScope(scope, db))
  if (filter.parentId) query = query.where('managing_parent_id', '=', filter.parentId)
  if (filter.tier) query = query.where('tier', '=', filter.tier)
  return keysetPage(query, filter, [{ column: 'regions.code' }, { column: 'regions.id' }])
}

export const regionById = (db: Db, id: string): Promise<RegionRow | undefined> =>
  db.selectFrom('regions').selectAll().where('id', '=', id).executeTakeFirst()

export const regionsByIds = (db: Db, ids: string[]) =>
  db.selectFrom('regions').select(['id', 'name', 'tier', 'path']).where('id', 'in', ids).execute()

export const rootRegion = (db: Db): Promise<RegionRow | undefined> =>
  db.selectFrom('regions').selectAll().where('parent_id', 'is', null).executeTakeFirst()

export const allRegions = (db: Db): Promise<RegionRow[]> =>
  db.selectFrom('regions').selectAll().orderBy('code').execute()

// ---- sessions ------------------------------------------------------------------------------

export const insertSession = (db: Db, row: Insertable<Tables['sessions']>) =>
  db.insertInto('sessions').values(row).execute()

export const sessionWithUser = (db: Db, id: string) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select([
      'sessions.id',
      'sessions.user_id',
      'sessions.created_at',
      'sessions.seen_at',
      'sessions.expires_at',
    ])
    .select(['users.username', 'users.display_name'])
    .where('sessions.id', '=', id)
    .where('sessions.revoked_at', 'is', null)
    .where('users.disabled_at', 'is', null)
    .executeTakeFirst()

export const touchSession = (db: Db, id: string, seenAt: number) =>
  db.updateTable('sessions').set({ seen_at: seenAt }).where('id', '=', id).execute()

export const revokeSession = (db: Db, id: string, at: number) =>
  db
    .updateTable('sessions')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute()

/** Sessions nobody can use any more. */
export const deleteSessionsBefore = (db: Db, at: number) =>
  db.deleteFrom('sessions').where('expires_at', '<', at).execute()

function* chunks<T>(rows: T[]): Generator<T[]> {
  for (let i = 0; i < rows.length; i += rowsPerInsert) yield rows.slice(i, i + rowsPerInsert)
}

import { sql, type Insertable, type SqlBool } from 'kysely'
import type { Db } from '../../db/database.ts'
import type { Tables } from '../../db/tables.ts'
import { keysetPage, type Paging } from '../../http/paging.ts'
import type { Role } from '../roles.ts'
import { inScope, inSubtree } from '../scope.ts'
import type { Viewer, ViewerGrant } from '../viewer.ts'

type Scope = Pick<Viewer, 'regionPaths'>

/** Whether a grant counts at this instant. */
const inForce = (at: number) => sql<SqlBool>`(grants.expires_at is null or grants.expires_at > ${at})`

const teamsOf = (db: Db, userIds: string[]) =>
  db.selectFrom('team_members').select('team_id').where('user_id', 'in', userIds)

/** A user's own grants and those of their teams, as they stand at this instant. */
export async function grantsOf(db: Db, userId: string, at: number): Promise<ViewerGrant[]> {
  const rows = await db
    .selectFrom('grants')
    .innerJoin('regions', 'regions.id', 'grants.region_id')
    .select(['grants.role', 'grants.region_id', 'regions.path'])
    .where((eb) =>
      eb.or([eb('grants.user_id', '=', userId), eb('grants.team_id', 'in', teamsOf(db, [userId]))]),
    )
    .where(inForce(at))
    .execute()
  return rows.map((row) => ({ role: row.role as Role, regionId: row.region_id, regionPath: row.path }))
}

/** Roles of these users and of their teams, by user id. */
export async function rolesOf(db: Db, userIds: string[], at: number): Promise<Map<string, Role[]>> {
  if (userIds.length === 0) return new Map()
  const own = db
    .selectFrom('grants')
    .select(['grants.user_id as holder', 'grants.role'])
    .where('grants.user_id', 'in', userIds)
    .where(inForce(at))
    .$narrowType<{ holder: string }>()
  const rows = await db
    .selectFrom('grants')
    .innerJoin('team_members', 'team_members.team_id', 'grants.team_id')
    .select(['team_members.user_id as holder', 'grants.role'])
    .where('team_members.user_id', 'in', userIds)
    .where(inForce(at))
    .union(own)
    .execute()
  const byUser = Map.groupBy(rows, (row) => row.holder)
  return new Map([...byUser].map(([id, held]) => [id, held.map(({ role }) => role as Role).sort()]))
}

/** Ids of users who hold one of these roles, themselves or by a team, as a subquery. */
export function holdersOf(db: Db, roles: readonly Role[], at: number) {
  const own = db
    .selectFrom('grants')
    .select('grants.user_id as id')
    .where('grants.role', 'in', roles)
    .where('grants.user_id', 'is not', null)
    .where(inForce(at))
    .$narrowType<{ id: string }>()
  return db
    .selectFrom('grants')
    .innerJoin('team_members', 'team_members.team_id', 'grants.team_id')
    .select('team_members.user_id as id')
    .where('grants.role', 'in', roles)
    .where(inForce(at))
    .union(own)
}

/** Who holds one of these roles on these very regions, themselves or by a team; without those who were disabled. */
export async function holdersOn(
  db: Db,
  roles: readonly Role[],
  regionIds: readonly string[],
  at: number,
): Promise<{ userId: string; regionId: string }[]> {
  const held = db
    .selectFrom('grants')
    .leftJoin('team_members', 'team_members.team_id', 'grants.team_id')
    .innerJoin('users', (join) =>
      join.on((eb) =>
        eb.or([
          eb('users.id', '=', eb.ref('grants.user_id')),
          eb('users.id', '=', eb.ref('team_members.user_id')),
        ]),
      ),
    )
  const rows = await held
    .select(['users.id as userId', 'grants.region_id as regionId'])
    .where('grants.role', 'in', roles)
    .where('grants.region_id', 'in', regionIds)
    .where('users.disabled_at', 'is', null)
    .where(inForce(at))
    .orderBy('users.id')
    .execute()
  return rows
}

// ---- as they are read --------------------------------------------------------------------------

const described = (db: Db, at: number) =>
  db
    .selectFrom('grants')
    .innerJoin('regions', 'regions.id', 'grants.region_id')
    .leftJoin('users', 'users.id', 'grants.user_id')
    .leftJoin('teams', 'teams.id', 'grants.team_id')
    .leftJoin('identity_providers', 'identity_providers.id', 'grants.provider_id')
    .select([
      'grants.id',
      'grants.role',
      'grants.region_id',
      'grants.user_id',
      'grants.team_id',
      'grants.provider_id',
      'grants.expires_at',
      'grants.created_at',
      'regions.name as region_name',
      'regions.path as region_path',
      'users.display_name as user_name',
      'teams.name as team_name',
      'identity_providers.name as provider_name',
    ])
    .where(inForce(at))
export type GrantRow = Awaited<ReturnType<ReturnType<typeof described>['execute']>>[number]

export interface GrantFilter extends Paging {
  regionId?: string | undefined
  userId?: string | undefined
  teamId?: string | undefined
  role?: Role | undefined
}

/** Newest first. */
export function listGrants(db: Db, scope: Scope, filter: GrantFilter, at: number) {
  let query = described(db, at).where('grants.region_id', 'in', inScope(scope, db))
  if (filter.regionId) query = query.where('grants.region_id', 'in', inSubtree(filter.regionId, db))
  if (filter.userId) query = query.where('grants.user_id', '=', filter.userId)
  if (filter.teamId) query = query.where('grants.team_id', '=', filter.teamId)
  if (filter.role) query = query.where('grants.role', '=', filter.role)
  return keysetPage(query, filter, [
    { column: 'grants.created_at', direction: 'desc', isInteger: true },
    { column: 'grants.id', direction: 'desc' },
  ])
}

export const grantById = (db: Db, id: string, at: number): Promise<GrantRow | undefined> =>
  described(db, at).where('grants.id', '=', id).executeTakeFirst()

/** A user's own and those of their teams; widest first. */
export const grantsOfUser = (db: Db, userId: string, at: number): Promise<GrantRow[]> =>
  described(db, at)
    .where((eb) =>
      eb.or([eb('grants.user_id', '=', userId), eb('grants.team_id', 'in', teamsOf(db, [userId]))]),
    )
    .orderBy('regions.path')
    .orderBy('grants.id')
    .execute()

export const ownGrants = (db: Db, userId: string, at: number): Promise<GrantRow[]> =>
  described(db, at).where('grants.user_id', '=', userId).orderBy('grants.id').execute()

export const grantsOfTeam = (db: Db, teamId: string, at: number): Promise<GrantRow[]> =>
  described(db, at).where('grants.team_id', '=', teamId).orderBy('grants.id').execute()

/** Grants on any of these regions, one row for each active person whom they reach. */
export async function grantsReaching(db: Db, regionIds: string[], at: number) {
  const reaching = described(db, at).where('grants.region_id', 'in', regionIds)
  const own = reaching
    .innerJoin('users as person', 'person.id', 'grants.user_id')
    .select(['person.id as person_id', 'person.display_name as person_name'])
    .where('person.disabled_at', 'is', null)
    .$narrowType<{ person_id: string; person_name: string }>()
  const byTeam = reaching
    .innerJoin('team_members', 'team_members.team_id', 'grants.team_id')
    .innerJoin('users as person', 'person.id', 'team_members.user_id')
    .select(['person.id as person_id', 'person.display_name as person_name'])
    .where('person.disabled_at', 'is', null)
    .$narrowType<{ person_id: string; person_name: string }>()
  return [...(await own.execute()), ...(await byTeam.execute())]
}
export type ReachingRow = Awaited<ReturnType<typeof grantsReaching>>[number]

// ---- rules and writes --------------------------------------------------------------------------

/** Grants, memberships and officers are judged one transaction after the other: the root's row is held until this one ends. */
export const lockGrants = (tx: Db) =>
  tx
    .updateTable('regions')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('parent_id', 'is', null)
    .execute()

/** Those that have expired are gone for good; answers them. */
export const deleteExpired = (tx: Db, at: number) =>
  tx
    .deleteFrom('grants')
    .where('expires_at', '<=', at)
    .returning(['id', 'role', 'region_id', 'user_id', 'team_id'])
    .execute()

export const insertGrants = (db: Db, rows: Insertable<Tables['grants']>[]) =>
  db.insertInto('grants').values(rows).execute()

export const deleteGrant = (tx: Db, id: string) => tx.deleteFrom('grants').where('id', '=', id).execute()

/**
 * Active users, all but this one and without this grant, whom a lasting grant makes this officer of the whole installation: one
 * that no date ends, and no directory.
 */
export async function lastingOfficers(
  tx: Db,
  role: Role,
  without: { userId?: string; grantId?: string } = {},
): Promise<number> {
  const row = await tx
    .selectFrom('grants')
    .innerJoin('users', 'users.id', 'grants.user_id')
    .innerJoin('regions', 'regions.id', 'grants.region_id')
    .select((eb) => eb.fn.count<number>('users.id').distinct().as('n'))
    .where('grants.role', '=', role)
    .where('grants.expires_at', 'is', null)
    .where('grants.provider_id', 'is', null)
    .where('regions.parent_id', 'is', null)
    .where('users.disabled_at', 'is', null)
    .where('users.id', '<>', without.userId ?? '')
    .where('grants.id', '<>', without.grantId ?? '')
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

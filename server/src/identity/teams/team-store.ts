import type { Insertable } from 'kysely'
import { inChunks } from '../../db/chunks.ts'
import type { Db } from '../../db/database.ts'
import type { Tables } from '../../db/tables.ts'
import { keysetPage, type Paging } from '../../http/paging.ts'
import { inScope, inSubtree } from '../scope.ts'
import type { Viewer } from '../viewer.ts'

type Scope = Pick<Viewer, 'regionPaths'>

export async function insertTeams(db: Db, rows: Insertable<Tables['teams']>[]): Promise<void> {
  for (const chunk of inChunks(rows)) await db.insertInto('teams').values(chunk).execute()
}

/** False when they are in it already. */
export async function insertTeamMember(db: Db, teamId: string, userId: string): Promise<boolean> {
  const row = await db
    .insertInto('team_members')
    .values({ team_id: teamId, user_id: userId })
    .onConflict((conflict) => conflict.columns(['team_id', 'user_id']).doNothing())
    .returning('user_id')
    .executeTakeFirst()
  return row !== undefined
}

export const deleteTeamMember = (tx: Db, teamId: string, userId: string) =>
  tx.deleteFrom('team_members').where('team_id', '=', teamId).where('user_id', '=', userId).execute()

const withRegion = (db: Db) =>
  db
    .selectFrom('teams')
    .innerJoin('regions', 'regions.id', 'teams.region_id')
    .select(['teams.id', 'teams.name', 'teams.region_id', 'regions.name as region_name', 'regions.path'])
export type TeamRow = Awaited<ReturnType<ReturnType<typeof withRegion>['execute']>>[number]

/** By region, then by age. */
export function listTeams(db: Db, scope: Scope, filter: Paging & { regionId?: string | undefined }) {
  let query = withRegion(db).where('teams.region_id', 'in', inScope(scope, db))
  if (filter.regionId) query = query.where('teams.region_id', 'in', inSubtree(filter.regionId, db))
  return keysetPage(query, filter, [{ column: 'regions.path' }, { column: 'teams.id' }])
}

export const teamsAt = (db: Db, regionIds: string[]): Promise<TeamRow[]> =>
  regionIds.length === 0
    ? Promise.resolve([])
    : withRegion(db)
        .where('teams.region_id', 'in', regionIds)
        .orderBy('regions.path')
        .orderBy('teams.id')
        .execute()

export const teamInScope = (db: Db, scope: Scope, id: string): Promise<TeamRow | undefined> =>
  withRegion(db)
    .where('teams.id', '=', id)
    .where('teams.region_id', 'in', inScope(scope, db))
    .executeTakeFirst()

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
    .select(['teams.id', 'teams.name', 'regions.path', 'regions.name as region_name'])
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

export const renameTeam = (tx: Db, id: string, name: string, at: number) =>
  tx.updateTable('teams').set({ name, updated_at: at }).where('id', '=', id).execute()

/** With its memberships. */
export async function deleteTeam(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('team_members').where('team_id', '=', id).execute()
  await tx.deleteFrom('teams').where('id', '=', id).execute()
}

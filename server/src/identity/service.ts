import type { Division } from '@zongheng/inventory/demo/province.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { regionPath } from '@zongheng/inventory/region.ts'
import type { Clock } from '../clock.ts'
import type { Region } from '../estate/schema.ts'
import type { Db } from '../db/database.ts'
import type { UserPatch } from './admin-schema.ts'
import { rolesAgree, rolesGiving, type Permission, type Role } from './roles.ts'
import { rolesExclude, usernameTaken } from './admin-problems.ts'
import { grantsOf, holdersOn, insertGrants } from './grants/grant-store.ts'
import { mustSeeRegion, regionOf } from './regions/regions.ts'
import * as regionStore from './regions/region-store.ts'
import * as callerStore from './people/caller-store.ts'
import type { Caller, CallerQuery } from './people/caller-store.ts'
import { columnsOf } from './people/user-fields.ts'
import { teamNames, type TeamName } from './teams/team-names.ts'
import * as teamStore from './teams/team-store.ts'
import * as userStore from './people/user-store.ts'
import { viewerFor, viewerOf, type Viewer } from './viewer.ts'

export type { Caller, CallerQuery } from './people/caller-store.ts'
export type { TeamName } from './teams/team-names.ts'

/** What the staff directory keeps of a person. */
export type DirectoryEntry = Omit<UserPatch, 'displayName' | 'regionId'>

export interface NewUser {
  username: string
  displayName: string
  /** Of `hashPassword`: made before a transaction is opened, not within. */
  passwordHash: string
  directory?: DirectoryEntry
  regionId: string
  /** Each role on a region and all below it. */
  grants: { role: Role; regionId: string }[]
  teamIds?: string[]
}

export interface IdentityDeps {
  db: Db
  clock: Clock
}

/** What other modules ask of identity: people, teams and regions by their ids, whoever looks. The caller minds the scope. */
export class IdentityService {
  readonly #deps: IdentityDeps

  constructor(deps: IdentityDeps) {
    this.#deps = deps
  }

  // ---- people ------------------------------------------------------------------------------

  /** Throws `roles-exclude` or `username-taken`. */
  async createUser(user: NewUser, db: Db = this.#deps.db): Promise<string> {
    const held = user.grants.map((grant) => grant.role)
    if (!rolesAgree(held)) throw rolesExclude(held)
    const username = user.username.trim().toLowerCase()
    const stamps = this.#stamps()
    const id = newId('user', stamps.created_at)
    const row = {
      id,
      username,
      display_name: user.displayName,
      password_hash: user.passwordHash,
      ...columnsOf(user.directory ?? {}),
      region_id: user.regionId,
      disabled_at: null,
      ...stamps,
    }
    if (!(await userStore.insertUser(db, row))) throw usernameTaken(username)
    const grants = user.grants.map((grant) => ({
      id: newId('grant', stamps.created_at),
      user_id: id,
      team_id: null,
      role: grant.role,
      region_id: grant.regionId,
      ...stamps,
    }))
    if (grants.length > 0) await insertGrants(db, grants)
    for (const teamId of user.teamIds ?? []) await teamStore.insertTeamMember(db, teamId, id)
    return id
  }

  /** Gives the user of this name a new password; false when there is none. */
  async setPassword(username: string, passwordHash: string, db: Db = this.#deps.db): Promise<boolean> {
    const user = await userStore.userByName(db, username)
    if (user)
      await userStore.updateUser(db, user.id, { password_hash: passwordHash, updated_at: this.#deps.clock() })
    return user !== undefined
  }

  /** The id of the user of this name, disabled or not. */
  async userNamed(username: string): Promise<string | undefined> {
    return (await userStore.userByName(this.#deps.db, username.trim().toLowerCase()))?.id
  }

  /** Display names by user id, for other modules' records. */
  async namesOf(userIds: string[], db: Db = this.#deps.db): Promise<Map<string, string>> {
    if (userIds.length === 0) return new Map()
    const rows = await userStore.usersByIds(db, [...new Set(userIds)])
    return new Map(rows.map((row) => [row.id, row.display_name]))
  }

  /** People within the scope, by id, by what their name holds, by what some role of theirs permits. */
  async peopleIn(
    scope: Pick<Viewer, 'regionPaths'>,
    { permission, ...asked }: { ids?: string[]; q?: string; permission?: Permission },
    limit: number,
  ): Promise<{ id: string; name: string; region: string }[]> {
    if (asked.ids?.length === 0) return []
    const holding = permission && { roles: rolesGiving(permission), at: this.#deps.clock() }
    const filter = { ...asked, ...(holding && { holding }) }
    const rows = await userStore.peopleInScope(this.#deps.db, scope, filter, limit)
    return rows.map((row) => ({ id: row.id, name: row.display_name, region: row.region_name }))
  }

  /** How to reach these people, without those who were disabled. */
  async contactsOf(
    userIds: string[],
    db: Db = this.#deps.db,
  ): Promise<Map<string, { name: string; email: string | null; phone: string | null }>> {
    if (userIds.length === 0) return new Map()
    const rows = await userStore.contactsByIds(db, [...new Set(userIds)])
    return new Map(rows.map(({ id, display_name: name, email, phone }) => [id, { name, email, phone }]))
  }

  /** Whose this address is, where it is one person's alone. */
  async personAt(
    email: string,
    db: Db = this.#deps.db,
  ): Promise<{ id: string; regionId: string } | undefined> {
    const [one, other] = await userStore.usersByEmail(db, email)
    return one && !other ? { id: one.id, regionId: one.region_id } : undefined
  }

  /** The region this user belongs to; undefined for a stranger or one who was disabled. */
  async homeOf(userId: string, db: Db = this.#deps.db): Promise<string | undefined> {
    return (await userStore.activeUser(db, userId))?.region_id
  }

  /** Region, and the site they chose on the portal; undefined for a stranger or one who was disabled. */
  async placeOf(userId: string, db: Db = this.#deps.db): Promise<callerStore.Place | undefined> {
    return callerStore.placeOf(db, userId)
  }

  async chooseSite(userId: string, siteId: string, db: Db = this.#deps.db): Promise<void> {
    await callerStore.chooseSite(db, userId, siteId)
  }

  /** Whoever calls, by number, by name or by pinyin initials, within the scope: O(log people + found). */
  callers(scope: Pick<Viewer, 'regionPaths'>, asked: CallerQuery, limit: number): Promise<Caller[]> {
    return callerStore.callers(this.#deps.db, scope, asked, limit)
  }

  /** One of them; undefined for who is outside the scope. */
  async caller(scope: Pick<Viewer, 'regionPaths'>, id: string): Promise<Caller | undefined> {
    return callerStore.callerById(this.#deps.db, scope, id)
  }

  /** What people of before are looked up by; once all have it, this asks an index and is done. */
  fillLookupKeys(): Promise<void> {
    return callerStore.fillLookupKeys(this.#deps.db)
  }

  /** As whom this user would act now; undefined for one who is disabled. */
  async viewerOf(userId: string, db: Db = this.#deps.db): Promise<Viewer | undefined> {
    const user = await userStore.activeUser(db, userId)
    if (!user) return undefined
    const person = { userId, sessionId: '', username: '', displayName: '' }
    return viewerOf(person, await grantsOf(db, userId, this.#deps.clock()))
  }

  /** This person with all that is theirs, for what is done in their name; undefined when there is none, or they were disabled. */
  async viewerNamed(userId: string, db: Db = this.#deps.db): Promise<Viewer | undefined> {
    const [found] = await userStore.contactsByIds(db, [userId])
    if (!found) return undefined
    const person = { userId, sessionId: '', username: '', displayName: found.display_name }
    return viewerOf(person, await grantsOf(db, userId, this.#deps.clock()))
  }

  /** Where this user holds a permission. */
  async scopeOf(
    userId: string,
    permission: Permission,
    db: Db = this.#deps.db,
  ): Promise<Pick<Viewer, 'regionPaths'>> {
    const viewer = await this.viewerOf(userId, db)
    return viewer ? viewerFor(viewer, permission) : { regionPaths: [] }
  }

  /** Who holds a permission by a grant on these very regions, not from above: by region id. */
  async holdersOn(
    regionIds: string[],
    permission: Permission,
    db: Db = this.#deps.db,
  ): Promise<Map<string, string[]>> {
    if (regionIds.length === 0) return new Map()
    const rows = await holdersOn(db, rolesGiving(permission), regionIds, this.#deps.clock())
    const byRegion = Map.groupBy(rows, ({ regionId }) => regionId)
    return new Map([...byRegion].map(([id, held]) => [id, [...new Set(held.map(({ userId }) => userId))]]))
  }

  // ---- teams -------------------------------------------------------------------------------

  /** Names by team id, for other modules' records. */
  async teamNames(teamIds: string[], db: Db = this.#deps.db): Promise<Map<string, string>> {
    if (teamIds.length === 0) return new Map()
    const rows = await teamStore.teamsByIds(db, [...new Set(teamIds)])
    return new Map(rows.map((row) => [row.id, row.name]))
  }

  /** By team id, with the region, which the names of teams repeat in: `石家庄市 网络组`. */
  async teamTitles(teamIds: string[], db: Db = this.#deps.db): Promise<Map<string, string>> {
    if (teamIds.length === 0) return new Map()
    const rows = await teamStore.teamsByIds(db, [...new Set(teamIds)])
    return new Map(rows.map((row) => [row.id, `${row.region_name} ${row.name}`]))
  }

  /** Who is on these teams. */
  async membersOf(
    teamIds: string[],
    db: Db = this.#deps.db,
  ): Promise<{ teamId: string; userId: string; name: string }[]> {
    const rows = await teamStore.membersOf(db, teamIds)
    return rows.map((row) => ({ teamId: row.team_id, userId: row.id, name: row.display_name }))
  }

  /** The teams this user is on. */
  async teamIdsOf(userId: string, db: Db = this.#deps.db): Promise<string[]> {
    return (await teamStore.teamsOfUser(db, userId)).map(({ id }) => id)
  }

  /** A team with its region's path. */
  async team(
    teamId: string,
    db: Db = this.#deps.db,
  ): Promise<{ id: string; regionPath: string } | undefined> {
    const [row] = await teamStore.teamsByIds(db, [teamId])
    return row && { id: row.id, regionPath: row.path }
  }

  /** All teams of these very regions, uppermost region first. */
  teamsAt(regionIds: string[], db: Db = this.#deps.db): Promise<teamStore.TeamRow[]> {
    return teamStore.teamsAt(db, regionIds)
  }

  /** The region's team of this name, else the nearest managing ancestor's. */
  async teamFor(
    regionId: string,
    name: TeamName,
    db: Db = this.#deps.db,
  ): Promise<{ id: string; name: string } | undefined> {
    const region = await regionStore.regionById(db, regionId)
    if (!region) return undefined
    const lineage = region.path.split('/').filter(Boolean)
    const teams = await teamStore.teamsNamed(db, name, lineage)
    teams.sort((a, b) => b.path.length - a.path.length)
    return teams[0] && { id: teams[0].id, name: teams[0].name }
  }

  async createTeams(regionIds: string[], db: Db = this.#deps.db): Promise<void> {
    const stamps = this.#stamps()
    const rows = regionIds.flatMap((regionId) =>
      teamNames.map((name) => ({
        id: newId('team', stamps.created_at),
        name,
        region_id: regionId,
        ...stamps,
      })),
    )
    await teamStore.insertTeams(db, rows)
  }

  // ---- regions -----------------------------------------------------------------------------

  async region(viewer: Pick<Viewer, 'regionPaths'>, id: string): Promise<Region> {
    return regionOf(await mustSeeRegion(this.#deps.db, viewer, id))
  }

  /** Names and paths by region id, for other modules' records. */
  async regionsNamed(
    ids: string[],
    db: Db = this.#deps.db,
  ): Promise<Map<string, { name: string; path: string; tier: string }>> {
    return new Map((await regionStore.regionsByIds(db, [...new Set(ids)])).map((row) => [row.id, row]))
  }

  async allRegions(db: Db = this.#deps.db): Promise<Region[]> {
    return (await regionStore.allRegions(db)).map(regionOf)
  }

  async rootRegion(db: Db = this.#deps.db): Promise<Region | undefined> {
    const row = await regionStore.rootRegion(db)
    return row && regionOf(row)
  }

  /** Regions of these divisions, parents first, with their teams. Answers the new ids by code. */
  async createRegions(divisions: Division[], db: Db = this.#deps.db): Promise<Map<string, string>> {
    const stamps = this.#stamps()
    const created = new Map<string, { id: string; path: string }>()
    const rows = divisions.map((division) => {
      const parent = division.parentCode === null ? undefined : created.get(division.parentCode)
      if (division.parentCode !== null && !parent)
        throw new Error(`division ${division.code} comes before its parent`)
      const id = newId('region', stamps.created_at)
      const path = regionPath(parent?.path ?? null, id)
      created.set(division.code, { id, path })
      const parentId = parent?.id ?? null
      const { code, name, tier } = division
      return { id, code, name, tier, parent_id: parentId, managing_parent_id: parentId, path, ...stamps }
    })
    await regionStore.insertRegions(db, rows)
    await this.createTeams(
      rows.map((row) => row.id),
      db,
    )
    return new Map([...created].map(([code, { id }]) => [code, id]))
  }

  #stamps() {
    const now = this.#deps.clock()
    return { created_at: now, updated_at: now }
  }
}

import type { Division } from '@zongheng/inventory/demo/province.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { regionPath } from '@zongheng/inventory/region.ts'
import type { Region } from '../estate/schema.ts'
import type { Db } from '../db/database.ts'
import { conflict, notFound } from '../http/problem.ts'
import type { PageOf } from '../http/paging.ts'
import { rolesAgree, type Permission, type Role } from './roles.ts'
import type { Team, User } from './admin-schema.ts'
import type { Me } from './schema.ts'
import { Sessions, type OpenSession, type SessionDeps } from './sessions.ts'
import * as store from './store.ts'
import { covers, viewerFor, viewerOf, type Viewer } from './viewer.ts'

/** Every region has these; incidents go to the first. */
export const teamNames = ['网络组', '服务台'] as const
export type TeamName = (typeof teamNames)[number]

export interface NewUser {
  username: string
  displayName: string
  /** Of `hashPassword`: made before a transaction is opened, not within. */
  passwordHash: string
  phone?: string
  regionId: string
  /** Each role on a region and all below it. */
  grants: { role: Role; regionId: string }[]
  teamIds?: string[]
}

export class IdentityService {
  readonly sessions: Sessions
  readonly #deps: SessionDeps

  constructor(deps: SessionDeps) {
    this.#deps = deps
    this.sessions = new Sessions(deps)
  }

  // ---- people ------------------------------------------------------------------------------

  async me({ viewer, signedInAt }: OpenSession, demo: boolean): Promise<Me> {
    const { db } = this.#deps
    const roots = viewer.grants.filter((grant) => viewer.regionPaths.includes(grant.regionPath))
    const ids = [...new Set(roots.map((grant) => grant.regionId))]
    const regions = ids.length > 0 ? await store.regionsByIds(db, ids) : []
    regions.sort((a, b) => a.path.length - b.path.length)
    return {
      user: { id: viewer.userId, username: viewer.username, displayName: viewer.displayName },
      roles: [...new Set(viewer.grants.map((grant) => grant.role))],
      permissions: [...viewer.permissions],
      regions: regions.map(({ id, name, tier }) => ({ id, name, tier })),
      teams: await store.teamsOfUser(db, viewer.userId),
      stage: 'open',
      viewingAs: null,
      demo,
      signedInAt,
    }
  }

  /** Throws `roles-exclude` or `username-taken`. */
  async createUser(user: NewUser, db: Db = this.#deps.db): Promise<string> {
    if (!rolesAgree(user.grants.map((grant) => grant.role))) {
      throw conflict('roles-exclude', {
        zh: '三员角色互斥，也不能兼任业务角色',
        en: 'Officer roles exclude one another and all others',
      })
    }
    const username = user.username.trim().toLowerCase()
    if (await store.userByName(db, username)) {
      throw conflict('username-taken', {
        zh: `用户名 ${username} 已被使用`,
        en: `The user name ${username} is taken`,
      })
    }
    const stamps = this.#stamps()
    const id = newId('user', stamps.created_at)
    await store.insertUser(db, {
      id,
      username,
      display_name: user.displayName,
      password_hash: user.passwordHash,
      phone: user.phone ?? null,
      region_id: user.regionId,
      disabled_at: null,
      ...stamps,
    })
    const grants = user.grants.map((grant) => ({
      id: newId('grant', stamps.created_at),
      user_id: id,
      team_id: null,
      role: grant.role,
      region_id: grant.regionId,
      ...stamps,
    }))
    if (grants.length > 0) await store.insertGrants(db, grants)
    for (const teamId of user.teamIds ?? []) await store.insertTeamMember(db, teamId, id)
    return id
  }

  /** Gives the user of this name a new password; false when there is none. */
  async setPassword(username: string, passwordHash: string, db: Db = this.#deps.db): Promise<boolean> {
    const user = await store.userByName(db, username)
    if (user) await store.setPasswordHash(db, user.id, passwordHash, this.#deps.clock())
    return user !== undefined
  }

  async users(viewer: Viewer, filter: store.UserFilter): Promise<PageOf<User>> {
    const { db } = this.#deps
    const page = await store.listUsers(db, viewer, filter)
    const roles = await store.rolesOf(
      db,
      page.items.map((row) => row.id),
    )
    const items = page.items.map((row) => ({
      id: row.id,
      username: row.username,
      displayName: row.display_name,
      phone: row.phone,
      region: { id: row.region_id, name: row.region_name },
      post: null,
      state: 'active' as const,
      signedInAt: null,
      roles: roles.get(row.id) ?? [],
    }))
    return { items, next: page.next }
  }

  /** Display names by user id, for other modules' records. */
  async namesOf(userIds: string[], db: Db = this.#deps.db): Promise<Map<string, string>> {
    if (userIds.length === 0) return new Map()
    const rows = await store.usersByIds(db, [...new Set(userIds)])
    return new Map(rows.map((row) => [row.id, row.display_name]))
  }

  /** The region this user belongs to; undefined for a stranger or one who was disabled. */
  async homeOf(userId: string, db: Db = this.#deps.db): Promise<string | undefined> {
    return (await store.activeUser(db, userId))?.region_id
  }

  /** Where this user holds a permission. */
  async scopeOf(
    userId: string,
    permission: Permission,
    db: Db = this.#deps.db,
  ): Promise<Pick<Viewer, 'regionPaths'>> {
    if (!(await store.activeUser(db, userId))) return { regionPaths: [] }
    const person = { userId, sessionId: '', username: '', displayName: '' }
    return viewerFor(viewerOf(person, await store.grantsOf(db, userId, this.#deps.clock())), permission)
  }

  // ---- teams -------------------------------------------------------------------------------

  /** Names by team id, for other modules' records. */
  async teamNames(teamIds: string[], db: Db = this.#deps.db): Promise<Map<string, string>> {
    if (teamIds.length === 0) return new Map()
    const rows = await store.teamsByIds(db, [...new Set(teamIds)])
    return new Map(rows.map((row) => [row.id, row.name]))
  }

  /** A team with its region's path. */
  async team(
    teamId: string,
    db: Db = this.#deps.db,
  ): Promise<{ id: string; regionPath: string } | undefined> {
    const [row] = await store.teamsByIds(db, [teamId])
    return row && { id: row.id, regionPath: row.path }
  }

  async teams(
    viewer: Viewer,
    filter: { limit?: number; cursor?: string; regionId?: string },
  ): Promise<PageOf<Team>> {
    const { db } = this.#deps
    const page = await store.listTeams(db, viewer, filter)
    const members = Map.groupBy(
      await store.membersOf(
        db,
        page.items.map((row) => row.id),
      ),
      (row) => row.team_id,
    )
    const items = page.items.map((row) => ({
      id: row.id,
      name: row.name,
      region: { id: row.region_id, name: row.region_name },
      members: (members.get(row.id) ?? []).map((member) => ({ id: member.id, name: member.display_name })),
    }))
    return { items, next: page.next }
  }

  /** The region's team of this name, else the nearest managing ancestor's. */
  async teamFor(
    regionId: string,
    name: TeamName,
    db: Db = this.#deps.db,
  ): Promise<{ id: string; name: string } | undefined> {
    const region = await store.regionById(db, regionId)
    if (!region) return undefined
    const lineage = region.path.split('/').filter(Boolean)
    const teams = await store.teamsNamed(db, name, lineage)
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
    await store.insertTeams(db, rows)
  }

  // ---- regions -----------------------------------------------------------------------------

  async regions(viewer: Viewer, filter: store.RegionFilter): Promise<PageOf<Region>> {
    const page = await store.listRegions(this.#deps.db, viewer, filter)
    return { items: page.items.map(regionOf), next: page.next }
  }

  async region(viewer: Viewer, id: string): Promise<Region> {
    const row = await store.regionById(this.#deps.db, id)
    if (!row || !covers(viewer, row.path)) throw notFound('region')
    return regionOf(row)
  }

  /** Names and paths by region id, for other modules' records. */
  async regionsNamed(
    ids: string[],
    db: Db = this.#deps.db,
  ): Promise<Map<string, { name: string; path: string }>> {
    if (ids.length === 0) return new Map()
    return new Map((await store.regionsByIds(db, [...new Set(ids)])).map((row) => [row.id, row]))
  }

  async allRegions(db: Db = this.#deps.db): Promise<Region[]> {
    return (await store.allRegions(db)).map(regionOf)
  }

  async rootRegion(db: Db = this.#deps.db): Promise<Region | undefined> {
    const row = await store.rootRegion(db)
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
    await store.insertRegions(db, rows)
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

function regionOf(row: store.RegionRow): Region {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    tier: row.tier as Region['tier'],
    parentId: row.parent_id,
    managingParentId: row.managing_parent_id,
    path: row.path,
  }
}

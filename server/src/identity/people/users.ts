import { newId } from '@zongheng/inventory/id.ts'
import { differences } from '../../audit/change.ts'
import type { PageOf } from '../../http/paging.ts'
import { notFound } from '../../http/problem.ts'
import { administers } from '../admin-scope.ts'
import { usernameTaken } from '../admin-problems.ts'
import type { CreatedUser, NewUser, User, UserDetail, UserPatch } from '../admin-schema.ts'
import { grantsOfUser, rolesOf } from '../grants/grant-store.ts'
import { freshPassword } from '../passwords/password.ts'
import { mustSeeRegion } from '../regions/regions.ts'
import { teamsOfUser } from '../teams/team-store.ts'
import type { Teams } from '../teams/teams.ts'
import { about, mustSee, UserAccess, type UserAccessDeps } from './user-access.ts'
import { columnsOf, fieldsOf, known } from './user-fields.ts'
import * as store from './user-store.ts'
import { userDetailView, userView } from './user-views.ts'
import { concerns, covers, type Viewer } from '../viewer.ts'

export interface UserDeps extends UserAccessDeps {
  teams: Pick<Teams, 'join'>
}

/** Accounts and the staff directory. */
export class Users {
  readonly access: UserAccess
  readonly #deps: UserDeps

  constructor(deps: UserDeps) {
    this.#deps = deps
    this.access = new UserAccess(deps)
  }

  // ---- reading -----------------------------------------------------------------------------

  async list(viewer: Viewer, filter: store.UserFilter): Promise<PageOf<User>> {
    const { db, clock } = this.#deps
    const now = clock()
    const accounts = administers(viewer)
    // to find by role or state is to know them
    const scope = filter.role || filter.state ? accounts : viewer
    const page = await store.listUsers(db, scope, filter, now)
    const ids = page.items.map((row) => row.id)
    const roles = await rolesOf(db, ids, now)
    return {
      next: page.next,
      items: page.items.map((row) =>
        userView(row, roles.get(row.id) ?? [], covers(accounts, row.region_path), now),
      ),
    }
  }

  /** Throws `not-found`; for whoever only has the directory, also when the account is disabled. */
  async detail(viewer: Viewer, id: string): Promise<UserDetail> {
    const { db, clock } = this.#deps
    const row = await mustSee(db, viewer, id)
    const isAccount = covers(administers(viewer), row.region_path)
    if (!isAccount && row.disabled_at !== null) throw notFound('user')
    const [roles, grants, teams, provider] = await Promise.all([
      rolesOf(db, [id], clock()),
      grantsOfUser(db, id, clock()),
      teamsOfUser(db, id),
      row.provider_id ? store.providerName(db, row.provider_id) : undefined,
    ])
    const parts = {
      roles: roles.get(id) ?? [],
      grants: grants.filter((grant) => concerns(viewer, grant.region_path)),
      teams,
      provider: provider?.name ?? null,
    }
    return userDetailView(row, parts, isAccount, clock())
  }

  // ---- accounts ----------------------------------------------------------------------------

  /** With a password that has to be changed at the first sign-in. Throws `username-taken`. */
  async create(viewer: Viewer, user: NewUser): Promise<CreatedUser> {
    const { audit, clock, teams } = this.#deps
    const { password, passwordHash } = await freshPassword()
    const now = clock()
    const id = newId('user', now)
    await audit.write(async (tx, note) => {
      await mustSeeRegion(tx, viewer, user.regionId)
      const row = {
        ...columnsOf(user),
        id,
        username: user.username,
        display_name: user.displayName,
        region_id: user.regionId,
        password_hash: passwordHash,
        password_changed_at: now,
        must_change_password: 1,
        disabled_at: null,
        created_at: now,
        updated_at: now,
      }
      if (!(await store.insertUser(tx, row))) throw usernameTaken(user.username)
      note({
        action: 'identity.user-created',
        ...about(id, user.displayName, user.regionId),
        after: { username: user.username, ...known(user) },
      })
      for (const teamId of user.teamIds ?? []) await teams.join(tx, note, viewer, teamId, id)
    })
    return { user: await this.detail(viewer, id), password }
  }

  async change(viewer: Viewer, id: string, patch: UserPatch): Promise<UserDetail> {
    const { audit, clock } = this.#deps
    await audit.write(async (tx, note) => {
      const user = await mustSee(tx, viewer, id)
      const { before, after } = differences(fieldsOf(user), known(patch))
      if (Object.keys(after).length === 0) return
      if (after.regionId) await mustSeeRegion(tx, viewer, after.regionId)
      await store.updateUser(tx, id, { ...columnsOf(after), updated_at: clock() })
      note({
        action: 'identity.user-changed',
        ...about(id, user.display_name, user.region_id),
        before,
        after,
      })
    })
    return this.detail(viewer, id)
  }
}

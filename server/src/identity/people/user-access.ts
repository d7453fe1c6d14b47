import type { AuditTrail } from '../../audit/trail.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import type { EventBus } from '../../events.ts'
import { notFound } from '../../http/problem.ts'
import { notYourself, officerPassword, providersPassword } from '../admin-problems.ts'
import { mustAdminister, mustNotBeLast, officeOf } from '../grants/grant-rules.ts'
import { grantsOfUser, lockGrants } from '../grants/grant-store.ts'
import { freshPassword } from '../passwords/password.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { Role } from '../roles.ts'
import { revokeSessions } from '../sessions/session-store.ts'
import * as store from './user-store.ts'
import type { Viewer } from '../viewer.ts'

export interface UserAccessDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: AuditTrail
  passwords: Pick<Passwords, 'reset'>
}

/** Who may sign in at all: disabled or not, locked or not, with which first password. */
export class UserAccess {
  readonly #deps: UserAccessDeps

  constructor(deps: UserAccessDeps) {
    this.#deps = deps
  }

  /** Ends what is open at once. Throws `not-yourself` or `last-officer`. */
  async disable(viewer: Viewer, id: string): Promise<void> {
    if (id === viewer.userId) throw notYourself()
    const { bus } = this.#deps
    const sessionIds = await this.#do(viewer, id, 'identity.user-disabled', async (tx, user, now) => {
      await mustNotBeLast(tx, user.roles, { userId: id })
      await store.updateUser(tx, id, { disabled_at: user.disabled_at ?? now, updated_at: now })
      await store.revokeTokensOf(tx, id, now)
      return revokeSessions(tx, id, {}, now)
    })
    for (const sessionId of sessionIds) bus.emit('session.revoked', { sessionId })
  }

  async enable(viewer: Viewer, id: string): Promise<void> {
    await this.#do(viewer, id, 'identity.user-enabled', (tx, _user, now) =>
      store.updateUser(tx, id, { disabled_at: null, updated_at: now }),
    )
  }

  /** Lets someone in again whom failed sign-ins locked out. */
  async unlock(viewer: Viewer, id: string): Promise<void> {
    await this.#do(viewer, id, 'identity.user-unlocked', (tx, _user, now) =>
      store.updateUser(tx, id, { locked_until: null, failed_count: 0, updated_at: now }),
    )
  }

  /**
   * A new password, to be changed at the next sign-in. Throws `external-account`, `not-yourself`, and `officer-password` unless
   * officers are included: whoever may set an officer's password could become that officer.
   */
  async resetPassword(viewer: Viewer, id: string, { officersToo = false } = {}): Promise<string> {
    if (id === viewer.userId) throw notYourself()
    const fresh = await freshPassword()
    return this.#do(viewer, id, 'identity.password-reset', async (tx, user) => {
      if (user.provider_id !== null) throw providersPassword()
      if (!officersToo && officeOf(user.roles)) throw officerPassword()
      return this.#deps.passwords.reset(tx, id, fresh)
    })
  }

  /** Does something to an account that the viewer administers, wherever it reaches; records it, and tells of it. */
  async #do<T>(
    viewer: Viewer,
    id: string,
    action: string,
    work: (tx: Db, user: store.UserWithRegion & { roles: Role[] }, now: number) => Promise<T>,
  ): Promise<T> {
    const { audit, bus, clock } = this.#deps
    const result = await audit.write(async (tx, note) => {
      await lockGrants(tx)
      const user = await mustSee(tx, viewer, id)
      const grants = await grantsOfUser(tx, id, clock())
      mustAdminister(viewer, grants)
      const roles = grants.map((grant) => grant.role as Role)
      note({ action, ...about(id, user.display_name, user.region_id) })
      return work(tx, { ...user, roles }, clock())
    })
    bus.emit('identity.changed', { userIds: [id] })
    return result
  }
}

/** Throws `not-found` for whoever belongs outside the viewer's regions. */
export async function mustSee(db: Db, viewer: Viewer, id: string): Promise<store.UserWithRegion> {
  const row = await store.userInScope(db, viewer, id)
  if (!row) throw notFound('user')
  return row
}

/** A person, as a record names them. */
export const about = (id: string, name: string, regionId: string) => ({
  entity: { type: 'user', id, name },
  regionId,
})

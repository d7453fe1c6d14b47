import type { AuditTrail } from '../../audit/trail.ts'
import type { Db } from '../../db/database.ts'
import type { EventBus } from '../../events.ts'
import { notFound } from '../../http/problem.ts'
import { accountById } from '../account/account-store.ts'
import { entityOf } from '../account/account.ts'
import { grantsOf } from '../grants/grant-store.ts'
import { isOfficer, type Permission } from '../roles.ts'
import { setViewingAs } from './session-store.ts'
import type { Clock } from '../../clock.ts'
import type { OpenSession } from './sessions.ts'
import { covers, restrictedTo, viewerFor, viewerOf, type Viewer } from '../viewer.ts'

/** What borrowed eyes may do: look, but never into the trail. */
const isLooking = (permission: Permission): boolean =>
  permission === 'identity.self' ||
  permission === 'state.aggregate' ||
  (permission.endsWith('.read') && permission !== 'audit.read')

/**
 * What the security officer sees as this user; undefined unless the user is active, no officer, and all they may do lies where the
 * officer may look. Asked at every request: a right that was taken ends the look.
 */
export async function borrowedEyes(
  db: Db,
  officer: Viewer,
  userId: string,
  now: number,
): Promise<Viewer | undefined> {
  const target = await accountById(db, userId)
  if (!target || target.disabled_at !== null || userId === officer.userId) return undefined
  const grants = await grantsOf(db, userId, now)
  if (grants.some((grant) => isOfficer(grant.role))) return undefined
  const scope = viewerFor(officer, 'identity.view-as')
  const paths = [target.region_path, ...grants.map((grant) => grant.regionPath)]
  if (!paths.every((path) => covers(scope, path))) return undefined
  const { sessionId } = officer
  const person = { userId, sessionId, username: target.username, displayName: target.display_name }
  return restrictedTo(viewerOf(person, grants), isLooking)
}

export interface ViewAsDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: AuditTrail
}

/** Looking at the console with a user's eyes, to answer why they see what they see. */
export class ViewAs {
  readonly #deps: ViewAsDeps

  constructor(deps: ViewAsDeps) {
    this.#deps = deps
  }

  /** Throws `not-found` for whoever may not be looked through. */
  async start({ viewer }: OpenSession, userId: string, reason: string): Promise<void> {
    const { db, clock } = this.#deps
    const eyes = await borrowedEyes(db, viewer, userId, clock())
    if (!eyes) throw notFound('user')
    await this.#set(viewer.sessionId, userId, userId, 'identity.view-as-started', reason)
  }

  async end({ viewer, viewingAs }: OpenSession): Promise<void> {
    if (viewingAs) await this.#set(viewer.sessionId, null, viewingAs.id, 'identity.view-as-ended')
  }

  async #set(
    sessionId: string,
    userId: string | null,
    targetId: string,
    action: string,
    reason?: string,
  ): Promise<void> {
    await this.#deps.audit.write(async (tx, note) => {
      await setViewingAs(tx, sessionId, userId)
      const target = await accountById(tx, targetId)
      if (!target) return
      const change = { action, entity: entityOf(target), regionId: target.region_id }
      note(reason === undefined ? change : { ...change, reason })
    })
    this.#deps.bus.emit('session.changed', { sessionId })
  }
}

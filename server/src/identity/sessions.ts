import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EventBus } from '../events.ts'
import { ProblemError } from '../http/problem.ts'
import type { SecretBox } from '../secret-box.ts'
import { passwordMatches } from './password.ts'
import * as store from './store.ts'
import { Throttle } from './throttle.ts'
import { viewerOf, type Viewer } from './viewer.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const idleTimeoutMs = 12 * hourMs
const lifetimeMs = 7 * 24 * hourMs
/** `seen_at` is written at most this often. */
const touchEveryMs = minuteMs

export interface SessionDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: AuditTrail
  secrets: SecretBox
}

export interface ClientAddress {
  address: string
  userAgent: string
}

export interface OpenSession {
  viewer: Viewer
  signedInAt: number
}

/** Sessions live in the database: the cookie holds only an id, and revoking one ends it everywhere. */
export class Sessions {
  readonly #deps: SessionDeps
  readonly #throttle: Throttle

  constructor(deps: SessionDeps) {
    this.#deps = deps
    this.#throttle = new Throttle(deps.clock)
  }

  /** The new session's id. Throws `wrong-credentials`, or `too-many-requests` after repeated failures. */
  async signIn(username: string, password: string, client: ClientAddress): Promise<string> {
    const { db, clock } = this.#deps
    const name = username.trim().toLowerCase()
    const key = `${client.address} ${name}`
    this.#throttle.admit(key)
    const user = await store.userByName(db, name)
    const usable = user && user.disabled_at === null ? user : undefined
    if (!(await passwordMatches(usable?.password_hash, password)) || !usable) {
      this.#throttle.failed(key)
      throw new ProblemError(401, 'wrong-credentials')
    }
    this.#throttle.succeeded(key)
    return this.#open(usable.id, client, clock())
  }

  async #open(userId: string, client: ClientAddress, now: number): Promise<string> {
    const { db } = this.#deps
    const id = newId('session', now)
    await store.deleteSessionsBefore(db, now)
    await store.insertSession(db, {
      id,
      user_id: userId,
      created_at: now,
      seen_at: now,
      expires_at: now + lifetimeMs,
      revoked_at: null,
      address: client.address,
      user_agent: client.userAgent.slice(0, 200),
    })
    return id
  }

  /** Who holds this session, or undefined when it has ended, idled out or been revoked. */
  async find(sessionId: string): Promise<OpenSession | undefined> {
    const { db, clock } = this.#deps
    const now = clock()
    const row = await store.sessionWithUser(db, sessionId)
    if (!row || row.expires_at <= now || row.seen_at + idleTimeoutMs <= now) return undefined
    if (now - row.seen_at > touchEveryMs) await store.touchSession(db, sessionId, now)
    const person = { userId: row.user_id, sessionId, username: row.username, displayName: row.display_name }
    return { viewer: viewerOf(person, await store.grantsOf(db, row.user_id, now)), signedInAt: row.created_at }
  }

  async revoke(sessionId: string): Promise<void> {
    await store.revokeSession(this.#deps.db, sessionId, this.#deps.clock())
    this.#deps.bus.emit('session.revoked', { sessionId })
  }
}

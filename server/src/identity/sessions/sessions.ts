import { newId } from '@zongheng/inventory/id.ts'
import { actAs } from '../../audit/actor.ts'
import type { AuditTrail } from '../../audit/trail.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import type { EventBus } from '../../events.ts'
import { notFound, unauthenticated } from '../../http/problem.ts'
import { accountById, lockAccount, updateAccount, type Account } from '../account/account-store.ts'
import type { Session } from '../account/account-schema.ts'
import { actorOf, entityOf, stageOf } from '../account/account.ts'
import { grantsOf } from '../grants/grant-store.ts'
import type { PolicyService } from '../policy/policy.ts'
import type { Policy } from '../policy/policy-schema.ts'
import type { Stage } from '../schema.ts'
import * as store from './session-store.ts'
import { borrowedEyes } from './view-as.ts'
import { viewerOf, type Viewer } from '../viewer.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** How long one may take over a code, or over a new password. */
const stageLifetimeMs = { totp: 5 * minuteMs, password: 30 * minuteMs }
const codesAtMost = 5
const userAgentAtMost = 200
/** `seen_at` is written at most this often. */
const touchEveryMs = minuteMs

export interface SessionDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: AuditTrail
  policy: PolicyService
}

export interface ClientAddress {
  address: string
  userAgent: string
}

/** Who asks, and how far they have come. */
export interface OpenSession {
  /** Whose rights hold: the person's own, a part of them, or those of whom they view as. */
  viewer: Viewer
  /** Who acts. */
  person: { id: string; username: string; displayName: string }
  signedInAt: number
  stage: Stage
  /** Policy asks a second factor of one of their roles, and there is none. */
  mustEnrolTotp: boolean
  viewingAs: { id: string; name: string } | null
  /** The API token that stands for the person; null: a session. */
  token: { id: string; name: string } | null
}

/** Sessions live in the database: the cookie holds only an id, and revoking one ends it everywhere. */
export class Sessions {
  readonly #deps: SessionDeps

  constructor(deps: SessionDeps) {
    this.#deps = deps
  }

  /**
   * A new session of someone who has shown who they are, but for a code; answers its id. `shown`: the account as it was when its
   * password was found right; whoever has another one by now did not show that.
   */
  async open(userId: string, client: ClientAddress, shown?: Account): Promise<string> {
    const account = await this.#active(userId)
    if (shown?.id === userId && shown.password_hash !== account.password_hash) throw unauthenticated()
    const stage = stageOf(account, await this.#deps.policy.get(), this.#deps.clock(), 'totp')
    return this.#enter(account, stage, client)
  }

  /** The next session of someone who got through this one's stage: under a new id, so that the old one is worth nothing. */
  async advance(passed: OpenSession): Promise<string> {
    const { db, policy, clock } = this.#deps
    const account = await this.#active(passed.person.id)
    const row = await store.sessionWithUser(db, passed.viewer.sessionId)
    if (!row) throw unauthenticated()
    const stage = stageOf(account, await policy.get(), clock(), 'password')
    return this.#enter(account, stage, { address: row.address, userAgent: row.user_agent }, passed)
  }

  async #active(userId: string): Promise<Account> {
    const account = await accountById(this.#deps.db, userId)
    if (!account || account.disabled_at !== null) throw unauthenticated()
    return account
  }

  async #enter(account: Account, stage: Stage, client: ClientAddress, passed?: OpenSession): Promise<string> {
    const { audit, clock, policy } = this.#deps
    const now = clock()
    const { lifetimeHours } = (await policy.get()).session
    const id = newId('session', now)
    const row = {
      id,
      user_id: account.id,
      stage,
      created_at: now,
      seen_at: now,
      expires_at: now + (stage === 'open' ? lifetimeHours * hourMs : stageLifetimeMs[stage]),
      revoked_at: null,
      address: client.address,
      user_agent: client.userAgent.slice(0, userAgentAtMost),
    }
    const isSignIn = stage !== 'totp' && passed?.stage !== 'password'
    const enter = () =>
      audit.write(async (tx, note) => {
        await store.deleteSessionsBefore(tx, now)
        await mustStand(tx, account)
        if (passed) await endPassed(tx, passed, now)
        await store.insertSession(tx, row)
        if (!isSignIn) return
        await updateAccount(tx, account.id, { failed_count: 0, locked_until: null, signed_in_at: now })
        const after = { secondFactor: passed?.stage === 'totp' }
        note({ action: 'identity.signed-in', entity: entityOf(account), regionId: account.region_id, after })
      })
    await actAs(actorOf(account), enter)
    return id
  }

  /** Who holds this session, or undefined when it has ended, idled out or been revoked. `isUse`: it goes on for being asked. */
  async find(sessionId: string, isUse = true): Promise<OpenSession | undefined> {
    const { db, clock, policy } = this.#deps
    const now = clock()
    const row = await store.sessionWithUser(db, sessionId)
    const rules = policy.of(row?.policy ?? undefined)
    if (!row || endOf(row, rules) <= now) return undefined
    if (isUse && now - row.seen_at > touchEveryMs) await store.touchSession(db, sessionId, now)
    const person = { id: row.user_id, username: row.username, displayName: row.display_name }
    const identity = { userId: person.id, sessionId, username: row.username, displayName: row.display_name }
    // Half a sign-in has no rights yet.
    const own = viewerOf(identity, row.stage === 'open' ? await grantsOf(db, person.id, now) : [])
    const eyes = row.viewing_as === null ? undefined : await borrowedEyes(db, own, row.viewing_as, now)
    return {
      viewer: eyes ?? own,
      person,
      signedInAt: row.created_at,
      stage: row.stage as Stage,
      mustEnrolTotp: asksTotp(own, rules) && row.totp_confirmed_at === null && row.provider_kind !== 'oidc',
      viewingAs: eyes ? { id: eyes.userId, name: eyes.displayName } : null,
      token: null,
    }
  }

  /** One more wrong code; the session ends after a few. */
  async wrongCode({ viewer, person }: OpenSession): Promise<void> {
    const { db, clock } = this.#deps
    if ((await store.countWrongCode(db, viewer.sessionId)) < codesAtMost) return
    this.tellEnded(await store.revokeSessions(db, person.id, { id: viewer.sessionId }, clock()))
  }

  async list(userId: string, currentId?: string): Promise<Session[]> {
    const { db, clock, policy } = this.#deps
    const now = clock()
    const rules = await policy.get()
    const rows = await store.sessionsOf(db, userId, now)
    const live = rows.filter((row) => row.stage === 'open' && endOf(row, rules) > now)
    return live.map((row) => ({
      id: row.id,
      isCurrent: row.id === currentId,
      address: row.address,
      userAgent: row.user_agent,
      signedInAt: row.created_at,
      seenAt: row.seen_at,
      expiresAt: endOf(row, rules),
    }))
  }

  async signOut({ viewer, person }: OpenSession): Promise<void> {
    await this.#end(person.id, { id: viewer.sessionId }, 'identity.signed-out')
  }

  /** Ends one of a user's sessions. Throws `not-found`. */
  async revoke(userId: string, sessionId: string): Promise<void> {
    const ended = await this.#end(userId, { id: sessionId }, 'identity.session-revoked')
    if (ended.length === 0) throw notFound('session')
  }

  /** Ends all of a user's sessions, but one if it is named. */
  async revokeAll(userId: string, exceptId?: string): Promise<void> {
    await this.#end(userId, exceptId === undefined ? {} : { exceptId }, 'identity.session-revoked')
  }

  /** Within a transaction; `tellEnded` what it answers once that is committed. */
  async endAll(tx: Db, userId: string, exceptId?: string): Promise<string[]> {
    const which = exceptId === undefined ? {} : { exceptId }
    return store.revokeSessions(tx, userId, which, this.#deps.clock())
  }

  /** Closes the sockets of sessions that ended. */
  tellEnded(sessionIds: readonly string[]): void {
    for (const sessionId of sessionIds) this.#deps.bus.emit('session.revoked', { sessionId })
  }

  async #end(userId: string, which: { id?: string; exceptId?: string }, action: string): Promise<string[]> {
    const { audit, clock } = this.#deps
    const ended = await audit.write(async (tx, note) => {
      await lockAccount(tx, userId)
      const ids = await store.revokeSessions(tx, userId, which, clock())
      const account = ids.length > 0 ? await accountById(tx, userId) : undefined
      if (account)
        note({ action, entity: entityOf(account), regionId: account.region_id, after: { sessions: ids } })
      return ids
    })
    this.tellEnded(ended)
    return ended
  }
}

/** Throws 401 when the account is no longer as it was read. */
async function mustStand(tx: Db, { id, password_hash }: Account): Promise<void> {
  const now = await lockAccount(tx, id)
  if (!now || now.disabled_at !== null || now.password_hash !== password_hash) throw unauthenticated()
}

/** Throws 401 when it was ended meanwhile. */
async function endPassed(tx: Db, { person, viewer }: OpenSession, now: number): Promise<void> {
  const ended = await store.revokeSessions(tx, person.id, { id: viewer.sessionId }, now)
  if (ended.length === 0) throw unauthenticated()
}

/** When a session ends unless it is used; a policy that was tightened since counts. */
function endOf(
  row: { created_at: number; seen_at: number; expires_at: number },
  { session }: Policy,
): number {
  const lifetimeEnd = row.created_at + session.lifetimeHours * hourMs
  return Math.min(row.expires_at, lifetimeEnd, row.seen_at + session.idleMinutes * minuteMs)
}

const asksTotp = ({ grants }: Viewer, { totpRoles }: Policy): boolean =>
  grants.some((grant) => totpRoles.includes(grant.role))

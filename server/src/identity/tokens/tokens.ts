import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail } from '../../audit/trail.ts'
import { newSecret, secretHash, secretMatches } from '../../bearer-secret.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import { invalid, notFound, ProblemError, TooSoon, type FieldError } from '../../http/problem.ts'
import { accountById, type Account } from '../account/account-store.ts'
import type { ApiToken, NewApiToken } from '../account/account-schema.ts'
import { grantsOf } from '../grants/grant-store.ts'
import type { PolicyService } from '../policy/policy.ts'
import { regionById } from '../regions/region-store.ts'
import type { Permission } from '../roles.ts'
import type { OpenSession } from '../sessions/sessions.ts'
import { waitText } from '../sign-in/lockout.ts'
import { Throttle, type Backoff } from '../sign-in/throttle.ts'
import { parseToken, tokenText } from './token-text.ts'
import * as store from './token-store.ts'
import { covers, grantsWithin, restrictedTo, viewerFor, viewerOf } from '../viewer.ts'

export interface TokenDeps {
  db: Db
  clock: Clock
  audit: AuditTrail
  policy: PolicyService
}

const dayMs = 24 * 3_600_000
/** `used_at` is written at most this often. */
const touchEveryMs = 60_000
/** Of wrong tokens from one address; right ones always pass. */
const backoff: Backoff = { freeFailures: 20, firstWaitMs: 10_000, longestWaitMs: 15 * 60_000 }

/** What programs sign in with: a part of their owner's rights within a region, until it expires. */
export class ApiTokens {
  readonly #deps: TokenDeps
  readonly #throttle: Throttle

  constructor(deps: TokenDeps) {
    this.#deps = deps
    this.#throttle = new Throttle(deps.clock)
  }

  async list(userId: string): Promise<ApiToken[]> {
    return (await store.tokensOf(this.#deps.db, userId)).map(tokenOf)
  }

  /** `token` is shown this once: only a hash of it is kept. Throws `invalid` for more than its owner has. */
  async create(userId: string, input: NewApiToken): Promise<ApiToken & { token: string }> {
    const { db, clock, audit } = this.#deps
    const owner = await accountById(db, userId)
    if (!owner || owner.disabled_at !== null) throw notFound('user')
    await this.#check(owner, input)
    const now = clock()
    const id = newId('token', now)
    const secret = newSecret()
    await audit.write(async (tx, note) => {
      const { name, permissions, regionId, expiresAt } = input
      await store.insertToken(tx, {
        id,
        user_id: userId,
        name,
        secret_hash: secretHash(secret),
        permissions: JSON.stringify(permissions),
        region_id: regionId,
        expires_at: expiresAt,
        created_at: now,
        updated_at: now,
      })
      note({
        action: 'identity.token-created',
        entity: { type: 'token', id, name },
        regionId: owner.region_id,
        after: { owner: owner.username, permissions, regionId, expiresAt },
      })
    })
    return { ...tokenOf((await store.tokenById(db, id))!), token: tokenText({ id, secret }) }
  }

  async #check(owner: Account, { permissions, regionId, expiresAt }: NewApiToken): Promise<void> {
    const { db, clock, policy } = this.#deps
    const now = clock()
    const region = await regionById(db, regionId)
    const viewer = viewerOf(identityOf(owner), await grantsOf(db, owner.id, now))
    if (!region || !covers(viewer, region.path))
      throw invalid([fault('/regionId', 'unknown', 'no such region')])
    const errors = permissions.flatMap((permission, i) =>
      permission !== 'identity.self' && covers(viewerFor(viewer, permission), region.path)
        ? []
        : [fault(`/permissions/${i}`, 'not-held', 'is not held by the owner in this region')],
    )
    const { tokenMaxDays } = await policy.get()
    if (expiresAt <= now || expiresAt > now + tokenMaxDays * dayMs)
      errors.push(fault('/expiresAt', 'out-of-range', `must lie within the next ${tokenMaxDays} days`))
    if (errors.length > 0) throw invalid(errors)
  }

  /** Throws `not-found` unless it is this user's. */
  async revoke(userId: string, tokenId: string): Promise<void> {
    const { audit, clock } = this.#deps
    await audit.write(async (tx, note) => {
      const token = await store.tokenById(tx, tokenId)
      const owner = await accountById(tx, userId)
      if (!owner || token?.user_id !== userId) throw notFound('token')
      await store.revokeToken(tx, tokenId, clock())
      const entity = { type: 'token', id: tokenId, name: token.name }
      const before = { owner: owner.username }
      note({ action: 'identity.token-revoked', entity, regionId: owner.region_id, before })
    })
  }

  /** Whom a bearer token stands for, with what is left of its owner's rights now. Throws `token-invalid`. */
  async authenticate(text: string, address: string): Promise<OpenSession> {
    const session = await this.#find(text, address)
    if (session) return session
    const waitMs = this.#throttle.waitMs(address)
    if (waitMs > 0) throw new TooSoon('too-many-requests', waitMs, waitText(waitMs))
    this.#throttle.failed(address, backoff)
    throw new ProblemError(401, 'token-invalid')
  }

  async #find(text: string, address: string): Promise<OpenSession | undefined> {
    const { db, clock } = this.#deps
    const parsed = parseToken(text)
    const row = parsed && (await store.tokenById(db, parsed.id))
    const now = clock()
    if (!row || !secretMatches(parsed.secret, row.secret_hash) || row.expires_at <= now) return undefined
    const owner = await accountById(db, row.user_id)
    if (!owner || owner.disabled_at !== null) return undefined
    if (now - (row.used_at ?? 0) > touchEveryMs) await store.touchToken(db, row.id, now, address)
    const allowed = new Set(permissionsIn(row))
    const grants = grantsWithin(await grantsOf(db, owner.id, now), {
      id: row.region_id,
      path: row.region_path,
    })
    return {
      viewer: restrictedTo(viewerOf(identityOf(owner), grants), (permission) => allowed.has(permission)),
      person: { id: owner.id, username: owner.username, displayName: owner.display_name },
      signedInAt: row.created_at,
      stage: 'open',
      mustEnrolTotp: false,
      viewingAs: null,
      token: { id: row.id, name: row.name },
    }
  }
}

const identityOf = (owner: Account) => ({
  userId: owner.id,
  sessionId: '',
  username: owner.username,
  displayName: owner.display_name,
})

const permissionsIn = (row: store.TokenRow) => JSON.parse(row.permissions) as Permission[]

const tokenOf = (row: store.TokenRow): ApiToken => ({
  id: row.id,
  name: row.name,
  permissions: permissionsIn(row),
  region: { id: row.region_id, name: row.region_name },
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  usedAt: row.used_at,
  usedAddress: row.used_address,
})

const fault = (path: string, code: string, message: string): FieldError => ({ path, code, message })

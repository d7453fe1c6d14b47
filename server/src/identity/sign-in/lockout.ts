import type { AuditTrail } from '../../audit/trail.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import { TooSoon } from '../../http/problem.ts'
import {
  accountById,
  claimAttempt,
  releaseAttempt,
  updateAccount,
  type Account,
} from '../account/account-store.ts'
import { entityOf } from '../account/account.ts'
import type { PolicyService } from '../policy/policy.ts'
import type { Policy } from '../policy/policy-schema.ts'
import { Throttle, waitAfter, type Backoff } from './throttle.ts'

export interface LockoutDeps {
  db: Db
  clock: Clock
  audit: AuditTrail
  policy: PolicyService
}

const minuteMs = 60_000
const longestWaitMs = 24 * 60 * minuteMs

/** An attempt that counts as a failure until it is shown to be right. */
export interface Attempt {
  account: Account | undefined
  name: string
  failures: number
  lockedUntil: number | null
}

/**
 * Accounts that were guessed at wait, longer each time, wherever the guesses came from. An attempt is counted before it is looked at, so
 * that a thousand at once are not a thousand guesses. Names that nobody has wait as long, so that the wait tells nothing.
 */
export class Lockout {
  readonly #deps: LockoutDeps
  readonly #strangers: Throttle

  constructor(deps: LockoutDeps) {
    this.#deps = deps
    this.#strangers = new Throttle(deps.clock)
  }

  /** Throws `account-locked`; counts nothing. */
  admit(account: Account | undefined, name: string): void {
    const now = this.#deps.clock()
    refuseFor(account ? (account.locked_until ?? 0) - now : this.#strangers.waitMs(name))
  }

  /** Counts it. Throws `account-locked`. */
  async attempt(account: Account | undefined, name: string): Promise<Attempt> {
    const backoff = backoffOf(await this.#deps.policy.get())
    return account ? this.#attemptOn(account, backoff) : this.#attemptOnStranger(name, backoff)
  }

  #attemptOnStranger(name: string, backoff: Backoff): Attempt {
    this.admit(undefined, name)
    this.#strangers.failed(name, backoff)
    return { account: undefined, name, failures: 0, lockedUntil: null }
  }

  async #attemptOn(account: Account, backoff: Backoff): Promise<Attempt> {
    const { db, clock } = this.#deps
    for (let seen: Account | undefined = account; seen; seen = await accountById(db, account.id)) {
      this.admit(seen, seen.username)
      const failures = seen.failed_count + 1
      const lockedMs = waitAfter(failures, backoff)
      const lockedUntil = lockedMs > 0 ? clock() + lockedMs : null
      if (await claimAttempt(db, seen, lockedUntil))
        return { account: seen, name: seen.username, failures, lockedUntil }
    }
    return this.#attemptOnStranger(account.username, backoff)
  }

  /** What `ask` answers. An attempt that could not be judged, because a directory was away, say, is forgotten. */
  async judged<T>(attempt: Attempt, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      await this.forget(attempt)
      throw error
    }
  }

  /** The attempt failed indeed. */
  async failed({ account, failures, lockedUntil }: Attempt): Promise<void> {
    if (!account || lockedUntil === null) return
    await this.#deps.audit.tell({
      action: 'identity.account-locked',
      entity: entityOf(account),
      regionId: account.region_id,
      after: { failures, lockedUntil },
    })
  }

  /** It was right, or could not be judged: as if it had not been made. */
  async forget({ account, name, lockedUntil }: Attempt): Promise<void> {
    if (account) await releaseAttempt(this.#deps.db, account.id, lockedUntil)
    else this.#strangers.undo(name)
  }

  /** Who it is was shown wholly: what failed before no longer counts. */
  async forgive(userId: string, db: Db = this.#deps.db): Promise<void> {
    await updateAccount(db, userId, { failed_count: 0, locked_until: null })
  }
}

const backoffOf = ({ lockout: { afterFailures, minutes } }: Policy): Backoff => ({
  freeFailures: afterFailures,
  firstWaitMs: minutes * minuteMs,
  longestWaitMs,
})

function refuseFor(waitMs: number): void {
  if (waitMs <= 0) return
  throw new TooSoon('account-locked', waitMs, waitText(waitMs))
}

/** How long one has to wait, in words. */
export function waitText(waitMs: number) {
  const seconds = Math.ceil(waitMs / 1000)
  if (seconds <= 120) return { zh: `请 ${seconds} 秒后再试`, en: `Try again in ${seconds} s` }
  const minutes = Math.ceil(seconds / 60)
  return { zh: `请 ${minutes} 分钟后再试`, en: `Try again in ${minutes} min` }
}

import { ProblemError, TooSoon } from '../../http/problem.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import { accountByName } from '../account/account-store.ts'
import { waitText, type Lockout } from './lockout.ts'
import type { PasswordCheck } from './password-check.ts'
import type { ClientAddress, OpenSession, Sessions } from '../sessions/sessions.ts'
import type { SignInFailures } from './sign-in-failures.ts'
import { Throttle, type Backoff } from './throttle.ts'
import type { Totp } from '../account/totp.ts'
import { spelled } from '../username.ts'

export interface SignInDeps {
  db: Db
  clock: Clock
  lockout: Lockout
  passwords: PasswordCheck
  failures: SignInFailures
  sessions: Sessions
  totp: Totp
}

/** Of one address on one name, beside the account's own lock. */
const backoff: Backoff = { freeFailures: 5, firstWaitMs: 10_000, longestWaitMs: 15 * 60_000 }

/** The way in: name and password, then a code where the account has a second factor. */
export class SignIn {
  readonly #deps: SignInDeps
  readonly #throttle: Throttle

  constructor(deps: SignInDeps) {
    this.#deps = deps
    this.#throttle = new Throttle(deps.clock)
  }

  /** The new session's id. Throws `wrong-credentials`, `account-locked` or `too-many-requests`. */
  async withPassword(username: string, password: string, client: ClientAddress): Promise<string> {
    const { db, lockout, passwords, failures, sessions } = this.#deps
    const name = spelled(username)
    const account = await accountByName(db, name)
    const failed = () => failures.note(account, client.address, 'password')
    const key = `${client.address} ${name}`
    const attempt = await this.#admitted(failed, () => {
      lockout.admit(account, name)
      this.#admit(key)
      return lockout.attempt(account, name)
    })
    const userId = await lockout.judged(attempt, () => passwords.whose(account, name, password))
    if (userId === undefined) {
      this.#throttle.failed(key, backoff)
      await lockout.failed(attempt)
      failed()
      throw new ProblemError(401, 'wrong-credentials')
    }
    this.#throttle.succeeded(key)
    await lockout.forget(attempt)
    return sessions.open(userId, client, account)
  }

  /** The next session's id, once the code is right. Throws `wrong-code` or `account-locked`. */
  async withCode(session: OpenSession, code: string, client: ClientAddress): Promise<string> {
    const { lockout, failures, sessions, totp } = this.#deps
    const account = await totp.account(session.person.id)
    const failed = () => failures.note(account, client.address, 'code')
    const attempt = await this.#admitted(failed, () => lockout.attempt(account, session.person.id))
    if (await totp.accepts(account, code)) return sessions.advance(session)
    await lockout.failed(attempt)
    await sessions.wrongCode(session)
    failed()
    throw new ProblemError(401, 'wrong-code')
  }

  /** What was refused unseen is a failure too. */
  async #admitted<T>(failed: () => void, admit: () => Promise<T>): Promise<T> {
    try {
      return await admit()
    } catch (refusal) {
      failed()
      throw refusal
    }
  }

  #admit(key: string): void {
    const waitMs = this.#throttle.waitMs(key)
    if (waitMs > 0) throw new TooSoon('too-many-requests', waitMs, waitText(waitMs))
  }
}

import { ProblemError, unauthenticated, unprocessable } from '../../http/problem.ts'
import type { Db } from '../../db/database.ts'
import { accountById, type Account } from '../account/account-store.ts'
import type { Lockout } from './lockout.ts'
import { passwordMatches } from '../passwords/password.ts'

/** A directory that knows passwords of its own. */
export interface PasswordVerifier {
  /** The user's id when the password is right; it may be new here. Throws only when it could not ask. */
  verify(username: string, password: string): Promise<string | undefined>
}

/** Whose password it is: ours by its hash, a directory's by asking it. */
export class PasswordCheck {
  readonly #db: Db
  readonly #lockout: Lockout
  readonly #verifiers: readonly PasswordVerifier[]

  constructor(db: Db, lockout: Lockout, verifiers: readonly PasswordVerifier[]) {
    this.#db = db
    this.#lockout = lockout
    this.#verifiers = verifiers
  }

  /** The id of whoever's name and password these are. A name that nobody has costs as much time as a wrong password. */
  async whose(account: Account | undefined, username: string, password: string): Promise<string | undefined> {
    const local = account?.provider_id === null && account.disabled_at === null ? account : undefined
    if (await passwordMatches(local?.password_hash, password)) return local!.id
    if (account?.provider_id === null) return undefined
    for (const verifier of this.#verifiers) {
      const id = await verifier.verify(username, password)
      if (id !== undefined) return id
    }
    return undefined
  }

  /** Asks whoever is signed in once more. `at`: where the request has the password. */
  async confirm(userId: string, password: string, at: string): Promise<Account> {
    const account = await accountById(this.#db, userId)
    if (account?.provider_kind === 'oidc') throw new ProblemError(409, 'signed-in-elsewhere')
    if (!account) throw unauthenticated()
    const attempt = await this.#lockout.attempt(account, userId)
    const ask = () => this.whose(account, account.username, password)
    if ((await this.#lockout.judged(attempt, ask)) === userId) {
      await this.#lockout.forgive(userId)
      return account
    }
    await this.#lockout.failed(attempt)
    throw unprocessable('wrong-password', undefined, [
      { path: at, code: 'wrong-password', message: 'is not the password of this account' },
    ])
  }
}

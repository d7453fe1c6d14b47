import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail } from '../../audit/trail.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import { conflict, invalid } from '../../http/problem.ts'
import {
  accountById,
  earlierPasswords,
  insertEarlierPassword,
  updateAccount,
  type Account,
} from '../account/account-store.ts'
import { entityOf } from '../account/account.ts'
import { hashPassword, passwordMatches, type FreshPassword } from './password.ts'
import type { PasswordCheck } from '../sign-in/password-check.ts'
import { passwordProblems } from './password-rules.ts'
import type { PolicyService } from '../policy/policy.ts'
import type { PasswordRules } from '../policy/policy-schema.ts'
import type { OpenSession, Sessions } from '../sessions/sessions.ts'

export interface PasswordDeps {
  db: Db
  clock: Clock
  audit: AuditTrail
  policy: PolicyService
  sessions: Sessions
  check: PasswordCheck
}

/** Changing and resetting the passwords that are kept here. */
export class Passwords {
  readonly #deps: PasswordDeps

  constructor(deps: PasswordDeps) {
    this.#deps = deps
  }

  /** One's own. Ends all other sessions; throws `wrong-password`, or `invalid` with what the rules say of the new one. */
  async change({ person, viewer }: OpenSession, current: string, next: string): Promise<void> {
    const { db, check, policy, audit, sessions } = this.#deps
    if ((await accountById(db, person.id))?.provider_id !== null) throw conflict('signed-in-elsewhere')
    const account = await check.confirm(person.id, current, '/current')
    await this.#checkRules(account, (await policy.get()).password, next)
    const hash = await hashPassword(next)
    const ended = await audit.write(async (tx, note) => {
      await this.#set(tx, account, hash, false)
      note({
        action: 'identity.password-changed',
        entity: entityOf(account),
        regionId: account.region_id,
      })
      return sessions.endAll(tx, account.id, viewer.sessionId)
    })
    sessions.tellEnded(ended)
  }

  async #checkRules(account: Account, rules: PasswordRules, next: string): Promise<void> {
    const owner = { username: account.username, displayName: account.display_name }
    const problems = passwordProblems(rules, next, owner).map((problem) => ({ path: '/next', ...problem }))
    if (problems.length > 0) throw invalid(problems)
    const earlier = await earlierPasswords(this.#deps.db, account.id, rules.history)
    for (const hash of [account.password_hash, ...earlier]) {
      if (await passwordMatches(hash, next))
        throw invalid([{ path: '/next', code: 'used-before', message: 'was used before' }])
    }
  }

  /**
   * Someone else's: the fresh one, which has to be changed at the next sign-in. Ends the user's sessions; whoever commits emits
   * `identity.changed` after it, and writes the record.
   */
  async reset(tx: Db, userId: string, { password, passwordHash }: FreshPassword): Promise<string> {
    const account = await accountById(tx, userId)
    if (!account) throw new Error(`no user ${userId} whose password could be reset`)
    if (account.provider_id !== null) throw conflict('signed-in-elsewhere')
    await this.#set(tx, account, passwordHash, true)
    await this.#deps.sessions.endAll(tx, userId)
    return password
  }

  async #set(tx: Db, account: Account, hash: string, mustChange: boolean): Promise<void> {
    const now = this.#deps.clock()
    await insertEarlierPassword(tx, {
      id: newId('passwordRecord', now),
      user_id: account.id,
      password_hash: account.password_hash,
      created_at: now,
    })
    await updateAccount(tx, account.id, {
      password_hash: hash,
      password_changed_at: now,
      must_change_password: mustChange ? 1 : 0,
      failed_count: 0,
      locked_until: null,
      updated_at: now,
    })
  }
}

import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EventBus } from '../events.ts'
import type { Log } from '../log.ts'
import type { SecretBox } from '../secret-box.ts'
import { Lockout } from './sign-in/lockout.ts'
import { Myself } from './account/me.ts'
import { PasswordCheck, type PasswordVerifier } from './sign-in/password-check.ts'
import { Passwords } from './passwords/passwords.ts'
import { PolicyService } from './policy/policy.ts'
import { Sessions } from './sessions/sessions.ts'
import { SignInFailures } from './sign-in/sign-in-failures.ts'
import { SignIn } from './sign-in/sign-in.ts'
import { ApiTokens } from './tokens/tokens.ts'
import { Totp } from './account/totp.ts'
import { ViewAs } from './sessions/view-as.ts'

export interface AccountDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  audit: AuditTrail
  secrets: SecretBox
  /** Directories that are asked when a user's password is not kept here. */
  verifiers: readonly PasswordVerifier[]
  demo: boolean
}

export type Accounts = ReturnType<typeof createAccounts>

/** How people and programs get in, and what they may change of their own access. */
export function createAccounts({ verifiers, ...deps }: AccountDeps) {
  const { db, clock, audit } = deps
  const policy = new PolicyService(deps)
  const sessions = new Sessions({ ...deps, policy })
  const lockout = new Lockout({ ...deps, policy })
  const check = new PasswordCheck(db, lockout, verifiers)
  const totp = new Totp({ ...deps, check })
  const signInFailures = new SignInFailures(audit, clock, deps.log)
  return {
    policy,
    sessions,
    totp,
    signInFailures,
    signIn: new SignIn({ ...deps, lockout, passwords: check, failures: signInFailures, sessions, totp }),
    passwords: new Passwords({ ...deps, policy, sessions, check }),
    tokens: new ApiTokens({ ...deps, policy }),
    viewAs: new ViewAs(deps),
    myself: new Myself({ ...deps, policy }),
  }
}

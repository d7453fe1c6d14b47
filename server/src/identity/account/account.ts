import { currentActor, type Actor } from '../../audit/actor.ts'
import type { Account } from './account-store.ts'
import type { Policy } from '../policy/policy-schema.ts'
import type { Stage } from '../schema.ts'

const dayMs = 24 * 3_600_000

/** How the trail names an account. */
export const entityOf = (account: Pick<Account, 'id' | 'display_name'>) => ({
  type: 'user',
  id: account.id,
  name: account.display_name,
})

/** Whoever just showed who they are, from where the request came. */
export const actorOf = (account: Pick<Account, 'id' | 'display_name'>): Actor => ({
  ...currentActor(),
  kind: 'person',
  id: account.id,
  name: account.display_name,
})

/** When the password has to be changed; null: never, or not here. */
export function passwordExpiry(account: Account, { password }: Policy): number | null {
  if (account.provider_id !== null || password.maxAgeDays === 0) return null
  return (account.password_changed_at ?? account.created_at) + password.maxAgeDays * dayMs
}

/** What is still asked of someone who has got through everything before `from`. */
export function stageOf(account: Account, policy: Policy, now: number, from: 'totp' | 'password'): Stage {
  if (from === 'totp' && account.totp_confirmed_at !== null) return 'totp'
  const expiry = passwordExpiry(account, policy)
  const isOwn = account.provider_id === null
  if (isOwn && (account.must_change_password === 1 || (expiry !== null && expiry <= now))) return 'password'
  return 'open'
}

import type { Grant, User, UserDetail } from '../admin-schema.ts'
import type { GrantRow } from '../grants/grant-store.ts'
import type { Role } from '../roles.ts'
import type { UserWithRegion } from './user-store.ts'

/** Enough to find and call someone. */
function contact(row: UserWithRegion) {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    post: row.post,
    phone: row.phone,
    region: { id: row.region_id, name: row.region_name },
  }
}

/** `isAccount`: the viewer looks after this account, and sees what it may do and whether it is used. */
export function userView(row: UserWithRegion, roles: Role[], isAccount: boolean, now: number): User {
  if (!isAccount) return { ...contact(row), roles: [], state: null, signedInAt: null }
  return { ...contact(row), roles, state: stateOf(row, now), signedInAt: row.signed_in_at }
}

export interface UserParts {
  roles: Role[]
  grants: GrantRow[]
  teams: { id: string; name: string }[]
  provider: string | null
}

export function userDetailView(
  row: UserWithRegion,
  { roles, grants, teams, provider }: UserParts,
  isAccount: boolean,
  now: number,
): UserDetail {
  const shared = {
    ...userView(row, roles, isAccount, now),
    email: row.email,
    skills: list<string>(row.skills),
    teams,
  }
  if (!isAccount)
    return {
      ...shared,
      certificates: [],
      trainings: [],
      provider: null,
      grants: [],
      hasTotp: null,
      mustChangePassword: null,
      passwordChangedAt: null,
      lockedUntil: null,
      createdAt: null,
    }
  return {
    ...shared,
    certificates: list<UserDetail['certificates'][number]>(row.certificates),
    trainings: list<UserDetail['trainings'][number]>(row.trainings),
    provider: row.provider_id ? { id: row.provider_id, name: provider ?? row.provider_id } : null,
    grants: grants.map(grantView),
    hasTotp: row.totp_confirmed_at !== null,
    mustChangePassword: row.must_change_password === 1,
    passwordChangedAt: row.password_changed_at,
    lockedUntil: isLocked(row, now) ? row.locked_until : null,
    createdAt: row.created_at,
  }
}

const isLocked = (row: UserWithRegion, now: number) => row.locked_until !== null && row.locked_until > now

function stateOf(row: UserWithRegion, now: number): User['state'] {
  if (row.disabled_at !== null) return 'disabled'
  return isLocked(row, now) ? 'locked' : 'active'
}

const list = <T>(json: string) => JSON.parse(json) as T[]

export function grantView(row: GrantRow): Grant {
  const ref = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? id })
  return {
    id: row.id,
    role: row.role as Role,
    region: { id: row.region_id, name: row.region_name },
    user: ref(row.user_id, row.user_name),
    team: ref(row.team_id, row.team_name),
    provider: ref(row.provider_id, row.provider_name),
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  }
}

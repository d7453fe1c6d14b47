import type { Grant, Role } from '@zongheng/server/api.ts'
import { isOfficer } from '../roles.ts'

/** Why a grant would be refused, known before it is asked for. */
export type Refusal =
  | { why: 'self' }
  | { why: 'officerTeam' }
  | { why: 'already' }
  /** `held`: the roles in the way. */
  | { why: 'officerHeld' | 'officerNew'; held: Role[] }

interface Wanted {
  role: Role
  regionId: string
  toTeam: boolean
  toSelf: boolean
  /** What the receiver has: own grants and those of teams. */
  grants: readonly Pick<Grant, 'role' | 'region' | 'user' | 'team'>[]
}

/** The officers exclude one another and every business role; nobody grants to themselves; nothing is given twice. */
export function refusalOf({ role, regionId, toTeam, toSelf, grants }: Wanted): Refusal | null {
  if (toSelf) return { why: 'self' }
  if (toTeam && isOfficer(role)) return { why: 'officerTeam' }
  const held = [...new Set(grants.map((grant) => grant.role))]
  const others = held.filter((one) => one !== role)
  const office = others.filter(isOfficer)
  if (office.length > 0) return { why: 'officerHeld', held: office }
  if (isOfficer(role) && others.length > 0) return { why: 'officerNew', held: others }
  const same = grants.some(
    (grant) => grant.role === role && grant.region.id === regionId && (grant.team !== null) === toTeam,
  )
  return same ? { why: 'already' } : null
}

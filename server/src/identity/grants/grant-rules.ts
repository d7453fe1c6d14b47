/** Who may hold what together. Judged under `lockGrants`, so that no two transactions agree on halves of a wrong. */
import type { Change } from '../../audit/change.ts'
import type { Db } from '../../db/database.ts'
import { lastOfficer, officersInNoTeam, reachesFurther, rolesExclude } from '../admin-problems.ts'
import * as store from './grant-store.ts'
import { isOfficer, officers, rolesAgree, type Role } from '../roles.ts'
import { membersOf } from '../teams/team-store.ts'
import { covers, type Viewer } from '../viewer.ts'

/** Throws `reaches-further`: whoever could take over these rights must administer every region that they reach. */
export function mustAdminister(viewer: Viewer, grants: readonly store.GrantRow[]): void {
  if (!grants.every((grant) => covers(viewer, grant.region_path))) throw reachesFurther()
}

/** There is always someone at the root who makes accounts, and someone who says what they may do. */
const indispensable = ['system-admin', 'security-admin'] as const

/** Throws `roles-exclude` when this person may not take these roles on. */
export async function mustAgree(tx: Db, userId: string, added: readonly Role[], at: number): Promise<void> {
  const held = [...((await store.rolesOf(tx, [userId], at)).get(userId) ?? []), ...added]
  if (!rolesAgree(held)) throw rolesExclude(held)
}

/** Throws `roles-exclude` for an officer's role, or when a member is an officer. */
export async function mustAgreeWithTeam(tx: Db, teamId: string, role: Role, at: number): Promise<void> {
  if (isOfficer(role)) throw officersInNoTeam(role)
  for (const member of await membersOf(tx, [teamId])) await mustAgree(tx, member.id, [role], at)
}

/** Throws `last-officer` when nobody else would be left once this person, or this grant, counts no more. */
export async function mustNotBeLast(
  tx: Db,
  roles: readonly Role[],
  without: { userId?: string; grantId?: string },
): Promise<void> {
  for (const role of indispensable) {
    if (!roles.includes(role)) continue
    const now = await store.lastingOfficers(tx, role)
    const then = await store.lastingOfficers(tx, role, without)
    if (now > 0 && then === 0) throw lastOfficer(role)
  }
}

export const officeOf = (roles: readonly Role[]): Role | undefined =>
  officers.find((officer) => roles.includes(officer))

/** What has expired goes before anything new is judged: to the database it would still count. */
export async function sweepExpired(tx: Db, at: number, note: (change: Change) => void): Promise<void> {
  for (const grant of await store.deleteExpired(tx, at))
    note({
      action: 'identity.grant-expired',
      entity: { type: 'grant', id: grant.id, name: grant.role },
      regionId: grant.region_id,
      before: { role: grant.role, userId: grant.user_id, teamId: grant.team_id },
    })
}

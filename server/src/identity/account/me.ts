import { differences } from '../../audit/change.ts'
import type { AuditTrail } from '../../audit/trail.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import { accountById, recoveryCodesLeft, updateAccount } from './account-store.ts'
import type { MyAccount, MyAccountPatch } from './account-schema.ts'
import { entityOf, passwordExpiry } from './account.ts'
import { grantsOfUser } from '../grants/grant-store.ts'
import type { PolicyService } from '../policy/policy.ts'
import { regionsByIds } from '../regions/region-store.ts'
import type { Me } from '../schema.ts'
import type { OpenSession } from '../sessions/sessions.ts'
import { teamsOfUser } from '../teams/team-store.ts'
import { grantView } from '../people/user-views.ts'
import { unauthenticated } from '../../http/problem.ts'

export interface MyselfDeps {
  db: Db
  clock: Clock
  audit: AuditTrail
  policy: PolicyService
  demo: boolean
}

/** What the console asks of whoever is signed in: who they are, and their own account. */
export class Myself {
  readonly #deps: MyselfDeps

  constructor(deps: MyselfDeps) {
    this.#deps = deps
  }

  async describe(session: OpenSession): Promise<Me> {
    const { db, demo, policy } = this.#deps
    const { viewer, person, signedInAt, stage, mustEnrolTotp, viewingAs } = session
    const roots = viewer.grants.filter((grant) => viewer.regionPaths.includes(grant.regionPath))
    const ids = [...new Set(roots.map((grant) => grant.regionId))]
    const regions = ids.length > 0 ? await regionsByIds(db, ids) : []
    regions.sort((a, b) => a.path.length - b.path.length)
    return {
      user: person,
      stage,
      mustEnrolTotp,
      passwordRules: stage === 'password' ? (await policy.get()).password : null,
      roles: [...new Set(viewer.grants.map((grant) => grant.role))],
      permissions: [...viewer.permissions],
      regions: regions.map(({ id, name, tier }) => ({ id, name, tier })),
      teams: await teamsOfUser(db, viewer.userId),
      viewingAs,
      demo,
      signedInAt,
    }
  }

  async account({ viewer, person }: OpenSession): Promise<MyAccount> {
    const { db, clock, policy } = this.#deps
    const account = await accountById(db, person.id)
    if (!account) throw unauthenticated()
    const rules = await policy.get()
    return {
      id: account.id,
      username: account.username,
      displayName: account.display_name,
      phone: account.phone,
      email: account.email,
      post: account.post,
      region: { id: account.region_id, name: account.region_name },
      grants: (await grantsOfUser(db, account.id, clock())).map(grantView),
      provider: account.provider_name,
      passwordChangedAt: account.password_changed_at,
      passwordExpiresAt: passwordExpiry(account, rules),
      passwordRules: rules.password,
      totp: {
        enabledAt: account.totp_confirmed_at,
        recoveryCodesLeft: await recoveryCodesLeft(db, account.id),
        isRequired: viewer.grants.some((grant) => rules.totpRoles.includes(grant.role)),
      },
    }
  }

  /** What people may say of themselves; the rest is the administrator's. */
  async patch(session: OpenSession, patch: MyAccountPatch): Promise<MyAccount> {
    const { audit, clock } = this.#deps
    await audit.write(async (tx, note) => {
      const account = await accountById(tx, session.person.id)
      if (!account) throw unauthenticated()
      // By name: whatever else a request carries never reaches the table.
      const { phone = account.phone, email = account.email } = patch
      const before = { phone: account.phone, email: account.email }
      const changed = differences(before, { phone, email })
      if (Object.keys(changed.after).length === 0) return
      await updateAccount(tx, account.id, { ...changed.after, updated_at: clock() })
      note({
        action: 'identity.user-changed',
        entity: entityOf(account),
        regionId: account.region_id,
        ...changed,
      })
    })
    return this.account(session)
  }
}

import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail } from '../../audit/trail.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import type { EventBus } from '../../events.ts'
import { notFound } from '../../http/problem.ts'
import type { PageOf } from '../../http/paging.ts'
import { expiresInPast, grantExists, grantOfProvider, notYourself, oneHolder } from '../admin-problems.ts'
import type { Grant, NewGrant } from '../admin-schema.ts'
import { mustAgree, mustAgreeWithTeam, mustNotBeLast, sweepExpired } from './grant-rules.ts'
import * as store from './grant-store.ts'
import { mustSeeRegion } from '../regions/regions.ts'
import type { Role } from '../roles.ts'
import { membersOf } from '../teams/team-store.ts'
import { mustSee as mustSeeTeam } from '../teams/teams.ts'
import { mustSee as mustSeeUser } from '../people/user-access.ts'
import { grantView } from '../people/user-views.ts'
import { covers, type Viewer } from '../viewer.ts'

export interface GrantDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: AuditTrail
}

/** Who is to receive a grant: one person, or all of a team. */
interface Holder {
  type: 'user' | 'team'
  id: string
  name: string
  /** Whose rights change with it. */
  userIds: string[]
}

/** A role on a region and all below it, given to a person or a team. */
export class Grants {
  readonly #deps: GrantDeps

  constructor(deps: GrantDeps) {
    this.#deps = deps
  }

  async list(viewer: Viewer, filter: store.GrantFilter): Promise<PageOf<Grant>> {
    const { db, clock } = this.#deps
    const page = await store.listGrants(db, viewer, filter, clock())
    return { items: page.items.map(grantView), next: page.next }
  }

  /** Throws `not-yourself`, `roles-exclude` or `grant-exists`. */
  async give(viewer: Viewer, { role, regionId, expiresAt, reason, ...to }: NewGrant): Promise<Grant> {
    const { db, bus, clock, audit } = this.#deps
    const now = clock()
    if (expiresAt !== undefined && expiresAt <= now) throw expiresInPast()
    const id = newId('grant', now)
    const holder = await audit.write(async (tx, note) => {
      await store.lockGrants(tx)
      await sweepExpired(tx, now, note)
      const region = await mustSeeRegion(tx, viewer, regionId)
      const holder = await holderOf(tx, viewer, to)
      if (holder.userIds.includes(viewer.userId)) throw notYourself()
      await mustBeNew(tx, holder, role, regionId, now)
      if (holder.type === 'user') await mustAgree(tx, holder.id, [role], now)
      else await mustAgreeWithTeam(tx, holder.id, role, now)
      await store.insertGrants(tx, [
        {
          id,
          user_id: holder.type === 'user' ? holder.id : null,
          team_id: holder.type === 'team' ? holder.id : null,
          role,
          region_id: regionId,
          expires_at: expiresAt ?? null,
          created_at: now,
          updated_at: now,
        },
      ])
      note({
        action: 'identity.grant-given',
        entity: { type: holder.type, id: holder.id, name: holder.name },
        regionId,
        after: { grantId: id, role, region: region.name, expiresAt: expiresAt ?? null },
        ...(reason ? { reason } : {}),
      })
      return holder
    })
    bus.emit('identity.changed', { userIds: holder.userIds })
    return grantView((await store.grantById(db, id, now))!)
  }

  /** Throws `grant-of-provider` or `last-officer`. */
  async take(viewer: Viewer, id: string): Promise<void> {
    const { bus, clock, audit } = this.#deps
    const userIds = await audit.write(async (tx, note) => {
      await store.lockGrants(tx)
      const grant = await store.grantById(tx, id, clock())
      if (!grant || !covers(viewer, grant.region_path)) throw notFound('grant')
      if (grant.provider_id !== null) throw grantOfProvider(grant.provider_name ?? grant.provider_id)
      await mustNotBeLast(tx, [grant.role as Role], { grantId: id })
      await store.deleteGrant(tx, id)
      const { user, team } = grantView(grant)
      const holder = user ?? team!
      note({
        action: 'identity.grant-taken',
        entity: { type: user ? 'user' : 'team', ...holder },
        regionId: grant.region_id,
        before: { grantId: id, role: grant.role, region: grant.region_name, expiresAt: grant.expires_at },
      })
      return user ? [user.id] : (await membersOf(tx, [holder.id])).map((member) => member.id)
    })
    bus.emit('identity.changed', { userIds })
  }
}

async function holderOf(tx: Db, viewer: Viewer, to: { userId?: string; teamId?: string }): Promise<Holder> {
  if ((to.userId === undefined) === (to.teamId === undefined)) throw oneHolder()
  if (to.userId !== undefined) {
    const { id, display_name: name } = await mustSeeUser(tx, viewer, to.userId)
    return { type: 'user', id, name, userIds: [id] }
  }
  const { id, name } = await mustSeeTeam(tx, viewer, to.teamId!)
  const members = await membersOf(tx, [id])
  return { type: 'team', id, name, userIds: members.map((member) => member.id) }
}

async function mustBeNew(tx: Db, { type, id }: Holder, role: Role, regionId: string, now: number) {
  const held = type === 'user' ? await store.ownGrants(tx, id, now) : await store.grantsOfTeam(tx, id, now)
  const isSame = (grant: store.GrantRow) =>
    grant.role === role && grant.region_id === regionId && grant.provider_id === null
  if (held.some(isSame)) throw grantExists()
}

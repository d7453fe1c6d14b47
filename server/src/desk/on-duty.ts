import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { Also, Placed } from './book.ts'
import { dutyPolicyOf, setDutyPolicy, type DutyPolicy } from './duty-store.ts'

/** Whoever is on duty for a team now, by the rosters; null: nobody. */
export type DutyOf = (tx: Db, team: { id: string; regionId: string }, nowMs: number) => Promise<string | null>

interface Deps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: IdentityService
  dutyOf: DutyOf
}

export const dutyPolicies = ['off', 'offer', 'assign'] as const satisfies DutyPolicy[]

/** By the policy of the team that a ticket comes to: nobody, whoever is on duty is offered it, or has it. */
export class OnDuty {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** What a ticket that is nobody's gets besides when it comes to its team. */
  readonly place = async (tx: Db, ticket: Placed, nowMs: number): Promise<Also> => {
    const userId = await this.personFor(tx, ticket, 'assign', nowMs)
    if (userId === null) return {}
    const name = (await this.#deps.identity.namesOf([userId], tx)).get(userId) ?? userId
    const isTaken = ticket.kind === 'incident' && ticket.state === 'new'
    return {
      set: { assignee_id: userId, ...(isTaken && { state: 'assigned' }) },
      entries: [
        { kind: 'assignment', values: { from: null, to: name, reason: 'duty' } },
        ...(isTaken
          ? [{ kind: 'state', values: { from: 'new', to: 'assigned', reason: null } } as const]
          : []),
      ],
    }
  }

  /** Whoever is on duty for the ticket's team, where its policy is this one and they may work on the ticket. */
  async personFor(
    tx: Db,
    { team_id: teamId, region_id }: Pick<Placed, 'team_id' | 'region_id'>,
    policy: DutyPolicy,
    nowMs: number,
  ): Promise<string | null> {
    const { identity, dutyOf } = this.#deps
    if (teamId === null || (await dutyPolicyOf(tx, teamId)) !== policy) return null
    const team = await identity.team(teamId, tx)
    const userId = team && (await dutyOf(tx, { id: teamId, regionId: lastOf(team.regionPath) }, nowMs))
    if (!userId) return null
    const regionPath = (await identity.regionsNamed([region_id], tx)).get(region_id)?.path ?? ''
    return covers(await identity.scopeOf(userId, 'desk.write', tx), regionPath) ? userId : null
  }

  async policy(viewer: Viewer, teamId: string): Promise<{ policy: DutyPolicy }> {
    await this.#mustSee(viewer, teamId)
    return { policy: await dutyPolicyOf(this.#deps.db, teamId) }
  }

  async setPolicy(viewer: Viewer, teamId: string, policy: DutyPolicy): Promise<{ policy: DutyPolicy }> {
    const { audit, clock, identity } = this.#deps
    const { regionPath } = await this.#mustSee(viewer, teamId)
    await audit.write(async (tx, note) => {
      const before = await dutyPolicyOf(tx, teamId)
      const name = (await identity.teamNames([teamId], tx)).get(teamId) ?? teamId
      await setDutyPolicy(tx, teamId, policy, clock())
      const entity = { type: 'team', id: teamId, name }
      note({
        action: 'desk.team-duty-set',
        entity,
        regionId: lastOf(regionPath),
        before: { policy: before },
        after: { policy },
      })
    })
    return { policy }
  }

  async #mustSee(viewer: Viewer, teamId: string): Promise<{ regionPath: string }> {
    const team = await this.#deps.identity.team(teamId)
    if (!team || !covers(viewer, team.regionPath)) throw notFound('team')
    return team
  }
}

const lastOf = (path: string) => path.split('/').filter(Boolean).at(-1) ?? ''

import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail, Note } from '../../audit/trail.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import type { EventBus } from '../../events.ts'
import { notFound } from '../../http/problem.ts'
import type { PageOf, Paging } from '../../http/paging.ts'
import { defaultTeam, teamHoldsGrants, teamInUse, teamNameTaken } from '../admin-problems.ts'
import type { NewTeam, Team } from '../admin-schema.ts'
import { mustAgree, sweepExpired } from '../grants/grant-rules.ts'
import { grantsOfTeam, lockGrants, type GrantRow } from '../grants/grant-store.ts'
import { mustSeeRegion } from '../regions/regions.ts'
import type { Role } from '../roles.ts'
import * as store from './team-store.ts'
import { teamNames } from './team-names.ts'
import { mustSee as mustSeeUser } from '../people/user-access.ts'
import { covers, viewerFor, type Viewer } from '../viewer.ts'

export interface TeamDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: AuditTrail
  /** How many open tickets are on this team. */
  openTicketsOn: (teamId: string, db: Db) => Promise<number>
}

export class Teams {
  readonly #deps: TeamDeps

  constructor(deps: TeamDeps) {
    this.#deps = deps
  }

  async list(viewer: Viewer, filter: Paging & { regionId?: string | undefined }): Promise<PageOf<Team>> {
    const page = await store.listTeams(this.#deps.db, viewer, filter)
    return { items: await this.#views(page.items), next: page.next }
  }

  async detail(viewer: Viewer, id: string): Promise<Team> {
    const [view] = await this.#views([await mustSee(this.#deps.db, viewer, id)])
    return view!
  }

  /** Throws `team-name-taken`: a name is unique within its region. */
  async create(viewer: Viewer, { name, regionId }: NewTeam): Promise<Team> {
    const { audit, clock } = this.#deps
    const now = clock()
    const id = newId('team', now)
    await audit.write(async (tx, note) => {
      await lockGrants(tx)
      await mustSeeRegion(tx, viewer, regionId)
      await mustBeFree(tx, name, regionId)
      await store.insertTeams(tx, [{ id, name, region_id: regionId, created_at: now, updated_at: now }])
      note({ action: 'identity.team-created', ...about({ id, name, region_id: regionId }), after: { name } })
    })
    return this.detail(viewer, id)
  }

  /** Throws `default-team` or `team-name-taken`. */
  async rename(viewer: Viewer, id: string, name: string): Promise<Team> {
    const { audit, clock } = this.#deps
    await audit.write(async (tx, note) => {
      await lockGrants(tx)
      const team = await mustSee(tx, viewer, id)
      if (team.name === name) return
      mustNotBeDefault(team)
      await mustBeFree(tx, name, team.region_id)
      await store.renameTeam(tx, id, name, clock())
      note({ action: 'identity.team-renamed', ...about(team), before: { name: team.name }, after: { name } })
    })
    return this.detail(viewer, id)
  }

  /** Throws `default-team` or `team-in-use`. */
  async delete(viewer: Viewer, id: string): Promise<void> {
    const { audit, clock, openTicketsOn } = this.#deps
    await audit.write(async (tx, note) => {
      await lockGrants(tx)
      const team = await mustSee(tx, viewer, id)
      mustNotBeDefault(team)
      const [tickets, grants] = [await openTicketsOn(id, tx), await grantsOfTeam(tx, id, clock())]
      if (tickets > 0 || grants.length > 0) throw teamInUse(tickets, grants.length)
      await sweepExpired(tx, clock(), note)
      await store.deleteTeam(tx, id)
      note({ action: 'identity.team-deleted', ...about(team) })
    })
  }

  // ---- members -----------------------------------------------------------------------------

  async add(viewer: Viewer, id: string, userId: string): Promise<Team> {
    await this.#deps.audit.write((tx, note) => this.join(tx, note, viewer, id, userId))
    this.#deps.bus.emit('identity.changed', { userIds: [userId] })
    return this.detail(viewer, id)
  }

  /** Within the caller's transaction. Throws `team-holds-grants`, or `roles-exclude` for an officer where it does. */
  async join(tx: Db, note: Note, viewer: Viewer, id: string, userId: string): Promise<void> {
    const now = this.#deps.clock()
    await lockGrants(tx)
    await sweepExpired(tx, now, note)
    const [team, user] = [await mustSee(tx, viewer, id), await mustSeeUser(tx, viewer, userId)]
    const grants = await grantsOfTeam(tx, id, now)
    mustGrant(viewer, grants)
    const roles = grants.map((grant) => grant.role as Role)
    if (roles.length > 0) await mustAgree(tx, userId, roles, now)
    if (!(await store.insertTeamMember(tx, id, userId))) return
    note({
      action: 'identity.team-joined',
      ...about(team),
      after: { userId, name: user.display_name },
    })
  }

  /** Throws `team-holds-grants`. */
  async remove(viewer: Viewer, id: string, userId: string): Promise<Team> {
    const { audit, bus, clock } = this.#deps
    await audit.write(async (tx, note) => {
      await lockGrants(tx)
      const team = await mustSee(tx, viewer, id)
      mustGrant(viewer, await grantsOfTeam(tx, id, clock()))
      const member = (await store.membersOf(tx, [id])).find((someone) => someone.id === userId)
      if (!member) throw notFound('user')
      await store.deleteTeamMember(tx, id, userId)
      note({ action: 'identity.team-left', ...about(team), before: { userId, name: member.display_name } })
    })
    bus.emit('identity.changed', { userIds: [userId] })
    return this.detail(viewer, id)
  }

  async #views(rows: store.TeamRow[]): Promise<Team[]> {
    const ids = rows.map((row) => row.id)
    const members = Map.groupBy(await store.membersOf(this.#deps.db, ids), (row) => row.team_id)
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      region: { id: row.region_id, name: row.region_name },
      members: (members.get(row.id) ?? []).map((member) => ({ id: member.id, name: member.display_name })),
    }))
  }
}

/** Throws `not-found` for a team outside the viewer's regions. */
export async function mustSee(db: Db, viewer: Viewer, id: string): Promise<store.TeamRow> {
  const row = await store.teamInScope(db, viewer, id)
  if (!row) throw notFound('team')
  return row
}

/** Throws `team-holds-grants`: whoever puts people on such a team gives them rights, which is the security officer's alone. */
function mustGrant(viewer: Viewer, grants: readonly GrantRow[]): void {
  const giver = viewerFor(viewer, 'identity.grant')
  if (!grants.every((grant) => covers(giver, grant.region_path))) throw teamHoldsGrants()
}

async function mustBeFree(tx: Db, name: string, regionId: string): Promise<void> {
  if ((await store.teamsNamed(tx, name, [regionId])).length > 0) throw teamNameTaken(name)
}

function mustNotBeDefault({ name }: { name: string }): void {
  if ((teamNames as readonly string[]).includes(name)) throw defaultTeam()
}

const about = (team: { id: string; name: string; region_id: string }) => ({
  entity: { type: 'team', id: team.id, name: team.name },
  regionId: team.region_id,
})

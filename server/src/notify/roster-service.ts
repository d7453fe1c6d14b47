import { newId } from '@zongheng/inventory/id.ts'
import { dayMs } from '@zongheng/inventory/zone.ts'
import { differences } from '../audit/change.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { invalid, notFound, unprocessable } from '../http/problem.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import { rosterOf, type Roster } from './directory.ts'
import { dutiesBetween, dutyAt, nowAndNext, type Duty, type Rotation } from './roster.ts'
import { livesIn } from './route-service.ts'
import type { DutyView, NewRoster, NewShift, RosterPatch, RosterView } from './schema.ts'
import * as store from './store.ts'

export interface RosterDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: IdentityService
  timeZone: string
}

type Scope = Pick<Viewer, 'regionPaths'>
const calendarAtMostMs = 100 * dayMs
const shiftAtMostMs = 31 * dayMs
const shiftsAtMost = 500

/** 值班 */
export class RosterService {
  readonly #deps: RosterDeps

  constructor(deps: RosterDeps) {
    this.#deps = deps
  }

  async list(viewer: Scope, paging: Paging): Promise<PageOf<RosterView>> {
    const page = await store.listRosters(this.#deps.db, viewer, paging)
    return { next: page.next, items: await this.#views(page.items) }
  }

  async create(viewer: Scope, input: NewRoster): Promise<RosterView> {
    const { audit, clock, identity } = this.#deps
    const region = await identity.region(viewer, input.regionId)
    await this.#mustKnow(viewer, input)
    const nowMs = clock()
    const id = newId('roster', nowMs)
    const { name, rotation, teamId = null } = input
    await audit.write(async (tx, note) => {
      await store.insertRoster(tx, {
        id,
        region_id: region.id,
        team_id: teamId,
        name,
        rotation: JSON.stringify(rotation),
        archived_at: null,
        created_at: nowMs,
        updated_at: nowMs,
      })
      note({
        action: 'notify.roster-added',
        ...about(id, name, region.id),
        after: { name, teamId, rotation },
      })
    })
    return this.#get(viewer, id)
  }

  async change(viewer: Scope, id: string, patch: RosterPatch): Promise<RosterView> {
    const { audit, clock } = this.#deps
    const row = await this.#row(viewer, id)
    const rotation = JSON.parse(row.rotation) as Rotation
    const before = { name: row.name, teamId: row.team_id, rotation }
    const after = { ...before, ...patch }
    await this.#mustKnow(viewer, patch, rotation.userIds)
    await audit.write(async (tx, note) => {
      await store.updateRoster(tx, id, {
        name: after.name,
        team_id: after.teamId,
        rotation: JSON.stringify(after.rotation),
        updated_at: clock(),
      })
      note({
        action: 'notify.roster-changed',
        ...about(id, after.name, row.region_id),
        ...differences<object>(before, after),
      })
    })
    return this.#get(viewer, id)
  }

  async archive(viewer: Scope, id: string): Promise<void> {
    const { audit, clock } = this.#deps
    const row = await this.#row(viewer, id)
    await audit.write(async (tx, note) => {
      await store.updateRoster(tx, id, { archived_at: clock(), updated_at: clock() })
      note({
        action: 'notify.roster-archived',
        ...about(id, row.name, row.region_id),
        before: { name: row.name },
      })
    })
  }

  /** Whoever is on duty for this team now: by its own roster, else by one of its region that is no team's. */
  async onDutyOf(tx: Db, team: { id: string; regionId: string }, nowMs: number): Promise<string | null> {
    const all = await store.rosters(tx)
    const own = all.filter(({ team_id }) => team_id === team.id)
    const rows =
      own.length > 0 ? own : all.filter((row) => row.team_id === null && row.region_id === team.regionId)
    const shifts = Map.groupBy(await store.shiftsOf(tx, rows.map(({ id }) => id), nowMs), (shift) => shift.roster_id) // prettier-ignore
    for (const row of rows) {
      const { rotation, shifts: exceptions } = rosterOf(row, shifts.get(row.id) ?? [])
      const duty = dutyAt(rotation, exceptions, nowMs, this.#deps.timeZone)
      if (duty) return duty.userId
    }
    return null
  }

  /** Who is on duty within a period. */
  async calendar(
    viewer: Scope,
    id: string,
    period: { from: number; until: number },
  ): Promise<{ items: DutyView[] }> {
    const { db, timeZone, identity } = this.#deps
    if (period.until <= period.from || period.until - period.from > calendarAtMostMs)
      throw invalid([{ path: '/until', code: 'range', message: 'is at most 100 days after from' }])
    const row = await this.#row(viewer, id)
    const { rotation, shifts } = rosterOf(row, await store.shiftsOf(db, [id], period.from - shiftAtMostMs))
    const duties = dutiesBetween(rotation, shifts, period.from, period.until, timeZone)
    const names = await identity.namesOf(duties.map(({ userId }) => userId))
    return { items: duties.map((duty) => dutyView(duty, names)) }
  }

  /** Somebody stands in: overrules the turn for a while. */
  async addShift(viewer: Scope, rosterId: string, input: NewShift) {
    const { db, audit, clock, identity } = this.#deps
    const row = await this.#row(viewer, rosterId)
    const { userId, startsAt, endsAt, note: remark = null } = input
    if (endsAt <= startsAt || endsAt - startsAt > shiftAtMostMs)
      throw invalid([{ path: '/endsAt', code: 'range', message: 'is at most 31 days after startsAt' }])
    if (!(await livesIn(identity, viewer, userId))) throw unknownPerson('/userId')
    if ((await store.shiftsOf(db, [rosterId], clock())).length >= shiftsAtMost)
      throw unprocessable('too-many')
    const nowMs = clock()
    const id = newId('shift', nowMs)
    const name = (await identity.namesOf([userId])).get(userId) ?? ''
    await audit.write(async (tx, note) => {
      await store.insertShift(tx, {
        id,
        roster_id: rosterId,
        user_id: userId,
        starts_at: startsAt,
        ends_at: endsAt,
        note: remark,
        created_at: nowMs,
        updated_at: nowMs,
      })
      note({
        action: 'notify.shift-added',
        ...about(rosterId, row.name, row.region_id),
        after: { userId, startsAt, endsAt, note: remark },
      })
    })
    return { id, user: { id: userId, name }, startsAt, endsAt, note: remark }
  }

  async removeShift(viewer: Scope, rosterId: string, shiftId: string): Promise<void> {
    const { db, audit } = this.#deps
    const row = await this.#row(viewer, rosterId)
    const shift = await store.shiftById(db, shiftId)
    if (shift?.roster_id !== rosterId) throw notFound('shift')
    await audit.write(async (tx, note) => {
      await store.deleteShift(tx, shiftId)
      note({
        action: 'notify.shift-removed',
        ...about(rosterId, row.name, row.region_id),
        before: { userId: shift.user_id, startsAt: shift.starts_at, endsAt: shift.ends_at },
      })
    })
  }

  /** `stay`: those who are on it already, wherever they live now. */
  async #mustKnow(viewer: Scope, { rotation, teamId }: RosterPatch, stay: string[] = []): Promise<void> {
    const { identity } = this.#deps
    for (const [i, userId] of (rotation?.userIds ?? []).entries())
      if (!stay.includes(userId) && !(await livesIn(identity, viewer, userId)))
        throw unknownPerson(`/rotation/userIds/${i}`)
    if (!teamId) return
    const team = await identity.team(teamId)
    if (!team || !covers(viewer, team.regionPath))
      throw invalid([{ path: '/teamId', code: 'unknown', message: 'is not known' }])
  }

  async #row(viewer: Scope, id: string): Promise<store.RosterRow> {
    const row = await store.rosterInScope(this.#deps.db, viewer, id)
    if (!row) throw notFound('roster')
    return row
  }

  async #get(viewer: Scope, id: string): Promise<RosterView> {
    return (await this.#views([await this.#row(viewer, id)]))[0]!
  }

  async #views(rows: store.RosterRow[]): Promise<RosterView[]> {
    const { db, clock, identity, timeZone } = this.#deps
    const nowMs = clock()
    const shifts = Map.groupBy(await store.shiftsOf(db, rows.map(({ id }) => id), nowMs), (shift) => shift.roster_id) // prettier-ignore
    const all = rows.map((row) => {
      const roster = rosterOf(row, shifts.get(row.id) ?? [])
      return { row, roster, ...nowAndNext(roster.rotation, roster.shifts, nowMs, timeZone) }
    })
    const names = await identity.namesOf(all.flatMap((one) => peopleIn(one.roster)))
    const teams = await identity.teamNames(rows.flatMap((row) => row.team_id ?? []))
    return all.map(({ row, roster, now, next }) => ({
      id: row.id,
      name: row.name,
      region: { id: row.region_id, name: row.region_name },
      team: row.team_id ? { id: row.team_id, name: teams.get(row.team_id) ?? '' } : null,
      rotation: roster.rotation,
      members: roster.rotation.userIds.map((id) => ({ id, name: names.get(id) ?? '' })),
      now: now && dutyView(now, names),
      next: next && dutyView(next, names),
    }))
  }
}

const peopleIn = ({ rotation, shifts }: Roster) => [
  ...rotation.userIds,
  ...shifts.map(({ userId }) => userId),
]
const dutyView = ({ userId, fromMs, untilMs, shiftId }: Duty, names: Map<string, string>): DutyView => ({
  user: { id: userId, name: names.get(userId) ?? '' },
  from: fromMs,
  until: untilMs,
  shiftId,
})
const about = (id: string, name: string, regionId: string) => ({
  entity: { type: 'roster', id, name },
  regionId,
})
const unknownPerson = (path: string) => invalid([{ path, code: 'unknown', message: 'is not known' }])

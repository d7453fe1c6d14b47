import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EventBus } from '../events.ts'
import { conflict, forbidden, invalid, notFound } from '../http/problem.ts'
import type { PageOf } from '../http/paging.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, viewerFor, type Viewer } from '../identity/viewer.ts'
import { AlarmIncidents, type AlarmForDesk } from './alarm-incidents.ts'
import { changeTicket } from './change.ts'
import { addEntry, type NewEntry } from './entry.ts'
import { arriving, movesFrom, type IncidentState, type PendingReason } from './incident.ts'
import { openIncident } from './open-incident.ts'
import type { NewTicket, Ticket, TicketDetail, TimelineEntry } from './schema.ts'
import { sightOf } from './sight.ts'
import * as store from './store.ts'
import type { TicketRow } from './store.ts'
import { viewTickets, viewTimeline, type Names } from './views.ts'

export interface DeskDeps {
  db: Db
  bus: EventBus
  clock: Clock
  /** Of the installation: where a ticket number's day ends. */
  timezone: string
  identity: IdentityService
  /** Sites by id, of the estate in memory. */
  sites(): Promise<ReadonlyMap<string, { name: string; regionId: string }>>
  /** An open alarm within the viewer's scope, for an incident opened by hand. */
  alarm(viewer: Viewer, alarmId: string): Promise<AlarmForDesk | undefined>
}

export interface TicketBrief {
  id: string
  number: string
  assignee: string | null
}

const middle = 2 // of impact and urgency, where the reporter does not say

export class DeskService {
  readonly #deps: DeskDeps
  readonly #names: Names
  /** What alarms do to incidents, in the caller's transaction. */
  readonly incidents: AlarmIncidents

  constructor(deps: DeskDeps) {
    this.#deps = deps
    const { identity, clock, timezone, sites } = deps
    this.#names = {
      users: (ids, db) => identity.namesOf(ids, db),
      teams: (ids, db) => identity.teamNames(ids, db),
      regions: async (ids, db) => namesIn(await identity.regionsNamed(ids, db)),
      sites: async (ids) => (ids.length === 0 ? new Map() : namesIn(await sites())),
    }
    this.incidents = new AlarmIncidents({
      clock,
      timezone,
      teamFor: (id, tx) => identity.teamFor(id, '网络组', tx),
    })
  }

  // ---- reading ---------------------------------------------------------------------------------

  async list(
    viewer: Viewer,
    { assignee, ...filter }: Omit<store.TicketFilter, 'assigneeId'> & { assignee?: string | undefined },
  ): Promise<PageOf<Ticket>> {
    const { db } = this.#deps
    const assigneeId = assignee === 'none' ? null : assignee === 'me' ? viewer.userId : assignee
    const page = await store.listTickets(db, sightOf(viewer), { ...filter, assigneeId })
    return { next: page.next, items: await viewTickets(db, this.#names, page.items) }
  }

  /** Throws `not-found` for what the viewer may not see. */
  async detail(viewer: Viewer, id: string): Promise<TicketDetail> {
    const { db, clock } = this.#deps
    const row = await this.#seen(viewer, id)
    const path = await this.#pathOf(row)
    const [ticket] = await viewTickets(db, this.#names, [row])
    const entries = await store.timelineOf(db, id, !covers(sightOf(viewer), path))
    const mayMove = covers(viewerFor(viewer, 'desk.write'), path)
    return {
      ...ticket!,
      timeline: await viewTimeline(db, this.#names, entries),
      moves: mayMove ? [...movesFrom(lifeOf(row), clock())] : [],
    }
  }

  /** Whole tickets for those who may be told of them; the caller minds the scope. */
  async tickets(ids: string[]): Promise<Ticket[]> {
    const { db } = this.#deps
    return ids.length === 0 ? [] : viewTickets(db, this.#names, await store.ticketsByIds(db, ids))
  }

  /** Open tickets by the entity that caused them. */
  async openTicketOf(entityIds: string[], db: Db = this.#deps.db): Promise<Map<string, TicketBrief>> {
    return entityIds.length === 0
      ? new Map()
      : this.#briefs(db, await store.openTicketsCausedBy(db, entityIds))
  }

  /** Tickets by their alarm; the latest where it had several. */
  async ticketOfAlarms(alarmIds: string[], db: Db = this.#deps.db): Promise<Map<string, TicketBrief>> {
    return alarmIds.length === 0 ? new Map() : this.#briefs(db, await store.ticketsOfAlarms(db, alarmIds))
  }

  /** Throws `not-found` unless the viewer may work on this ticket. */
  async mustWorkOn(viewer: Viewer, id: string): Promise<void> {
    await this.#worked(viewer, id)
  }

  // ---- what people do -----------------------------------------------------------------------------

  async create(viewer: Viewer, ticket: NewTicket): Promise<TicketDetail> {
    const id = await (ticket.alarmId === undefined
      ? this.#report(viewer, ticket)
      : this.#reportAlarm(viewer, ticket, ticket.alarmId))
    this.#changed(id)
    return this.detail(viewer, id)
  }

  /** A reporter writes publicly, on their own tickets. */
  async comment(
    viewer: Viewer,
    id: string,
    text: string,
    visibility: TimelineEntry['visibility'],
  ): Promise<TicketDetail> {
    const { db, clock } = this.#deps
    const row = await this.#seen(viewer, id)
    const staff = covers(viewerFor(viewer, 'desk.write'), await this.#pathOf(row))
    const allowed = staff || (visibility === 'public' && row.requester_id === viewer.userId)
    if (!allowed) throw forbidden()
    const entry: NewEntry = { kind: 'comment', visibility, authorId: viewer.userId, text }
    await db.transaction().execute((tx) => changeTicket(tx, row, {}, [entry], clock()))
    this.#changed(id)
    return this.detail(viewer, id)
  }

  /** Gives it to a team, a person, or both; a person on a new ticket makes it assigned. */
  async assign(
    viewer: Viewer,
    id: string,
    to: { teamId?: string | undefined; assigneeId?: string | null | undefined },
  ): Promise<TicketDetail> {
    const { db, clock } = this.#deps
    const row = await this.#worked(viewer, id)
    if (row.state === 'closed' || row.state === 'cancelled') throw wrongMove(row.state, [])
    await this.#mustFit(row, to)
    const { teamId = row.team_id, assigneeId = row.assignee_id } = to
    if (teamId === row.team_id && assigneeId === row.assignee_id) return this.detail(viewer, id)
    const taken = row.state === 'new' && assigneeId !== null
    const entries: NewEntry[] = [
      {
        kind: 'assignment',
        authorId: viewer.userId,
        values: await this.#assignment(row, teamId, assigneeId),
      },
      ...(taken ? [stateEntry(viewer, row, 'assigned')] : []),
    ]
    const set = { team_id: teamId, assignee_id: assigneeId, ...(taken && { state: 'assigned' }) }
    await db.transaction().execute((tx) => changeTicket(tx, row, set, entries, clock()))
    this.#changed(id)
    return this.detail(viewer, id)
  }

  /** Along the table of moves. Whoever takes up a ticket that is nobody's becomes its assignee. */
  async move(
    viewer: Viewer,
    id: string,
    move: { to: IncidentState; reason?: PendingReason | undefined; text?: string | undefined },
  ): Promise<TicketDetail> {
    const { db, clock } = this.#deps
    const row = await this.#worked(viewer, id)
    const [nowMs, { to }] = [clock(), move]
    const allowed = movesFrom(lifeOf(row), nowMs)
    if (!allowed.includes(to)) throw wrongMove(row.state, allowed)
    if (to === 'pending' && move.reason === undefined) throw reasonMissing()
    const reason = to === 'pending' ? move.reason! : null
    const taker =
      row.assignee_id === null && (to === 'assigned' || to === 'in_progress') ? viewer.userId : null
    const entries: NewEntry[] = [
      { ...stateEntry(viewer, row, to, reason), text: move.text ?? null },
      ...(taker === null
        ? []
        : [
            {
              kind: 'assignment' as const,
              authorId: taker,
              values: await this.#assignment(row, row.team_id, taker),
            },
          ]),
    ]
    const set = {
      state: to,
      pending_reason: reason,
      ...arriving(to, nowMs),
      ...(taker !== null && { assignee_id: taker }),
    }
    await db.transaction().execute((tx) => changeTicket(tx, row, set, entries, nowMs))
    this.#changed(id)
    return this.detail(viewer, id)
  }

  // ---- for other modules ----------------------------------------------------------------------------

  /** Adds a line within the caller's transaction; the caller tells of it after the commit. */
  note(tx: Db, ticketId: string, entry: NewEntry): Promise<void> {
    return addEntry(tx, ticketId, this.#deps.clock(), entry)
  }

  // ---- how ------------------------------------------------------------------------------------------

  async #report(viewer: Viewer, ticket: NewTicket): Promise<string> {
    const { db, identity, clock, timezone } = this.#deps
    const { regionId, siteId } = await this.#place(viewer, ticket)
    const team = await identity.teamFor(regionId, '网络组')
    const incident = {
      title: ticket.title,
      description: ticket.description,
      channel: ticket.channel ?? ('portal' as const),
      rating: { impact: ticket.impact ?? middle, urgency: ticket.urgency ?? middle },
      regionId,
      siteId,
      teamId: team?.id ?? null,
      requesterId: viewer.userId,
      alarmId: null,
      condition: null,
      entities: [],
    }
    const first: NewEntry = {
      kind: 'state',
      authorId: viewer.userId,
      values: { from: null, to: 'new', reason: null },
    }
    return db.transaction().execute((tx) => openIncident(tx, incident, first, { nowMs: clock(), timezone }))
  }

  async #reportAlarm(viewer: Viewer, ticket: NewTicket, alarmId: string): Promise<string> {
    if (!viewer.permissions.has('desk.write')) throw forbidden()
    const alarm = await this.#deps.alarm(viewerFor(viewer, 'desk.write'), alarmId)
    if (!alarm) throw notFound('alarm')
    const { title, description, channel = 'portal' } = ticket
    const by = { title, description, channel, requesterId: viewer.userId }
    return this.#deps.db.transaction().execute((tx) => this.incidents.openForAlarm(tx, alarm, by))
  }

  /** Where it is reported for: as said, else the site's region, else where the reporter belongs. */
  async #place(
    viewer: Viewer,
    { regionId, siteId }: NewTicket,
  ): Promise<{ regionId: string; siteId: string | null }> {
    const { identity, sites } = this.#deps
    const site = siteId === undefined ? undefined : (await sites()).get(siteId)
    if (siteId !== undefined && !site) throw notFound('site')
    const id = regionId ?? site?.regionId ?? (await identity.homeOf(viewer.userId))
    const region = id === undefined ? undefined : (await identity.regionsNamed([id])).get(id)
    if (id === undefined || !region || !covers(viewer, region.path)) throw notFound('region')
    if (site && site.regionId !== id) throw notFound('site')
    return { regionId: id, siteId: siteId ?? null }
  }

  /** A team of the ticket's region or of one above it; a person who may work on the ticket. */
  async #mustFit(
    row: TicketRow,
    to: { teamId?: string | undefined; assigneeId?: string | null | undefined },
  ) {
    const { identity } = this.#deps
    const path = await this.#pathOf(row)
    if (to.teamId !== undefined) {
      const team = await identity.team(to.teamId)
      if (!team || !path.startsWith(team.regionPath)) throw notFound('team')
    }
    if (to.assigneeId !== undefined && to.assigneeId !== null) {
      const scope = await identity.scopeOf(to.assigneeId, 'desk.write')
      if (!covers(scope, path)) throw notFound('user')
    }
  }

  /** Names, before and after, of what changes. */
  async #assignment(
    row: TicketRow,
    teamId: string | null,
    assigneeId: string | null,
  ): Promise<TimelineEntry['values']> {
    const { db } = this.#deps
    const present = (ids: (string | null)[]) => ids.filter((id) => id !== null)
    const teams = await this.#names.teams(present([row.team_id, teamId]), db)
    const users = await this.#names.users(present([row.assignee_id, assigneeId]), db)
    const name = (id: string | null, names: Map<string, string>) =>
      id === null ? null : (names.get(id) ?? id)
    return {
      ...(teamId !== row.team_id && { fromTeam: name(row.team_id, teams), toTeam: name(teamId, teams) }),
      ...(assigneeId !== row.assignee_id && {
        from: name(row.assignee_id, users),
        to: name(assigneeId, users),
      }),
    }
  }

  async #seen(viewer: Viewer, id: string): Promise<TicketRow> {
    const row = await store.ticketInSight(this.#deps.db, sightOf(viewer), id)
    if (!row) throw notFound('ticket')
    return row
  }

  async #worked(viewer: Viewer, id: string): Promise<TicketRow> {
    const row = await this.#seen(viewer, id)
    if (!covers(viewerFor(viewer, 'desk.write'), await this.#pathOf(row))) throw notFound('ticket')
    return row
  }

  async #pathOf(row: TicketRow): Promise<string> {
    const regions = await this.#deps.identity.regionsNamed([row.region_id])
    return regions.get(row.region_id)?.path ?? ''
  }

  async #briefs(
    db: Db,
    rows: { id: string; number: string; assignee_id: string | null; key: string | null }[],
  ) {
    const users = await this.#names.users(
      rows.flatMap((row) => row.assignee_id ?? []),
      db,
    )
    return new Map(
      rows.map(({ id, number, assignee_id: by, key }): [string, TicketBrief] => [
        key!,
        { id, number, assignee: by === null ? null : (users.get(by) ?? by) },
      ]),
    )
  }

  #changed(id: string): void {
    this.#deps.bus.emit('ticket.changed', { ticketIds: [id] })
  }
}

const namesIn = (records: ReadonlyMap<string, { name: string }>) =>
  new Map(Array.from(records, ([id, { name }]): [string, string] => [id, name]))

const lifeOf = (row: TicketRow) => ({ state: row.state as IncidentState, resolvedAtMs: row.resolved_at })

const stateEntry = (
  viewer: Viewer,
  row: TicketRow,
  to: IncidentState,
  reason: string | null = null,
): NewEntry => ({
  kind: 'state',
  authorId: viewer.userId,
  values: { from: row.state, to, reason },
})

const wrongMove = (from: string, allowed: readonly string[]) =>
  conflict('wrong-move', {
    zh: `工单处于 ${from}，可转为：${allowed.join('、') || '无'}`,
    en: `The ticket is ${from}; it may become: ${allowed.join(', ') || 'nothing else'}`,
  })

const reasonMissing = () =>
  invalid([{ path: '/reason', code: 'required', message: 'is required to wait' }], {
    zh: '转为等待时请选择原因',
    en: 'Waiting needs a reason',
  })

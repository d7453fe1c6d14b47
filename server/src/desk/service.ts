import type { Note } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import type { EventBus } from '../events.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import { notFound } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { TicketNotice } from '../notify/personal.ts'
import { Amending } from './amending.ts'
import { AlarmIncidents } from './alarm-incidents.ts'
import { Answers } from './answers.ts'
import { DeskBoard } from './board.ts'
import { TicketBook, type NewTicketOf } from './book.ts'
import { Bulk } from './bulk.ts'
import type { KindRules, MoveInput, TicketLife, TicketObserver } from './contract.ts'
import * as causes from './cause-store.ts'
import { addEntry, type NewEntry } from './entry.ts'
import { everMergedInto, insertLink } from './gathering-store.ts'
import { Keeping } from './keeping.ts'
import type { TicketQuery } from './list-schema.ts'
import { TicketLists } from './lists.ts'
import { tableOf, type Actor, type TicketKind, type TicketState } from './kinds.ts'
import { ticketChanged } from './problems.ts'
import { linesOf } from './entries-store.ts'
import { actorsOf, Reach, readsInternal } from './reach.ts'
import type { KeepingDeps } from './routes-keeping.ts'
import { DeskNotices } from './notices.ts'
import { OnDuty, type DutyOf } from './on-duty.ts'
import { assigned, reported, sidesOf } from './record.ts'
import { reportTicket, type ReportingDeps } from './reporting.ts'
import type { NewTicket, Ticket, TicketDetail } from './schema.ts'
import * as outages from './outage-store.ts'
import { Views } from './saved-views.ts'
import { sightOf } from './sight.ts'
import * as store from './store.ts'
import type { TicketRow } from './store.ts'
import { TicketIndex, type TicketWords } from './ticket-index.ts'
import { Together } from './together.ts'
import { viewEntities, viewTickets, viewTimeline, type Names } from './views.ts'
import { TicketWork } from './working.ts'

export interface DeskDeps extends ReportingDeps {
  bus: EventBus
  clock: () => number
  /** Of the installation: where a ticket number's day ends. */
  timezone: string
  /** Where tickets are found by words. */
  search: TicketWords
  /** Whom to tell by name, and who is on duty. */
  notify: {
    tellOf: (tx: Db, notices: readonly TicketNotice[], nowMs: number) => Promise<void>
    onDutyOf: DutyOf
  }
}

/** What a form of a kind's own changes of its ticket. */
export interface Amended {
  title?: string
  description?: string
  category?: string | null
  entities?: Ticket['entities']
  /** Where it belongs, once it is about something else. */
  place?: { regionId: string; teamId: string | null }
}

export interface TicketBrief {
  id: string
  number: string
  assignee: string | null
}

/** Of an outage: what whoever is hit by it may be told. */
export interface KnownOutage {
  ticketId: string
  number: string
  title: string
  state: TicketState
  since: number
  dueAt: number | null
  meToos: number
  /** Whether they reported it, or said already that they have it too. */
  isMine: boolean
}

export class DeskService implements TicketLife {
  /** What alarms do to incidents, in the caller's transaction. */
  readonly incidents: AlarmIncidents
  /** Tags, watchers, fields, and many tickets at once. */
  readonly keeping: KeepingDeps
  readonly answers: Answers
  readonly views: Views
  readonly board: DeskBoard
  /** Queues, and their counts. */
  readonly lists: TicketLists
  /** What several people, teams and tickets do with one another. */
  readonly together: Together
  /** Tells people by name, within the caller's transaction. */
  readonly notices: DeskNotices
  readonly #deps: DeskDeps
  readonly #names: Names
  readonly #book: TicketBook
  readonly #reach: Reach
  readonly #work: TicketWork

  constructor(deps: DeskDeps) {
    const { audit, db, clock, timezone, identity, sites, notify, search } = deps
    this.#deps = deps
    this.#names = {
      users: (ids, from) => identity.namesOf(ids, from),
      teams: (ids, from) => identity.teamNames(ids, from),
      regions: async (ids, from) => namesIn(await identity.regionsNamed(ids, from)),
      sites: async (ids) => (ids.length === 0 ? new Map() : namesIn(await sites())),
    }
    const onDuty = new OnDuty({ db, clock, audit, identity, dutyOf: notify.onDutyOf })
    this.notices = new DeskNotices({ identity, onDuty, tellOf: notify.tellOf })
    this.#book = new TicketBook({ clock, timezone, placing: onDuty.place })
    this.incidents = new AlarmIncidents({
      clock,
      book: this.#book,
      teamFor: (id, tx) => identity.teamFor(id, '网络组', tx),
    })
    this.#reach = new Reach(db, identity)
    this.#work = new TicketWork({ audit, book: this.#book, identity, reach: this.#reach })
    const parts = { db, clock, audit, identity, book: this.#book, reach: this.#reach, names: this.#names, notices: this.notices } // prettier-ignore
    this.together = new Together(parts, onDuty, (viewer, id, ...others) => this.#told(viewer, id, others))
    this.observe(this.together)
    const [keeping, amending] = [new Keeping(parts), new Amending(parts, deps)]
    const workers = { work: this.#work, keeping, amending }
    const { tell } = this.together
    this.keeping = { ...workers, bulk: new Bulk(workers), tell, tellAll: (ids) => this.tell(ids) }
    this.answers = new Answers(parts)
    this.views = new Views(parts)
    this.board = new DeskBoard({ db, clock, timezone, names: this.#names })
    const index = new TicketIndex(search)
    this.observe(index)
    this.lists = new TicketLists({ db, clock, names: this.#names, index, teamIdsOf: (id) => identity.teamIdsOf(id) }) // prettier-ignore
  }

  // ---- reading ---------------------------------------------------------------------------------

  list(viewer: Viewer, query: TicketQuery): Promise<PageOf<Ticket>> {
    return this.lists.list(viewer, query)
  }

  /** Throws `not-found` for what the viewer may not see. */
  async detail(viewer: Viewer, id: string): Promise<TicketDetail> {
    const { db } = this.#deps
    const reached = await this.#reach.seen(viewer, id)
    const linesOf = store.timelineOf(db, id, !readsInternal(viewer, reached))
    const [[ticket], timeline, moves, related, kept] = await Promise.all([
      viewTickets(db, this.#names, [reached.row]),
      linesOf.then((entries) => viewTimeline(db, this.#names, entries)),
      this.#book.movesOf(db, reached.row, actorsOf(viewer, reached)),
      this.together.relating.fields(viewer, reached),
      this.keeping.keeping.fields(viewer, reached),
    ])
    return { ...ticket!, ...related, ...kept, timeline, moves: moves.map(({ to }) => to as TicketState) }
  }

  // ---- what people do --------------------------------------------------------------------------

  async create(viewer: Viewer, ticket: NewTicket): Promise<TicketDetail> {
    return this.#told(
      viewer,
      await reportTicket({ ...this.#deps, incidents: this.incidents, book: this.#book }, viewer, ticket),
    )
  }

  async comment(viewer: Viewer, id: string, ...comment: Rest<TicketWork['comment']>): Promise<TicketDetail> {
    await this.#work.comment(viewer, id, ...comment)
    return this.#told(viewer, id)
  }

  async assign(viewer: Viewer, id: string, ...to: Rest<TicketWork['assign']>): Promise<TicketDetail> {
    await this.#work.assign(viewer, id, ...to)
    return this.#told(viewer, id)
  }

  async move(viewer: Viewer, id: string, ...move: Rest<TicketWork['move']>): Promise<TicketDetail> {
    await this.#work.move(viewer, id, ...move)
    return this.#told(viewer, id)
  }

  // ---- for other modules -----------------------------------------------------------------------

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

  /** How many tickets of this team are not closed yet. */
  openOnTeam(teamId: string, db: Db = this.#deps.db): Promise<number> {
    return store.countOpenOfTeam(db, teamId)
  }

  /** How many tickets of all teams are open. */
  openCount(): Promise<number> {
    return store.countOpen(this.#deps.db)
  }

  /** Throws `not-found` unless the viewer may work on this ticket. */
  async mustWorkOn(viewer: Viewer, id: string): Promise<void> {
    await this.#reach.worked(viewer, id)
  }

  extend(kind: TicketKind, rules: KindRules): void {
    this.#book.extend(kind, rules)
  }

  observe(observer: TicketObserver): void {
    this.#book.observe(observer)
  }

  /** Opens a ticket of any kind within the caller's transaction, which tells of it after the commit; answers its id. */
  async open(tx: Db, note: Note, ticket: NewTicketOf, first?: NewEntry): Promise<string> {
    const opened: NewEntry = {
      kind: 'state',
      authorId: ticket.requesterId ?? null,
      values: { from: null, to: tableOf(ticket.kind).first, reason: null },
    }
    const id = await this.#book.open(tx, ticket, first ?? opened)
    const [row] = await store.ticketsByIds(tx, [id])
    note(reported(row!))
    return id
  }

  /** Moves it within the caller's transaction: as what the viewer is to it, or, without one, as the system. */
  async moveAs(
    tx: Db,
    note: Note,
    id: string,
    move: MoveInput,
    viewer: Viewer | null,
    as: readonly Actor[] = [],
  ): Promise<void> {
    const own = viewer ? actorsOf(viewer, await this.#reach.seen(viewer, id, tx)) : (['system'] as const)
    await this.#book.moveAs(tx, note, id, move, viewer, new Set<Actor>([...own, ...as]))
  }

  /** When the next of its clocks ends, and which; within the caller's transaction. */
  setDue(...due: Parameters<TicketBook['setDue']>): Promise<void> {
    return this.#book.setDue(...due)
  }

  /** Within the caller's transaction: by a rule, to another team; nobody has it there yet. */
  async handTo(tx: Db, note: Note, id: string, teamId: string): Promise<void> {
    const row = await this.rowOf(id, tx)
    if (!row || row.team_id === teamId) return
    const values = { ...(await this.#teamsOf(tx, row.team_id, teamId)), reason: 'clock' }
    const set = { team_id: teamId, assignee_id: null }
    await this.#book.change(tx, row, set, [{ kind: 'assignment', values }])
    note(assigned(row, sidesOf(row, set)))
  }

  /** Lines of these kinds, oldest first, however many. */
  async linesOf(id: string, kinds: readonly NewEntry['kind'][], db: Db = this.#deps.db) {
    const rows = await linesOf(db, id, kinds)
    return rows.map(({ at, kind, details }) => ({ at, kind, values: JSON.parse(details) as NonNullable<NewEntry['values']> })) // prettier-ignore
  }

  /** Which of these the viewer may look at. */
  async seenAmong(viewer: Viewer, ids: readonly string[]): Promise<string[]> {
    const rows = ids.length === 0 ? [] : await store.ticketsInSight(this.#deps.db, sightOf(viewer), [...ids])
    return rows.map(({ id }) => id)
  }

  async rowOf(id: string, db: Db = this.#deps.db): Promise<TicketRow | undefined> {
    return (await store.ticketsByIds(db, [id]))[0]
  }

  /** By its number, as `INC20261122-0001`. */
  rowNumbered(number: string, db: Db = this.#deps.db): Promise<TicketRow | undefined> {
    return store.ticketNumbered(db, number)
  }

  /** Adds what somebody said, within the caller's transaction: whoever observes is told, and it counts as news. */
  add(tx: Db, ticketId: string, entries: NewEntry[]): Promise<void> {
    return this.#book.add(tx, ticketId, entries)
  }

  /** What each is about, by ticket. */
  async entitiesOf(ids: string[], db: Db = this.#deps.db): Promise<Map<string, Ticket['entities']>> {
    const rows = ids.length === 0 ? [] : await store.entitiesOf(db, ids)
    const about = Map.groupBy(rows, (row) => row.ticket_id)
    return new Map(Array.from(about, ([id, entities]) => [id, viewEntities(entities)]))
  }

  /** Within the caller's transaction: this incident comes of that problem. */
  async blame(tx: Db, by: string, incident: TicketRow, problem: TicketRow): Promise<void> {
    const link = { from_id: incident.id, to_id: problem.id, kind: 'caused-by' as const }
    if (!(await insertLink(tx, { ...link, created_by: by, created_at: this.#deps.clock() }))) return
    const values = { event: 'caused-by', number: problem.number }
    await this.#book.add(tx, incident.id, [{ kind: 'link', visibility: 'internal', authorId: by, values }])
  }

  /** Incidents by the problems that caused them, or problems by what they caused. */
  readonly causes = {
    ofIncidents: (ids: string[], db: Db = this.#deps.db) => causes.problemsOf(db, ids),
    ofProblems: (ids: string[], db: Db = this.#deps.db) => causes.incidentsOf(db, ids),
  }

  /** Within the caller's transaction: what it is called and about, as the form of its kind has it. Throws `ticket-changed`. */
  async amend(
    tx: Db,
    viewer: Viewer,
    { id, revision }: { id: string; revision?: number | undefined },
    { entities, place, ...named }: Amended,
    values: NewEntry['values'] = {},
  ): Promise<void> {
    const row = await this.rowOf(id, tx)
    if (!row) throw notFound('ticket')
    if (revision !== undefined && revision !== row.revision) throw ticketChanged()
    if (entities) await store.replaceEntities(tx, id, store.entityRows(id, entities))
    const authorId = viewer.userId
    const entries: NewEntry[] = [{ kind: 'fields', authorId, values }]
    if (place && place.teamId !== row.team_id)
      entries.push({ kind: 'assignment', authorId, values: await this.#teamsOf(tx, row.team_id, place.teamId) }) // prettier-ignore
    const set = { ...named, ...(place && { region_id: place.regionId, team_id: place.teamId }) }
    await this.#book.change(tx, row, set, entries)
  }

  async #teamsOf(tx: Db, from: string | null, to: string | null) {
    const names = await this.#names.teams(
      [from, to].filter((id) => id !== null),
      tx,
    )
    const name = (id: string | null) => (id === null ? null : (names.get(id) ?? id))
    return { fromTeam: name(from), toTeam: name(to) }
  }

  /** Throws `not-found` unless the viewer may look at it. */
  async mustSee(viewer: Viewer, id: string): Promise<void> {
    await this.#reach.seen(viewer, id)
  }

  /** For what hangs on a ticket: where it belongs, what the viewer reads and may add. Throws `not-found`. */
  async reachOf(viewer: Viewer, id: string) {
    const ticket = await this.#reach.seen(viewer, id)
    return {
      regionId: ticket.row.region_id,
      seesInternal: readsInternal(viewer, ticket),
      mayAdd: actorsOf(viewer, ticket).size > 0,
    }
  }

  /** Of the tickets that were merged into it those the viewer sees. */
  async mergedInto(viewer: Viewer, id: string): Promise<string[]> {
    const ids = await everMergedInto(this.#deps.db, id)
    const seen = ids.length === 0 ? [] : await store.ticketsInSight(this.#deps.db, sightOf(viewer), ids)
    return seen.map((row) => row.id)
  }

  // ---- for those who call or report: no more of a ticket than they may be told -------------------

  /** Known outages about these records, narrowly: neither who reported them nor what was said of them. */
  async outagesAbout(
    entityIds: readonly string[],
    siteId: string,
    userId: string,
    db: Db = this.#deps.db,
  ): Promise<KnownOutage[]> {
    const rows = await outages.outagesAbout(db, entityIds, siteId)
    const shared = await outages.meToosOf(
      db,
      rows.map(({ id }) => id),
      userId,
    )
    return rows.map((row) => ({
      ticketId: row.id,
      number: row.number,
      title: row.title,
      state: row.state as TicketState,
      since: row.created_at,
      dueAt: row.due_at,
      meToos: shared.get(row.id)?.count ?? 0,
      isMine: row.requester_id === userId || (shared.get(row.id)?.isMine ?? false),
    }))
  }

  /** What one reported oneself, newest first. */
  async reportedBy(userId: string, paging: Paging): Promise<PageOf<Ticket>> {
    const { db } = this.#deps
    const page = await outages.ticketsReportedBy(db, userId, paging)
    return { next: page.next, items: await viewTickets(db, this.#names, page.items) }
  }

  /** Open tickets of a caller, of their number and of their site. The caller of this minds the scope. */
  async openAround(caller: Parameters<typeof outages.openTicketsAround>[1]): Promise<Ticket[]> {
    const { db } = this.#deps
    return viewTickets(db, this.#names, await outages.openTicketsAround(db, caller))
  }

  /** Whoever follows them is told. */
  tell(ticketIds: string[]): void {
    this.#deps.bus.emit('ticket.changed', { ticketIds })
  }

  /** Adds a line within the caller's transaction; the caller tells of it after the commit. */
  note(tx: Db, ticketId: string, entry: NewEntry): Promise<void> {
    return addEntry(tx, ticketId, this.#deps.clock(), entry)
  }

  // ----------------------------------------------------------------------------------------------

  async #briefs(db: Db, rows: store.BriefRow[]): Promise<Map<string, TicketBrief>> {
    const users = await this.#names.users(
      rows.flatMap((row) => row.assignee_id ?? []),
      db,
    )
    return new Map(
      rows.map(({ id, number, assignee_id: by, key }) => {
        return [key!, { id, number, assignee: by === null ? null : (users.get(by) ?? by) }]
      }),
    )
  }

  /** With a major incident its children may have changed. */
  async #told(viewer: Viewer, id: string, others: string[] = []): Promise<TicketDetail> {
    this.tell([id, ...others])
    const detail = await this.detail(viewer, id)
    if (detail.children > 0) this.tell(await this.together.alongWith(id))
    return detail
  }
}

/** The parameters after viewer and ticket. */
type Rest<F> = F extends (viewer: Viewer, id: string, ...rest: infer R) => unknown ? R : never

const namesIn = (records: ReadonlyMap<string, { name: string }>) =>
  new Map(Array.from(records, ([id, { name }]): [string, string] => [id, name]))

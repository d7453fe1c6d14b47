/** Service clocks: how long tickets take, against what was promised. */
import type { BusinessCalendar } from '@zongheng/inventory/calendar.ts'
import { clockOf, readClock } from '@zongheng/inventory/service-clock.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { TicketRow } from '../desk/contract.ts'
import type { DeskService } from '../desk/service.ts'
import type { EstateModel } from '../estate/model.ts'
import { invalid } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Log } from '../log.ts'
import { matterOf } from './matter.ts'
import { ClockKeeper } from './keeper.ts'
import { clockOfRow, columnsOf, factsOf, ruleNow, rulesOf, type Line } from './life.ts'
import { recompute } from './recomputing.ts'
import { calendarKind, escalationKind, targetKind, yearOf } from './rule-kinds.ts'
import { RuleService } from './rule-service.ts'
import { Times, type Rulebook } from './rulebook.ts'
import { ClockRunner } from './runner.ts'
import type { CalendarYear, NewPause, ServiceClock } from './schema.ts'
import { clocksOf, updateClock, type CalendarRow, type ClockRow } from './store.ts'
import { officeCalendarId } from './defaults.ts'
import { placeOfTeam, teamAbove } from './places.ts'
import { tellOfClock } from './telling.ts'

export interface ClockDeps {
  db: Db
  clock: Clock
  log: Log
  audit: Pick<AuditTrail, 'write'>
  timezone: string
  identity: IdentityService
  desk: DeskService
  model: () => EstateModel
}

export class ClockService {
  readonly #deps: ClockDeps
  readonly #times: Times
  readonly #keeper: ClockKeeper
  readonly runner: ClockRunner
  readonly targets
  readonly calendars
  readonly escalations

  constructor(deps: ClockDeps) {
    const { desk, identity, model, timezone } = deps
    this.#deps = deps
    this.#times = new Times(timezone)
    const matter = matterOf({ desk, identity, model })
    this.#keeper = new ClockKeeper({
      times: this.#times,
      matterOf: matter,
      placeOfTeam: placeOfTeam(identity),
      setDue: (...due) => desk.setDue(...due),
      note: (...line) => desk.note(...line),
      rowOf: (...asked) => desk.rowOf(...asked),
    })
    desk.observe(this.#keeper)
    this.runner = new ClockRunner({
      ...deps,
      keeper: this.#keeper,
      rowOf: (...asked) => desk.rowOf(...asked),
      matterOf: matter,
      note: (...line) => desk.note(...line),
      close: (tx, note, id) => desk.moveAs(tx, note, id, { to: 'closed' }, null),
      handTo: (...handed) => desk.handTo(...handed),
      teamAbove: teamAbove(identity),
      tellPeople: tellOfClock({ desk, identity, timezone }),
      tell: (ids) => desk.tell(ids),
    })
    this.targets = new RuleService(deps, targetKind(this.#times))
    const refit = (tx: Db, id: string) => recompute(tx, this.#keeper, deps.clock(), (rule) => rule.calendarId === id) // prettier-ignore
    this.calendars = new RuleService(deps, calendarKind(this.#times, async (tx, id) => void (await refit(tx, id)))) // prettier-ignore
    this.escalations = new RuleService(deps, escalationKind(identity))
  }

  /** Holidays may have been announced since it last ran: what is due is looked up anew. */
  async start(): Promise<void> {
    const { db, clock } = this.#deps
    await recompute(db, this.#keeper, clock(), ({ calendarId }) => calendarId !== null)
    this.runner.start()
  }

  stop(): Promise<void> {
    return this.runner.stop()
  }

  /** By which a region works: its own, or the nearest above it that has one. */
  calendarFor(regionPath: string): BusinessCalendar {
    return this.#times.near(regionPath)
  }

  // ---- reading ---------------------------------------------------------------------------------

  /** A reporter sees what was promised, not what staff owe one another. Throws `not-found`. */
  async of(viewer: Viewer, ticketId: string): Promise<ServiceClock[]> {
    const { db, desk } = this.#deps
    const { seesInternal } = await desk.reachOf(viewer, ticketId)
    const rows = await clocksOf(db, [ticketId])
    return this.#views(rows.filter(({ kind }) => seesInternal || kind === 'sla'))
  }

  /** Of those that the viewer may look at. */
  async ofTickets(viewer: Viewer, ticketIds: readonly string[]): Promise<ServiceClock[]> {
    const { db, desk } = this.#deps
    const seen = await desk.seenAmong(viewer, ticketIds)
    const isStaff = viewer.permissions.has('desk.write')
    const internal = new Set<string>()
    for (const id of isStaff ? seen : []) if ((await desk.reachOf(viewer, id)).seesInternal) internal.add(id)
    const rows = await clocksOf(db, seen)
    return this.#views(
      rows.filter(({ kind, ticket_id: id }) => kind === 'sla' || (kind !== 'closing' && internal.has(id))),
    )
  }

  async year(viewer: Viewer, calendarId: string, year: number): Promise<CalendarYear> {
    const row: CalendarRow | null =
      calendarId === officeCalendarId ? null : await this.calendars.seen(viewer, calendarId)
    return yearOf(row, year, this.#deps.timezone, this.#times)
  }

  async #views(rows: readonly ClockRow[]): Promise<ServiceClock[]> {
    if (rows.length === 0) return []
    const book = await this.#keeper.freshBook(this.#deps.db)
    const nowMs = this.#deps.clock()
    return rows.map((row) => viewOf(row, book, nowMs))
  }

  // ---- writing ---------------------------------------------------------------------------------

  /** Tells afterwards that a stretch did not count: every clock of the ticket is told anew from its timeline. */
  async pause(viewer: Viewer, ticketId: string, { from, until, reason }: NewPause): Promise<ServiceClock[]> {
    const { audit, clock, desk } = this.#deps
    await desk.mustWorkOn(viewer, ticketId)
    await audit.write(async (tx, note) => {
      const ticket = (await desk.rowOf(ticketId, tx))!
      const nowMs = clock()
      mustHaveBeen(ticket, { from, until }, nowMs)
      const values = { event: 'pause', from, until }
      await desk.note(tx, ticketId, { kind: 'clock', visibility: 'internal', authorId: viewer.userId, text: reason, values }) // prettier-ignore
      const rows = await this.#retold(tx, ticket, nowMs)
      for (const { id, ...set } of rows) await updateClock(tx, id, set)
      await this.#keeper.tellDue(tx, ticket, rows)
      note({ action: 'desk.clock-paused', entity: { type: 'ticket', id: ticketId, name: ticket.number }, regionId: ticket.region_id, after: { from, until, reason } }) // prettier-ignore
    })
    desk.tell([ticketId])
    return this.of(viewer, ticketId)
  }

  /** The clocks as such a stretch would leave them; nothing is kept. */
  async afterPause(viewer: Viewer, ticketId: string, stretch: Stretch): Promise<ServiceClock[]> {
    const { clock, db, desk } = this.#deps
    await desk.mustWorkOn(viewer, ticketId)
    const ticket = (await desk.rowOf(ticketId))!
    mustHaveBeen(ticket, stretch, clock())
    return this.#views(await this.#retold(db, ticket, clock(), [stretch]))
  }

  /** Every clock but that of closing, told from the timeline and these stretches. */
  async #retold(
    db: Db,
    ticket: TicketRow,
    nowMs: number,
    stretches: readonly Stretch[] = [],
  ): Promise<ClockRow[]> {
    const more = stretches.map(({ from, until }): Line => ({ at: nowMs, kind: 'clock', values: { event: 'pause', from, until } })) // prettier-ignore
    const lines = [...((await this.#deps.desk.linesOf(ticket.id, ['state', 'clock'], db)) as Line[]), ...more]
    const book = await this.#keeper.freshBook(db)
    const about = { kind: ticket.kind, createdMs: ticket.created_at, respondedMs: ticket.responded_at }
    const rows = (await clocksOf(db, [ticket.id])).filter(({ kind }) => kind !== 'closing')
    return rows.map((row) => {
      const { id, kind, measure, started_at: startedMs } = row
      const rules = rulesOf(row).map((kept) => ({ sinceMs: kept.sinceMs, rule: book.ruleOf(kept) }))
      const told = clockOf(factsOf({ id, kind, measure, startedMs }, about, rules, lines))
      return { ...row, ...columnsOf(told, measure, row.warned, nowMs) }
    })
  }
}

type Stretch = Pick<NewPause, 'from' | 'until'>

function mustHaveBeen({ created_at }: TicketRow, { from, until }: Stretch, nowMs: number): void {
  if (from >= until || from < created_at || until > nowMs)
    throw invalid([{ path: '/until', code: 'range', message: 'after from, since the ticket was opened, not in the future' }]) // prettier-ignore
}

function viewOf(row: ClockRow, book: Rulebook, nowMs: number): ServiceClock {
  const rule = ruleNow(row)
  const view = readClock(clockOfRow(row, book.ruleOf(rule)), nowMs)
  return {
    id: row.id,
    ticketId: row.ticket_id,
    kind: row.kind,
    measure: row.measure,
    name: rule.name,
    state: view.state,
    targetMs: row.target_ms,
    elapsedMs: view.elapsedMs,
    dueAt: view.dueMs,
    breachedAt: view.breachedMs,
    startedAt: row.started_at,
    calendar: book.calendarName(rule.calendarId),
    isUncertain: view.isUncertain,
  }
}

import { newId } from '@zongheng/inventory/id.ts'
import { monthBounds, monthOf } from '@zongheng/inventory/zone.ts'
import type { AlarmSpan } from '../alarms/overlapping.ts'
import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import { inChunks } from '../db/chunks.ts'
import type { Db } from '../db/database.ts'
import type { TicketBrief } from '../desk/service.ts'
import type { CircuitModel } from '../estate/model.ts'
import { pageOfItems, type PageOf } from '../http/paging.ts'
import { notFound } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Period } from '../state/availability.ts'
import type { PlannedOf, StateService } from '../state/service.ts'
import { account, type AccountedOutage } from './account.ts'
import { decisionOn, meet, type Decision } from './cause.ts'
import type { CauseInput, CircuitMonth, CircuitMonthQuery, Outage, OutageQuery, Statement, StatementQuery } from './schema.ts' // prettier-ignore
import { decisionsOn, deleteDecision, insertDecision } from './store.ts'
import { EndsBook, lookAround, type SignSources } from './surroundings.ts'
import { circuitMonth, statementOf, type Row } from './views.ts'

type Scope = Pick<Viewer, 'regionPaths'>

export interface AvailabilityDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  timezone: string
  state: Pick<StateService, 'model' | 'seesLink' | 'nameOf' | 'spansOf'>
  plannedOf: PlannedOf
  mainsLost: SignSources['mainsLost']
  batteryReadings: SignSources['batteryReadings']
  linkAlarms: (period: Period) => Promise<AlarmSpan[]>
  ticketsOf: (alarmIds: string[]) => Promise<Map<string, TicketBrief>>
  namesOf: (userIds: string[]) => Promise<Map<string, string>>
}

export interface Month extends Period {
  month: string
  isOver: boolean
}

/** What circuits were worth: their availability, whose fault it was when they were not, and the carrier's monthly statement. */
export class AvailabilityService {
  readonly #deps: AvailabilityDeps
  readonly #signs: SignSources

  constructor(deps: AvailabilityDeps) {
    const { state, mainsLost, batteryReadings } = deps
    this.#deps = deps
    this.#signs = { mainsLost, batteryReadings, spansOf: (...of) => state.spansOf(...of) }
  }

  get timeZone(): string {
    return this.#deps.timezone
  }

  /** The month as far as it has gone; one that is still to come is empty. */
  month(month?: string): Month {
    const { clock, timezone } = this.#deps
    const nowMs = clock()
    const name = month ?? monthOf(nowMs, timezone)
    const { from, until } = monthBounds(name, timezone)
    return {
      month: name,
      fromMs: from,
      untilMs: Math.max(from, Math.min(until, nowMs)),
      isOver: until <= nowMs,
    }
  }

  async statement(viewer: Scope, query: StatementQuery): Promise<Statement> {
    const month = this.month(query.month)
    const rows = await this.#rows(viewer, month, query)
    return { timeZone: this.timeZone, ...statementOf(rows, month) }
  }

  /** The worst first. */
  async circuits(viewer: Scope, query: CircuitMonthQuery): Promise<PageOf<CircuitMonth>> {
    const rows = await this.#rows(viewer, this.month(query.month), query)
    const months = rows.map((row) => circuitMonth(row, this.#deps.state.model))
    const asked = months.filter(({ verdict }) => !query.verdict || verdict === query.verdict)
    return pageOfItems(asked, query, (one) => [one.beyondMs, one.down.carrier, one.downMs, one.circuit.id], 'desc') // prettier-ignore
  }

  /** The latest first. */
  async outages(viewer: Scope, query: OutageQuery): Promise<PageOf<Outage>> {
    const rows = await this.#rows(viewer, this.month(query.month), query)
    const all = rows.flatMap((row) => row.account.outages.map((outage) => ({ row, outage })))
    const asked = all.filter(({ outage }) => !query.cause || outage.cause === query.cause)
    const page = pageOfItems(asked, query, ({ row, outage }) => [outage.fromMs, row.circuit.id], 'desc')
    return { next: page.next, items: await this.#presented(page.items) }
  }

  /** All of both, for a file: by carrier and link, outages in order of time. */
  async whole(
    viewer: Scope,
    query: StatementQuery,
  ): Promise<{ circuits: CircuitMonth[]; outages: Outage[] }> {
    const rows = await this.#rows(viewer, this.month(query.month), query)
    const circuits = rows.map((row) => circuitMonth(row, this.#deps.state.model))
    const key = ({ carrier, link, circuit }: CircuitMonth) =>
      [carrier.name, link.name, circuit.name].join('\0')
    circuits.sort((a, b) => (key(a) < key(b) ? -1 : 1))
    const all = rows.flatMap((row) => row.account.outages.map((outage) => ({ row, outage })))
    all.sort((a, b) => a.outage.fromMs - b.outage.fromMs)
    return { circuits, outages: await this.#presented(all) }
  }

  /** Accounts of the circuits that the viewer sees. */
  async #rows(
    viewer: Scope,
    period: Period,
    {
      carrierId,
      regionId,
      linkId,
      circuitId,
    }: Partial<Record<'carrierId' | 'regionId' | 'linkId' | 'circuitId', string>>,
  ): Promise<Row[]> {
    const { state } = this.#deps
    const { model } = state
    const links = linkId ? [model.links.get(linkId)] : model.links.values()
    const visible = [...links].filter((link) => link && state.seesLink(viewer, link.id, regionId))
    if (linkId && visible.length === 0) throw notFound('link')
    const circuits = visible.flatMap((link) => link!.circuits)
    const asked = circuits.filter((one) => (!carrierId || one.carrierId === carrierId) && (!circuitId || one.id === circuitId)) // prettier-ignore
    return this.#account(asked, period)
  }

  async #account(circuits: readonly CircuitModel[], period: Period): Promise<Row[]> {
    const { db, state, plannedOf } = this.#deps
    const signs = this.#signs
    const ids = circuits.map(({ id }) => id)
    const [histories, decisions] = await Promise.all([
      signs.spansOf('circuit', ids, period),
      decisionsOn(db, ids, period),
    ])
    const book = new EndsBook(state.model)
    const cases = circuits.map((circuit) => {
      const history = histories.get(circuit.id) ?? []
      const begins = history.flatMap(({ state, fromMs }) => (state === 'down' ? [fromMs] : []))
      return { circuit, history, begins, ends: book.of(circuit) }
    })
    // What began before the period is looked for apart: it may be long ago, and is of few.
    const [old, recent] = [true, false].map((isOld) =>
      cases.filter(({ begins: [first] }) => first !== undefined && first < period.fromMs === isOld),
    ) as [typeof cases, typeof cases]
    const around = (some: typeof cases) =>
      lookAround({ ends: some.map(({ ends }) => ends), begins: some.flatMap(({ begins }) => begins) }, book, signs) // prettier-ignore
    const [long, short] = await Promise.all([around(old), around(recent)])
    const isOld = new Set(old)
    return cases.map((one) => {
      const { circuit, history, ends } = one
      const planned = plannedOf(circuit.id, period.fromMs, period.untilMs)
      const input = { history, planned, decisions: decisions.get(circuit.id) ?? [], ends }
      return { circuit, account: account(input, isOld.has(one) ? long : short, period) }
    })
  }

  // ---- outages as they are told -------------------------------------------------------------

  async #presented(items: { row: Pick<Row, 'circuit'>; outage: AccountedOutage }[]): Promise<Outage[]> {
    const { state, namesOf } = this.#deps
    const tickets = await this.#ticketsOf(items)
    const people = await namesOf([
      ...new Set(items.flatMap(({ outage }) => outage.decision?.decidedBy ?? [])),
    ])
    return items.map(({ row: { circuit }, outage }, i): Outage => {
      const { decision, entityId } = outage
      const decidedBy = decision?.decidedBy ?? null
      return {
        circuit: { id: circuit.id, name: circuit.number },
        link: { id: circuit.linkId, name: state.model.links.get(circuit.linkId)?.name ?? '' },
        carrier: { id: circuit.carrierId, name: circuit.carrier },
        fromAt: outage.fromMs,
        untilAt: outage.untilMs,
        downMs: outage.downMs,
        plannedMs: outage.plannedMs,
        errorBoundMs: outage.errorBoundMs,
        cause: outage.cause,
        sign: outage.sign,
        entity: entityId === null ? null : { id: entityId, name: state.nameOf(entityId) },
        decidedBy: decidedBy === null ? null : { id: decidedBy, name: people.get(decidedBy) ?? '' },
        note: decision?.note ?? null,
        ticket: tickets[i] ?? null,
      }
    })
  }

  /** The ticket of the link's alarm at the time, or of what explained it. */
  async #ticketsOf(
    items: { row: Pick<Row, 'circuit'>; outage: AccountedOutage }[],
  ): Promise<(Pick<TicketBrief, 'id' | 'number'> | null)[]> {
    if (items.length === 0) return []
    const { clock, linkAlarms, ticketsOf } = this.#deps
    const spans = items.map(({ outage }) => ({ fromMs: outage.fromMs - aboutMs, untilMs: (outage.untilMs ?? clock()) + aboutMs })) // prettier-ignore
    const whole = spans.reduce(
      (a, b) => ({ fromMs: Math.min(a.fromMs, b.fromMs), untilMs: Math.max(a.untilMs, b.untilMs) }),
      { fromMs: Infinity, untilMs: 0 },
    )
    const byLink = Map.groupBy(await linkAlarms(whole), ({ entityId }) => entityId)
    const alarms = items.map(({ row }, i) =>
      (byLink.get(row.circuit.linkId) ?? []).filter((one) =>
        meet({ ...one, untilMs: one.untilMs ?? Infinity }, spans[i]!),
      ),
    )
    const ids = [...new Set(alarms.flat().flatMap(({ id, rootId }) => [id, rootId]))]
    const tickets = new Map<string, TicketBrief>()
    for (const part of inChunks(ids))
      for (const [id, ticket] of await ticketsOf(part)) tickets.set(id, ticket)
    return alarms.map((own) => {
      const ticket = own.flatMap(({ id, rootId }) => tickets.get(id) ?? tickets.get(rootId) ?? [])[0]
      return ticket ? { id: ticket.id, number: ticket.number } : null
    })
  }

  // ---- what people decide -------------------------------------------------------------------

  /** Whose fault it was, as a person says; replaces what was decided about it before. */
  async decide(viewer: Viewer, circuitId: string, at: number, input: CauseInput): Promise<Outage> {
    const { audit, clock } = this.#deps
    const nowMs = clock()
    const { circuit, outage } = await this.#outageAt(viewer, circuitId, at)
    const untilMs = outage.untilMs ?? Math.max(nowMs, outage.fromMs + 1)
    const region_id = this.#regionOf(circuit)
    await audit.write(async (tx, note) => {
      const before = await this.#decisionOn(tx, circuitId, outage)
      if (before) await deleteDecision(tx, before.id)
      await insertDecision(tx, {
        id: newId('outageCause'),
        circuit_id: circuitId,
        region_id,
        from_at: outage.fromMs,
        until_at: untilMs,
        cause: input.cause,
        note: input.note.trim(),
        decided_by: viewer.userId,
        created_at: nowMs,
        updated_at: nowMs,
      })
      this.#note(note, 'decided', circuit, outage, before, input)
    })
    return this.#outageView(viewer, circuitId, at)
  }

  /** The rule's word counts again. */
  async withdraw(viewer: Viewer, circuitId: string, at: number): Promise<Outage> {
    const { circuit, outage } = await this.#outageAt(viewer, circuitId, at)
    await this.#deps.audit.write(async (tx, note) => {
      const before = await this.#decisionOn(tx, circuitId, outage)
      if (!before || !(await deleteDecision(tx, before.id))) throw notFound('decision')
      this.#note(note, 'withdrawn', circuit, outage, before, null)
    })
    return this.#outageView(viewer, circuitId, at)
  }

  async #decisionOn(db: Db, circuitId: string, outage: AccountedOutage): Promise<Decision | null> {
    const nowMs = this.#deps.clock()
    const period = { fromMs: outage.fromMs, untilMs: outage.untilMs ?? nowMs }
    const decisions = await decisionsOn(db, [circuitId], period)
    return decisionOn({ ...outage, evidence: [] }, decisions.get(circuitId) ?? [], nowMs)
  }

  async #outageView(viewer: Scope, circuitId: string, at: number): Promise<Outage> {
    const { circuit, outage } = await this.#outageAt(viewer, circuitId, at)
    const [view] = await this.#presented([{ row: { circuit }, outage }])
    return view!
  }

  /** Whole, whatever months it lies in. */
  async #outageAt(viewer: Scope, circuitId: string, at: number) {
    const nowMs = this.#deps.clock()
    const [row] = await this.#rows(viewer, { fromMs: Math.min(at, nowMs), untilMs: nowMs }, { circuitId })
    if (!row) throw notFound('circuit')
    const outage = row.account.outages.find(
      ({ fromMs, untilMs }) => fromMs <= at && at < (untilMs ?? Infinity),
    )
    if (!outage) throw notFound('outage')
    return { circuit: row.circuit, outage }
  }

  #note(
    note: Note,
    verb: 'decided' | 'withdrawn',
    circuit: CircuitModel,
    outage: AccountedOutage,
    before: Decision | null,
    after: CauseInput | null,
  ): void {
    const facts = (one: { cause: string; note: string | null } | null) => one && { cause: one.cause, note: one.note } // prettier-ignore
    note({
      action: `availability.cause-${verb}`,
      entity: { type: 'circuit', id: circuit.id, name: circuit.number },
      regionId: this.#regionOf(circuit),
      before: { outageAt: outage.fromMs, ...facts(before) },
      after: facts(after) ?? undefined,
      ...(after && { reason: after.note.trim() }),
    })
  }

  #regionOf = (circuit: CircuitModel): string => this.#deps.state.model.links.get(circuit.linkId)!.regionId
}

/** An alarm begins and ends around its outage, not with it. */
const aboutMs = 60_000

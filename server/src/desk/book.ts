import { newId } from '@zongheng/inventory/id.ts'
import type { Priority } from '@zongheng/inventory/severity.ts'
import type { Updateable } from 'kysely'
import type { Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { forbidden, notFound } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { KindRules, MoveInput, Moving, TicketLife, TicketObserver } from './contract.ts'
import { arriving, lifeOf, mayMake, movesFrom } from './engine.ts'
import { addEntry, type NewEntry } from './entry.ts'
import {
  isOpenPhase,
  phaseOf,
  tableOf,
  type Actor,
  type MoveRule,
  type Need,
  type TicketKind,
} from './kinds.ts'
import { nextNumber } from './numbers.ts'
import { priorityOf, ratingOf, type Rating } from './priority.ts'
import { needsMissing, ticketChanged, wrongMove } from './problems.ts'
import * as record from './record.ts'
import type { Ticket } from './schema.ts'
import * as store from './store.ts'
import type { TicketRow } from './store.ts'

export interface NewTicketOf {
  kind: TicketKind
  title: string
  description: string
  channel: Ticket['channel']
  /** By hand, or by an alarm's priority. */
  rating: Rating | Priority
  regionId: string
  siteId?: string | null
  teamId?: string | null
  assigneeId?: string | null
  requesterId?: string | null
  alarmId?: string | null
  condition?: string | null
  category?: string | null
  serviceId?: string | null
  parentId?: string | null
  /** Of a reporter who has no account. */
  contact?: { name?: string | null; phone?: string | null; email?: string | null }
  entities?: Ticket['entities']
}

export type TicketSet = Updateable<Tables['tickets']>

/** What goes with a move: who takes it up, what the timeline says besides. */
export interface Also {
  set?: TicketSet
  entries?: NewEntry[]
}

/** Who takes what came to a team and is nobody's: asked before it is written. */
export type Placing = (tx: Db, ticket: Placed, nowMs: number) => Promise<Also>
export type Placed = Pick<TicketRow, 'kind' | 'state' | 'team_id' | 'region_id'>

const bySystem: ReadonlySet<Actor> = new Set<Actor>(['system'])

/**
 * Every ticket of every kind is opened, changed and moved here, in the caller's transaction, and whoever observes is told within it.
 * Callers tell of it on the bus once it is committed.
 */
export class TicketBook implements TicketLife {
  readonly #clock: Clock
  readonly #timezone: string
  readonly #rules = new Map<TicketKind, KindRules>()
  readonly #observers: TicketObserver[] = []
  readonly #placing: Placing

  constructor({ clock, timezone, placing }: { clock: Clock; timezone: string; placing?: Placing }) {
    this.#clock = clock
    this.#placing = placing ?? (async () => ({}))
    this.#timezone = timezone
  }

  extend(kind: TicketKind, rules: KindRules): void {
    if (this.#rules.has(kind)) throw new Error(`${kind} has its rules already`)
    this.#rules.set(kind, rules)
  }

  observe(observer: TicketObserver): void {
    this.#observers.push(observer)
  }

  /** Answers its id; `first` opens its timeline. */
  async open(tx: Db, ticket: NewTicketOf, first: NewEntry): Promise<string> {
    const nowMs = this.#clock()
    const id = newId('ticket', nowMs)
    const number = await nextNumber(tx, tableOf(ticket.kind).prefix, nowMs, this.#timezone)
    const fresh = rowOf(ticket, { id, number, nowMs })
    const { set = {}, entries = [] } = await this.#placed(tx, fresh, nowMs)
    await store.insertTicket(tx, { ...fresh, ...set })
    await store.replaceEntities(tx, id, store.entityRows(id, ticket.entities ?? []))
    for (const entry of [first, ...entries]) await addEntry(tx, id, nowMs, entry)
    const row = await this.#row(tx, id)
    for (const observer of this.#observers) await observer.changed(tx, null, row, nowMs)
    return id
  }

  /**
   * Changes a ticket and says so in its timeline. Throws `ticket-changed` when it is not as it was read: in all, or, for what alarms
   * say, in its state alone, since what somebody assigns meanwhile takes nothing from that.
   */
  async change(
    tx: Db,
    ticket: TicketRow,
    set: TicketSet,
    entries: NewEntry[],
    as: 'revision' | 'state' = 'revision',
  ): Promise<TicketRow> {
    const nowMs = this.#clock()
    const goesOn = (set.team_id ?? ticket.team_id) !== ticket.team_id
    const placed = goesOn ? await this.#placed(tx, { ...ticket, ...set } as TicketRow, nowMs) : {}
    const after = { ...set, ...placed.set, updated_at: nowMs }
    if (!(await store.updateTicket(tx, ticket, after, as))) throw ticketChanged()
    for (const entry of [...entries, ...(placed.entries ?? [])]) await addEntry(tx, ticket.id, nowMs, entry)
    const row = { ...ticket, ...after, revision: ticket.revision + 1 } as TicketRow
    for (const observer of this.#observers) await observer.changed(tx, ticket, row, nowMs)
    return row
  }

  /** Adds lines: whoever else writes at the same time loses nothing, and nothing has to be read anew. */
  async add(tx: Db, ticketId: string, entries: NewEntry[], set: TicketSet = {}): Promise<void> {
    const nowMs = this.#clock()
    const ticket = await store.touchedTicket(tx, ticketId, { ...set, updated_at: nowMs })
    if (!ticket) throw notFound('ticket')
    for (const entry of entries) await addEntry(tx, ticketId, nowMs, entry)
    for (const observer of this.#observers) await observer.added?.(tx, ticket, entries, nowMs)
  }

  /** Along the table of its kind. `viewer` null: the system. Throws `wrong-move`, `forbidden`, or what a need is missing. */
  async moveAs(
    tx: Db,
    note: Note,
    ticketId: string,
    move: MoveInput,
    viewer: Viewer | null,
    actors: ReadonlySet<Actor> = bySystem,
    also: Also = {},
  ): Promise<TicketRow> {
    const ticket = await this.#row(tx, ticketId)
    const moving: Moving = { tx, ticket, move, viewer, note, nowMs: this.#clock() }
    const rule = await this.#ruleFor(moving, actors)
    await this.#mustMeet(moving, rule)
    const reason = move.to === 'pending' ? (move.reason ?? null) : null
    const set: TicketSet = {
      state: move.to,
      pending_reason: reason,
      ...arriving(ticket, move.to, moving.nowMs),
      ...(move.resolution !== undefined && { resolution: move.resolution }),
      ...(move.resolutionCode !== undefined && { resolution_code: move.resolutionCode }),
      ...also.set,
    }
    const values = { from: ticket.state, to: move.to, reason: reason ?? move.reason ?? null }
    const moved: NewEntry = {
      kind: 'state',
      authorId: viewer?.userId ?? null,
      text: move.text ?? null,
      values,
    }
    const after = await this.change(tx, ticket, set, [moved, ...(also.entries ?? [])])
    note(record.moved(ticket, record.sidesOf(ticket, set)))
    await this.#rules
      .get(ticket.kind as TicketKind)
      ?.moved?.({ ...moving, ticket: after, from: ticket.state })
    return after
  }

  /** Moves of these actors that are open to this ticket now. */
  async movesOf(db: Db, ticket: TicketRow, actors: ReadonlySet<Actor>): Promise<MoveRule[]> {
    const open: MoveRule[] = []
    for (const rule of movesFrom(lifeOf(ticket), this.#clock()))
      if (mayMake(rule, actors) && !(await this.#isClosed(ticket, rule.to, db))) open.push(rule)
    return open
  }

  /** When its next clock ends, of which measure; what clocks know of a first answer. Not a change that people see as one. */
  setDue(
    tx: Db,
    ticketId: string,
    due: { dueAt: number | null; measure: string | null; respondedAt?: number | null },
  ): Promise<void> {
    const { dueAt, measure, respondedAt } = due
    const set = {
      due_at: dueAt,
      due_measure: measure,
      ...(respondedAt !== undefined && { responded_at: respondedAt }),
    }
    return store.touchTicket(tx, ticketId, set)
  }

  async #placed(tx: Db, ticket: Placed & Pick<TicketRow, 'assignee_id'>, nowMs: number): Promise<Also> {
    const isNobodys = ticket.assignee_id === null && ticket.team_id !== null
    const isOpen = isOpenPhase(phaseOf(ticket.kind as TicketKind, ticket.state))
    return isNobodys && isOpen ? this.#placing(tx, ticket, nowMs) : {}
  }

  async #ruleFor({ ticket, move, tx, nowMs }: Moving, actors: ReadonlySet<Actor>): Promise<MoveRule> {
    const rules = movesFrom(lifeOf(ticket), nowMs)
    const rule = rules.find(({ to }) => to === move.to)
    if (!rule || (await this.#isClosed(ticket, rule.to, tx)))
      throw wrongMove(
        ticket.state,
        rules.filter((one) => mayMake(one, actors)).map(({ to }) => to),
      )
    if (!mayMake(rule, actors)) throw forbidden()
    return rule
  }

  async #isClosed(ticket: TicketRow, to: string, db: Db): Promise<boolean> {
    const closed = this.#rules.get(ticket.kind as TicketKind)?.closed
    return closed !== undefined && (await closed(ticket, to, db))
  }

  async #mustMeet(moving: Moving, { needs = [] }: MoveRule): Promise<void> {
    const missing: Need[] = []
    for (const need of needs) if (!(await this.#meets(moving, need))) missing.push(need)
    if (missing.length > 0) throw needsMissing(missing)
  }

  async #meets(moving: Moving, need: Need): Promise<boolean> {
    const { move, ticket, viewer } = moving
    switch (need) {
      case 'reason':
        return Boolean(move.reason)
      case 'text':
        return Boolean(move.text?.trim())
      case 'resolution':
        return Boolean((move.resolution ?? move.text ?? ticket.resolution)?.trim())
      case 'assignee':
        return ticket.assignee_id !== null || viewer !== null
      default: {
        const meets = this.#rules.get(ticket.kind as TicketKind)?.meets?.[need]
        return meets !== undefined && (await meets(moving))
      }
    }
  }

  async #row(tx: Db, id: string): Promise<TicketRow> {
    const [row] = await store.ticketsByIds(tx, [id])
    if (!row) throw notFound('ticket')
    return row
  }
}

function rowOf(ticket: NewTicketOf, { id, number, nowMs }: { id: string; number: string; nowMs: number }) {
  const { rating, contact } = ticket
  const byHand = typeof rating === 'object'
  return {
    id,
    number,
    kind: ticket.kind,
    state: tableOf(ticket.kind).first,
    pending_reason: null,
    priority: byHand ? priorityOf(rating) : rating,
    ...(byHand ? rating : ratingOf(rating)),
    title: ticket.title,
    description: ticket.description,
    channel: ticket.channel,
    region_id: ticket.regionId,
    site_id: ticket.siteId ?? null,
    team_id: ticket.teamId ?? null,
    assignee_id: ticket.assigneeId ?? null,
    requester_id: ticket.requesterId ?? null,
    alarm_id: ticket.alarmId ?? null,
    condition: ticket.condition ?? null,
    category: ticket.category ?? null,
    service_id: ticket.serviceId ?? null,
    parent_id: ticket.parentId ?? null,
    contact_name: contact?.name ?? null,
    contact_phone: contact?.phone ?? null,
    contact_email: contact?.email ?? null,
    resolved_at: null,
    closed_at: null,
    created_at: nowMs,
    updated_at: nowMs,
  }
}

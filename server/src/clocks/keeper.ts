/** Keeps the clocks of every ticket, in the transaction that changes it: starts, pauses, goes on, stops. */
import { newId } from '@zongheng/inventory/id.ts'
import { advance, startClock, type Clock } from '@zongheng/inventory/service-clock.ts'
import type { Db } from '../db/database.ts'
import type { TicketObserver, TicketRow } from '../desk/contract.ts'
import type { NewEntry } from '../desk/entry.ts'
import { isOpenPhase, phaseOf, type TicketKind } from '../desk/kinds.ts'
import { clockOfRow, columnsOf, factOf, ruleNow, rulesOf } from './life.ts'
import { loadRulebook, type KeptRule, type Matter, type Rulebook, type TargetRule, type Times } from './rulebook.ts' // prettier-ignore
import type { ClockKind, Measure } from './schema.ts'
import { clocksOf, insertClocks, updateClock, type ClockRow } from './store.ts'

/** What the keeper asks of other modules. */
export interface KeeperDeps {
  times: Times
  matterOf: (tx: Db, ticket: TicketRow) => Promise<Matter>
  /** Of a team's region. */
  placeOfTeam: (tx: Db, teamId: string) => Promise<Place | null>
  setDue: (
    tx: Db,
    ticketId: string,
    due: { dueAt: number | null; measure: string | null; respondedAt?: number | null },
  ) => Promise<void>
  note: (tx: Db, ticketId: string, entry: NewEntry) => Promise<void>
  rowOf: (id: string, tx: Db) => Promise<TicketRow | undefined>
}

export interface Place {
  path: string
  tier: string
}

const measuresOf = ({ kind, responseMs, resolutionMs }: TargetRule): [Measure, number][] => {
  if (kind === 'closing') return resolutionMs === null ? [] : [['closing', resolutionMs]]
  const both: [Measure, number | null][] = [['response', responseMs], ['resolution', resolutionMs]] // prettier-ignore
  return both.filter((one): one is [Measure, number] => one[1] !== null)
}

/** What a ticket is chosen by: where one of these changes, so may its targets. */
const chosenBy = ['kind', 'priority', 'category', 'service_id', 'region_id'] as const

export class ClockKeeper implements TicketObserver {
  readonly #deps: KeeperDeps
  /** Of each transaction once. */
  readonly #books = new WeakMap<Db, Promise<Rulebook>>()

  constructor(deps: KeeperDeps) {
    this.#deps = deps
  }

  rulebook(tx: Db): Promise<Rulebook> {
    const known = this.#books.get(tx) ?? loadRulebook(tx, this.#deps.times)
    this.#books.set(tx, known)
    return known
  }

  /** As it is now: outside of a transaction, or where it has changed within it. */
  freshBook(db: Db): Promise<Rulebook> {
    return loadRulebook(db, this.#deps.times)
  }

  async changed(tx: Db, before: TicketRow | null, after: TicketRow, nowMs: number): Promise<void> {
    const isMatter = before === null || chosenBy.some((column) => before[column] !== after[column])
    const isMoved = before === null || before.state !== after.state || before.pending_reason !== after.pending_reason || before.responded_at !== after.responded_at // prettier-ignore
    const isHanded = before !== null && before.team_id !== after.team_id
    if (!isMatter && !isMoved && !isHanded) return
    const rows = before === null ? [] : await clocksOf(tx, [after.id])
    const turn = new Turn(tx, this.#deps, await this.rulebook(tx), after, nowMs, rows)
    if (isMatter && before) await turn.ruleAnew()
    if (isHanded || before === null) await turn.handOver(before?.team_id ?? null)
    await turn.follow(before)
    await this.tellDue(tx, after, turn.rows)
  }

  /** What staff say publicly is the first response. */
  async added(tx: Db, ticket: TicketRow, entries: readonly NewEntry[], nowMs: number): Promise<void> {
    const said = entries.filter(({ kind, visibility, authorId }) => kind === 'comment' && visibility !== 'internal' && authorId) // prettier-ignore
    if (said.length === 0 || ticket.responded_at !== null) return
    if (!said.some(({ authorId }) => authorId !== ticket.requester_id)) return
    await this.#deps.setDue(tx, ticket.id, { dueAt: ticket.due_at, measure: ticket.due_measure, respondedAt: nowMs }) // prettier-ignore
    await this.changed(tx, ticket, { ...ticket, responded_at: nowMs }, nowMs)
  }

  /** The ticket shows which of its clocks ends first; a carrier's is not ours, and closing is no promise. */
  async tellDue(tx: Db, ticket: TicketRow, rows: readonly Shown[]): Promise<void> {
    const own = rows.filter(({ kind, due_at }) => (kind === 'sla' || kind === 'ola') && due_at !== null)
    const [first] = own.toSorted((a, b) => a.due_at! - b.due_at!)
    const [dueAt, measure] = [first?.due_at ?? null, first?.measure ?? null]
    if (dueAt !== ticket.due_at || measure !== ticket.due_measure)
      await this.#deps.setDue(tx, ticket.id, { dueAt, measure })
  }

  async tellDueOf(tx: Db, ticketId: string): Promise<void> {
    const ticket = await this.#deps.rowOf(ticketId, tx)
    if (ticket) await this.tellDue(tx, ticket, await clocksOf(tx, [ticketId]))
  }
}

/** What of a clock its ticket shows. */
type Shown = Pick<ClockRow, 'kind' | 'measure' | 'due_at'>

/** One change of one ticket. */
class Turn {
  readonly rows: ClockRow[]
  readonly #tx: Db
  readonly #deps: KeeperDeps
  readonly #book: Rulebook
  readonly #ticket: TicketRow
  readonly #nowMs: number
  #matter: Promise<Matter> | null = null

  constructor(tx: Db, deps: KeeperDeps, book: Rulebook, ticket: TicketRow, nowMs: number, rows: ClockRow[]) {
    this.#tx = tx
    this.#deps = deps
    this.#book = book
    this.#ticket = ticket
    this.#nowMs = nowMs
    this.rows = rows
  }

  /** Other targets from here on; what was counted stays. */
  async ruleAnew(): Promise<void> {
    for (const row of this.rows) {
      if (row.state === 'stopped' && row.kind !== 'sla') continue
      const found = await this.#target(row.kind)
      const target = found && measuresOf(found).find(([measure]) => measure === row.measure)
      if (!found || !target || found.id === row.target_id) continue
      const kept = keptOf(found, target[1], this.#nowMs)
      const rule = this.#book.ruleOf(kept)
      const clock = advance(this.#clockOf(row), { atMs: this.#nowMs, is: 'rule', rule })
      const set = { target_id: found.id, rule: JSON.stringify([...rulesOf(row), kept]) }
      await this.#save(row, { ...clock, rule }, set)
    }
    if (isOpenPhase(phaseOf(this.#ticket.kind as TicketKind, this.#ticket.state))) await this.#startMissing()
  }

  /** What its new target asks for and the one before did not. */
  async #startMissing(): Promise<void> {
    const target = await this.#target('sla')
    for (const [measure, targetMs] of target ? measuresOf(target) : [])
      if (!this.rows.some((row) => row.kind === 'sla' && row.measure === measure))
        await this.#start('sla', measure, target!, targetMs)
  }

  /** What a tier above owes the one below runs from when it takes a ticket over until it gives it away. */
  async handOver(fromTeamId: string | null): Promise<void> {
    const [from, to] = [await this.#placeOf(fromTeamId), await this.#placeOf(this.#ticket.team_id)]
    if (from?.path === to?.path) return
    for (const row of this.rows.filter(({ kind, state }) => kind === 'ola' && state !== 'stopped')) {
      await this.#mark(row.id, 'left')
      await this.#advance(row, false)
    }
    if (to === null || isDone(this.#ticket)) return
    const target = await this.#target('ola')
    if (!target) return
    for (const [measure, targetMs] of measuresOf(target)) {
      const known = this.rows.find((row) => row.kind === 'ola' && row.measure === measure && row.target_id === target.id) // prettier-ignore
      const row = known ?? (await this.#start('ola', measure, target, targetMs))
      await this.#mark(row.id, 'held')
      if (known) await this.#advance(known, true)
    }
  }

  /** Each clock follows the ticket; those that begin now are started. */
  async follow(before: TicketRow | null): Promise<void> {
    for (const row of this.rows) {
      if (row.kind === 'closing' && row.state === 'stopped' && isDone(this.#ticket)) await this.#restart(row)
      else if (row.kind !== 'ola') await this.#advance(row)
      else if (row.state !== 'stopped' || (await this.#isOwedAgain(row, before)))
        await this.#advance(row, true)
    }
    if (before === null) await this.#startAll('sla')
    if (this.#ticket.pending_reason === 'carrier') await this.#startAll('uc')
    if (isDone(this.#ticket)) await this.#startAll('closing')
  }

  /** What was done is reopened while whoever owes it still has it. */
  async #isOwedAgain({ target_id }: ClockRow, before: TicketRow | null): Promise<boolean> {
    if (!before || !isDone(before) || isDone(this.#ticket)) return false
    const isAway = (await this.#placeOf(this.#ticket.team_id)) !== null
    return isAway && (await this.#target('ola'))?.id === target_id
  }

  async #startAll(kind: ClockKind): Promise<void> {
    if (this.rows.some((row) => row.kind === kind)) return
    const target = await this.#target(kind)
    for (const [measure, targetMs] of target ? measuresOf(target) : [])
      await this.#start(kind, measure, target!, targetMs)
  }

  async #start(kind: ClockKind, measure: Measure, target: TargetRule, targetMs: number): Promise<ClockRow> {
    const kept = keptOf(target, targetMs, this.#nowMs)
    const started = startClock(this.#book.ruleOf(kept), this.#nowMs)
    const clock = advance(started, factOf({ kind, measure }, this.#ticket, this.#nowMs))
    const row = {
      id: newId('clock', this.#nowMs),
      ticket_id: this.#ticket.id,
      target_id: target.id,
      kind,
      measure,
      rule: JSON.stringify([kept]),
      created_at: this.#nowMs,
      ...columnsOf(clock, measure, 0, this.#nowMs),
    }
    await insertClocks(this.#tx, [row])
    this.rows.push(row)
    return row
  }

  /** Resolved once more: the days until it closes are counted anew. */
  async #restart(row: ClockRow): Promise<void> {
    const kept = { ...ruleNow(row), sinceMs: this.#nowMs }
    const clock = startClock(this.#book.ruleOf(kept), this.#nowMs)
    await this.#save(row, clock, { rule: JSON.stringify([kept]) })
  }

  #advance(row: ClockRow, holds = true): Promise<void> {
    const clock = advance(this.#clockOf(row), factOf(row, this.#ticket, this.#nowMs, holds))
    return this.#save(row, { ...clock, rule: this.#book.ruleOf(ruleNow(row)) })
  }

  async #save(row: ClockRow, clock: Clock, also: Partial<ClockRow> = {}): Promise<void> {
    const set = { ...columnsOf(clock, row.measure, row.warned, this.#nowMs), ...also }
    Object.assign(row, set)
    await updateClock(this.#tx, row.id, set)
  }

  #clockOf(row: ClockRow): Clock {
    return clockOfRow(row, this.#book.ruleOf(ruleNow(row)))
  }

  /** An `ola` is by the tier of the team that owes it. */
  async #target(kind: ClockKind): Promise<TargetRule | undefined> {
    const about = await this.#about()
    const place = kind === 'ola' ? await this.#placeOf(this.#ticket.team_id) : null
    return this.#book.targetOf(kind, place ? { ...about, tier: place.tier } : about)
  }

  /** Where a team is; null: where its ticket is at home, as is what nobody has. */
  async #placeOf(teamId: string | null): Promise<Place | null> {
    const place = teamId === null ? null : await this.#deps.placeOfTeam(this.#tx, teamId)
    const { lineage } = await this.#about()
    return place?.path === `/${lineage.join('/')}/` ? null : place
  }

  #about(): Promise<Matter> {
    return (this.#matter ??= this.#deps.matterOf(this.#tx, this.#ticket))
  }

  #mark(clockId: string, event: 'held' | 'left'): Promise<void> {
    const entry = { kind: 'clock', visibility: 'internal', values: { event, clockId } } as const
    return this.#deps.note(this.#tx, this.#ticket.id, entry)
  }
}

const isDone = ({ kind, state }: TicketRow) => phaseOf(kind as TicketKind, state) === 'done'

const keptOf = ({ id, name, calendarId, pauses }: TargetRule, targetMs: number, sinceMs: number): KeptRule => ({
  sinceMs,
  targetId: id,
  name,
  targetMs,
  calendarId,
  pauses,
}) // prettier-ignore

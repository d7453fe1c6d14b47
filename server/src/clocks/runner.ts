/**
 * What clocks bring about by themselves: marks are passed, people are told, tickets are moved on or closed. Each in a transaction of
 * its own that also notes how far it got, so that a process which ends in between misses nothing and repeats nothing.
 */
import { clockMarks, readClock } from '@zongheng/inventory/service-clock.ts'
import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock as ClockFunction } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { TicketRow } from '../desk/contract.ts'
import type { NewEntry } from '../desk/entry.ts'
import { ProblemError } from '../http/problem.ts'
import type { Log } from '../log.ts'
import type { ClockKeeper } from './keeper.ts'
import { clockOfRow, columnsOf, ruleNow } from './life.ts'
import type { Matter } from './rulebook.ts'
import { teamAbove, type EscalationStep } from './schema.ts'
import { clockById, clocksOf, dueClocks, updateClock, type ClockRow } from './store.ts'

export interface RunnerDeps {
  db: Db
  clock: ClockFunction
  log: Log
  audit: Pick<AuditTrail, 'write'>
  keeper: ClockKeeper
  rowOf: (id: string, tx: Db) => Promise<TicketRow | undefined>
  matterOf: (tx: Db, ticket: TicketRow) => Promise<Matter>
  note: (tx: Db, ticketId: string, entry: NewEntry) => Promise<void>
  close: (tx: Db, note: Note, ticketId: string) => Promise<void>
  handTo: (tx: Db, note: Note, ticketId: string, teamId: string) => Promise<void>
  /** Of the tier above whoever has it; null at the top. */
  teamAbove: (tx: Db, ticket: TicketRow) => Promise<string | null>
  tellPeople: (tx: Db, ticket: TicketRow, told: Told, nowMs: number) => Promise<void>
  /** After the commit. */
  tell: (ticketIds: string[]) => void
}

/** Who hears what of a clock. */
export interface Told {
  to: ReadonlySet<EscalationStep['tell'][number]>
  name: string
  measure: ClockRow['measure']
  percent: number
  dueMs: number | null
}

const tickMs = 1000
const atOnce = 200
/** What could not be done now is tried again so much later. */
const againMs = 60_000

export class ClockRunner {
  readonly #deps: RunnerDeps
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> | null = null
  /** Tickets that went on in this round: however many of its clocks are late, a ticket takes one step. */
  readonly #moved = new Set<string>()

  constructor(deps: RunnerDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#timer = setInterval(() => void this.tick(), tickMs)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#round
  }

  /** Everything that is due by now, one after another. One round at a time. */
  tick(): Promise<void> {
    this.#round ??= this.#rounds()
      .catch((err: unknown) => this.#deps.log.error({ err }, 'clocks were not looked at'))
      .finally(() => (this.#round = null))
    return this.#round
  }

  async #rounds(): Promise<void> {
    const { db, clock, log } = this.#deps
    this.#moved.clear()
    for (;;) {
      const due = await dueClocks(db, clock(), atOnce)
      for (const { id } of due)
        await this.#run(id).catch(async (err: unknown) => {
          log.error({ err, clock: id }, 'a clock could not be followed')
          await updateClock(db, id, { next_at: clock() + againMs })
        })
      if (due.length < atOnce) return
    }
  }

  async #run(id: string): Promise<void> {
    const { audit, clock, tell } = this.#deps
    const ticketId = await audit.write(async (tx, note) => {
      const row = await clockById(tx, id)
      const nowMs = clock()
      if (row?.state !== 'running' || row.next_at === null || row.next_at > nowMs) return null
      return row.kind === 'closing' ? this.#close(tx, note, row) : this.#pass(tx, note, row, nowMs)
    })
    if (ticketId) tell([ticketId])
  }

  /** Where it may not close by itself, as a receipt is missing, it stays as it is. */
  async #close(tx: Db, note: Note, row: ClockRow): Promise<string> {
    await updateClock(tx, row.id, { next_at: null })
    try {
      await this.#deps.close(tx, note, row.ticket_id)
    } catch (error) {
      // somebody changed it at this instant: it is tried again
      if (!(error instanceof ProblemError) || error.code === 'ticket-changed') throw error
    }
    return row.ticket_id
  }

  async #pass(tx: Db, note: Note, row: ClockRow, nowMs: number): Promise<string | null> {
    const { keeper, rowOf } = this.#deps
    const ticket = await rowOf(row.ticket_id, tx)
    if (!ticket) return null
    const book = await keeper.rulebook(tx)
    const clock = clockOfRow(row, book.ruleOf(ruleNow(row)))
    const view = readClock(clock, nowMs)
    const marks = clockMarks.slice(row.warned, view.passed)
    const set = columnsOf({ ...clock, breachedMs: view.breachedMs }, row.measure, view.passed, nowMs)
    await updateClock(tx, row.id, { ...set, warned: view.passed })
    await keeper.tellDue(tx, ticket, await clocksOf(tx, [ticket.id]))
    await this.#record(tx, ticket, row, marks, view.breachedMs)
    await this.#escalate(tx, note, ticket, row, { marks, dueMs: view.dueMs, nowMs })
    return ticket.id
  }

  /** The gravest warning, and a breach always. */
  async #record(tx: Db, ticket: TicketRow, row: ClockRow, marks: readonly number[], breachedMs: number | null): Promise<void> {
    const warning = marks.findLast((mark) => mark < 100)
    const { kind, measure, id: clockId } = row
    const line = (event: string, percent: number, at: number | null): NewEntry => ({
      kind: 'clock',
      visibility: 'internal',
      values: { event, clockId, clockKind: kind, measure, name: ruleNow(row).name, percent, at },
    })
    const isBreached = marks.includes(100)
    if (isBreached) await this.#deps.note(tx, ticket.id, line('breached', 100, breachedMs))
    else if (warning !== undefined) await this.#deps.note(tx, ticket.id, line('warned', warning, row.due_at))
  } // prettier-ignore

  /** Tells first, moves second. */
  async #escalate(
    tx: Db,
    note: Note,
    ticket: TicketRow,
    row: ClockRow,
    { marks, dueMs, nowMs }: { marks: readonly number[]; dueMs: number | null; nowMs: number },
  ): Promise<void> {
    const { keeper, matterOf, tellPeople } = this.#deps
    const matter = await matterOf(tx, ticket)
    const rule = (await keeper.rulebook(tx)).escalationOf(row, matter)
    const steps = rule?.steps.filter(({ percent }) => marks.includes(percent)) ?? []
    if (steps.length === 0) return
    const to = new Set(steps.flatMap(({ tell }) => tell))
    const percent = Math.max(...steps.map((step) => step.percent))
    await tellPeople(tx, ticket, { to, name: ruleNow(row).name, measure: row.measure, percent, dueMs }, nowMs)
    const moveTo = steps.findLast((step) => step.moveTo !== null)?.moveTo
    if (moveTo) await this.#handOn(tx, note, ticket, moveTo)
  }

  async #handOn(tx: Db, note: Note, ticket: TicketRow, moveTo: string): Promise<void> {
    const { handTo, teamAbove: above } = this.#deps
    if (this.#moved.has(ticket.id)) return
    const teamId = moveTo === teamAbove ? await above(tx, ticket) : moveTo
    if (teamId === null || teamId === ticket.team_id) return
    await handTo(tx, note, ticket.id, teamId)
    this.#moved.add(ticket.id)
  }
}

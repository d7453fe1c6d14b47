/** Whoever has to decide is told when it is their turn, and again every day. */
import { dayMs } from '@zongheng/inventory/zone.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { TicketRow } from '../desk/contract.ts'
import type { EventBus } from '../events.ts'
import type { Log } from '../log.ts'
import type { TicketNotice } from '../notify/personal.ts'
import { Rounds } from '../rounds.ts'
import * as store from './store.ts'

interface RemindingDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  desk: { rowOf(id: string, db: Db): Promise<TicketRow | undefined> }
  tellOf: (tx: Db, notices: readonly TicketNotice[], nowMs: number) => Promise<void>
}

const lookEveryMs = 10 * 60_000
const stepsAtOnce = 200

export class Reminding extends Rounds {
  readonly #deps: RemindingDeps

  constructor(deps: RemindingDeps) {
    super({ everyMs: lookEveryMs, log: deps.log, failed: 'approvers were not reminded' })
    this.#deps = deps
  }

  /** Within the caller's transaction: the approvers of a step that just opened, and who stands in for them. */
  async opened(
    tx: Db,
    step: Pick<store.StepRow, 'id' | 'name'>,
    ticket: TicketRow,
    nowMs: number,
  ): Promise<void> {
    const votes = await store.approvalsOfStep(tx, step.id)
    const waiting = votes.flatMap((vote) => (vote.state === 'waiting' ? vote.approver_id : []))
    const deputies = await store.deputiesFor(tx, waiting, nowMs)
    const userIds = [...new Set([...waiting, ...deputies])].filter((id) => id !== ticket.requester_id)
    const { id, number, title, region_id: regionId, created_at: openedMs } = ticket
    const about = { id, number, title, regionId, openedMs }
    const notice = { event: 'ticket-approval' as const, ticket: about, severity: 'minor' as const, text: step.name, userIds } // prettier-ignore
    await this.#deps.tellOf(tx, [notice], nowMs)
  }

  /** Tells again of what has waited for a day. */
  protected override async round(): Promise<void> {
    const { db, bus, clock } = this.#deps
    const nowMs = clock()
    const told: string[] = []
    for (const step of await store.stepsLongOpen(db, nowMs - dayMs, stepsAtOnce))
      if (await this.#remind(step, nowMs)) told.push(step.ticket_id)
    if (told.length > 0) bus.emit('ticket.changed', { ticketIds: [...new Set(told)] })
  }

  /** Claimed first: of two processes one reminds. */
  #remind(step: store.StepRow, nowMs: number): Promise<boolean> {
    const { db, desk } = this.#deps
    return db.transaction().execute(async (tx) => {
      if (!(await store.claimReminder(tx, step.id, nowMs - dayMs, nowMs))) return false
      const ticket = await desk.rowOf(step.ticket_id, tx)
      if (ticket) await this.opened(tx, step, ticket, nowMs)
      return ticket !== undefined
    })
  }
}

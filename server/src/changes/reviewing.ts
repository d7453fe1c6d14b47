/** An emergency is reviewed within a day of work: whoever answers for the region is told, once, when that is over. */
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { DeskService } from '../desk/service.ts'
import type { EventBus } from '../events.ts'
import { nearestHolders } from '../identity/nearest-holders.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Log } from '../log.ts'
import { clockText } from '../notify/message.ts'
import { Rounds } from '../rounds.ts'
import * as store from './store.ts'

interface ReviewWatchDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  timezone: string
  desk: Pick<DeskService, 'rowOf' | 'notices'>
  identity: Pick<IdentityService, 'holdersOn' | 'regionsNamed'>
}

const lookEveryMs = 5 * 60_000
const atOnce = 200

export class ReviewWatch extends Rounds {
  readonly #deps: ReviewWatchDeps

  constructor(deps: ReviewWatchDeps) {
    super({ everyMs: lookEveryMs, log: deps.log, failed: 'overdue reviews were not told of' })
    this.#deps = deps
  }

  protected override async round(): Promise<void> {
    const { db, bus, clock } = this.#deps
    const nowMs = clock()
    const told: string[] = []
    for (const change of await store.overdueReviews(db, nowMs, atOnce))
      if (await this.#tell(change, nowMs)) told.push(change.ticket_id)
    if (told.length > 0) bus.emit('ticket.changed', { ticketIds: told })
  }

  /** Claimed first: of two processes one tells. */
  #tell({ ticket_id: id, review_due_at: dueMs }: store.ChangeRow, nowMs: number): Promise<boolean> {
    const { db, desk, identity, timezone } = this.#deps
    return db.transaction().execute(async (tx) => {
      if (!(await store.claimReviewReminder(tx, id, nowMs))) return false
      const ticket = await desk.rowOf(id, tx)
      if (ticket?.state !== 'review') return false
      const userIds = await nearestHolders(identity, ticket.region_id, 'desk.rules', tx)
      const text = `紧急变更补审已超时，到期 ${clockText(dueMs ?? nowMs, timezone)}`
      await desk.notices.tell(tx, 'ticket-due', ticket, nowMs, { text, userIds })
      return true
    })
  }
}

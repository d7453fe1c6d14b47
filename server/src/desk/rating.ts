import { conflict, forbidden } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import { heldTicket } from './gathering-store.ts'
import { phaseOf, reopenWithinMs, type TicketKind } from './kinds.ts'
import type { Parts } from './parts.ts'
import * as record from './record.ts'
import type { Rating } from './schema-together.ts'
import type { TicketRow } from './store.ts'

/** As long as it may be reopened. */
const withinMs = reopenWithinMs

/** Once it was resolved, for seven days. */
function isRatable(row: TicketRow, nowMs: number): boolean {
  const phase = phaseOf(row.kind as TicketKind, row.state)
  const isDone = phase === 'done' || row.state === 'closed'
  const resolvedMs = row.resolved_at ?? row.closed_at
  const isInTime = resolvedMs !== null && nowMs - resolvedMs <= withinMs
  return isDone && isInTime && row.merged_into === null
}

/** Its reporter; what they say last stands. */
export const mayRate = (userId: string, row: TicketRow, nowMs: number): boolean =>
  row.requester_id === userId && isRatable(row, nowMs)

export class Ratings {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Throws `forbidden` for anybody but the reporter, `not-ratable` before it is resolved and after seven days. */
  async rate(viewer: Viewer, id: string, rating: Rating): Promise<void> {
    await this.#parts.reach.seen(viewer, id)
    await this.#keep(id, rating, viewer.userId, (row) => {
      if (row.requester_id !== viewer.userId) throw forbidden()
    })
  }

  /** By a reporter without an account, whom the caller knows. Throws `not-ratable`, and `rated-already` the second time. */
  rateOnce(id: string, rating: Rating): Promise<void> {
    return this.#keep(id, rating, null, (row) => {
      if (row.score !== null) throw conflict('rated-already')
    })
  }

  /** Throws `not-ratable`. */
  mustBeRatable(row: TicketRow): void {
    if (!isRatable(row, this.#parts.clock())) throw conflict('not-ratable')
  }

  async #keep(
    id: string,
    { score, text }: Rating,
    authorId: string | null,
    judge: (row: TicketRow) => void,
  ): Promise<void> {
    const { audit, book, clock, notices } = this.#parts
    await audit.write(async (tx, note) => {
      const row = await heldTicket(tx, id)
      const nowMs = clock()
      judge(row)
      this.mustBeRatable(row)
      const entry = {
        kind: 'rating',
        authorId,
        text: text ?? null,
        values: { event: 'rated', score },
      } as const
      await book.add(tx, id, [entry], { score, score_text: text ?? null, scored_at: nowMs })
      await notices.tell(tx, 'ticket-rated', row, nowMs, { text: `${score} 分${text ? `：${text}` : ''}` })
      note(record.done('desk.ticket-rated', row, { score, text }))
    })
  }
}

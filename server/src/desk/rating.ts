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

/** Its reporter, once it was resolved, for seven days; what they say last stands. */
export function mayRate(userId: string, row: TicketRow, nowMs: number): boolean {
  const phase = phaseOf(row.kind as TicketKind, row.state)
  const isDone = phase === 'done' || row.state === 'closed'
  const resolvedMs = row.resolved_at ?? row.closed_at
  const isInTime = resolvedMs !== null && nowMs - resolvedMs <= withinMs
  return row.requester_id === userId && isDone && isInTime && row.merged_into === null
}

export class Ratings {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Throws `forbidden` for anybody but the reporter, `not-ratable` before it is resolved and after seven days. */
  async rate(viewer: Viewer, id: string, { score, text }: Rating): Promise<void> {
    const { audit, book, clock, notices, reach } = this.#parts
    await reach.seen(viewer, id)
    await audit.write(async (tx, note) => {
      const row = await heldTicket(tx, id)
      const nowMs = clock()
      if (row.requester_id !== viewer.userId) throw forbidden()
      if (!mayRate(viewer.userId, row, nowMs)) throw conflict('not-ratable')
      const entry = { kind: 'rating', authorId: viewer.userId, text: text ?? null, values: { event: 'rated', score } } as const // prettier-ignore
      await book.add(tx, id, [entry], { score, score_text: text ?? null, scored_at: nowMs })
      await notices.tell(tx, 'ticket-rated', row, nowMs, { text: `${score} 分${text ? `：${text}` : ''}` })
      note(record.done('desk.ticket-rated', row, { score, text }))
    })
  }
}

import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { ProblemError } from '../http/problem.ts'
import { keepReport, ticketOfReport } from './store.ts'

interface DraftDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
}

/** What a person sends twice, as over a bad line, becomes one ticket: by the key of the draft that it was. */
export class SentDrafts {
  readonly #deps: DraftDeps

  constructor(deps: DraftDeps) {
    this.#deps = deps
  }

  /** The ticket that `open` makes, or the one that this draft became before. */
  async once(
    userId: string,
    key: string,
    open: (tx: Db, note: Note) => Promise<string>,
  ): Promise<{ id: string; isNew: boolean }> {
    const { db, clock, audit } = this.#deps
    const sent = await ticketOfReport(db, userId, key)
    if (sent !== undefined) return { id: sent, isNew: false }
    try {
      const id = await audit.write(async (tx, note) => {
        const ticketId = await open(tx, note)
        const row = { user_id: userId, key, ticket_id: ticketId, created_at: clock() }
        if (!(await keepReport(tx, row))) throw new ProblemError(409, 'report-sent')
        return ticketId
      })
      return { id, isNew: true }
    } catch (error) {
      // of two at once the second finds what the first made
      const first = error instanceof ProblemError && error.code === 'report-sent' && (await ticketOfReport(db, userId, key)) // prettier-ignore
      if (!first) throw error
      return { id: first, isNew: false }
    }
  }
}

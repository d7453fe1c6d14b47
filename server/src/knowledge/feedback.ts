import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { DeskService } from '../desk/service.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { ArticleReach } from './reach.ts'
import type { Reading } from './reading.ts'
import type { ArticleDetail, ArticleUse, Vote } from './schema.ts'
import * as store from './store.ts'
import { lineOf, told } from './telling.ts'

export interface FeedbackDeps {
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  desk: Pick<DeskService, 'mustWorkOn' | 'note' | 'tell'>
  reach: ArticleReach
  reading: Reading
}

/** What readers say of an article: whether it helped, that they have read it, where they used it. */
export class Feedback {
  readonly #deps: FeedbackDeps

  constructor(deps: FeedbackDeps) {
    this.#deps = deps
  }

  async vote(viewer: Viewer, id: string, { helpful, text }: Vote): Promise<ArticleDetail> {
    const row = await this.#deps.reach.read(viewer, id)
    await this.#deps.audit.write(async (tx, note) => {
      const given = { helpful: helpful ? 1 : 0, text: text ?? null }
      await store.vote(tx, {
        article_id: id,
        user_id: viewer.userId,
        ...given,
        created_at: this.#deps.clock(),
      })
      note({ action: 'knowledge.voted', ...told(row), after: { helpful } })
    })
    return this.#deps.reading.detail(viewer, id)
  }

  /** "I have read this": of the version that is published now. */
  async confirm(viewer: Viewer, id: string): Promise<ArticleDetail> {
    const row = await this.#deps.reach.read(viewer, id)
    await this.#deps.audit.write(async (tx, note) => {
      await store.confirmRead(tx, id, row.version, viewer.userId, this.#deps.clock())
      note({ action: 'knowledge.confirmed', ...told(row), after: { version: row.version } })
    })
    return this.#deps.reading.detail(viewer, id)
  }

  async use(viewer: Viewer, id: string, { ticketId, how }: ArticleUse): Promise<void> {
    const row = await this.#deps.reach.read(viewer, id)
    await this.#deps.desk.mustWorkOn(viewer, ticketId)
    await this.#deps.audit.write(async (tx, note) => {
      const use = { article_id: id, ticket_id: ticketId, user_id: viewer.userId, how }
      await store.use(tx, { ...use, created_at: this.#deps.clock() })
      note({ action: 'knowledge.used', ...told(row), after: { ticketId, how } })
      await this.#deps.desk.note(tx, ticketId, lineOf(viewer, row, how))
    })
    this.#deps.desk.tell([ticketId])
  }
}

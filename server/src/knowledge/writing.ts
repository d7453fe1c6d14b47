import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { DeskService } from '../desk/service.ts'
import { conflict, forbidden, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { SearchService } from '../search/service.ts'
import { actsOn, needs, pendingOf, type Act } from './acts.ts'
import { reviewAfterMs, type ArticleBook } from './article-book.ts'
import type { ArticleReach } from './reach.ts'
import type { Reading } from './reading.ts'
import type { ArticleDetail, ArticleEdit, Base, NewArticle } from './schema.ts'
import * as store from './store.ts'
import type { ArticleRow, VersionRow } from './store.ts'
import { facts, lineOf, told } from './telling.ts'
import { articleOfTicket, originOfTicket } from './ticket-article.ts'

export interface WritingDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: Pick<IdentityService, 'regionsNamed' | 'rootRegion'>
  search: Pick<SearchService, 'remove'>
  desk: Pick<DeskService, 'mustWorkOn' | 'detail' | 'note' | 'tell'>
  book: ArticleBook
  reach: ArticleReach
  reading: Reading
}

/** Articles are written by one and published by another. */
export class Writing {
  readonly #deps: WritingDeps

  constructor(deps: WritingDeps) {
    this.#deps = deps
  }

  async create(viewer: Viewer, input: NewArticle): Promise<ArticleDetail> {
    const region = (await this.#deps.identity.regionsNamed([input.regionId])).get(input.regionId)
    if (!region || !covers(viewer, region.path)) throw notFound('region')
    const id = await this.#deps.audit.write(async (tx, note) => {
      const { article } = await this.#deps.book.insert(tx, input, viewer.userId, null)
      note({ action: 'knowledge.drafted', ...told(article), after: facts(input) })
      return article.id
    })
    return this.#deps.reading.detail(viewer, id)
  }

  /** Drafts what a ticket taught, once; answers what is there already. */
  async fromTicket(viewer: Viewer, ticketId: string): Promise<ArticleDetail> {
    const { desk, identity, audit, db } = this.#deps
    await desk.mustWorkOn(viewer, ticketId)
    const input = articleOfTicket(await desk.detail(viewer, ticketId))
    const region = (await identity.regionsNamed([input.regionId])).get(input.regionId)
    if (!region || !covers(viewer, region.path)) throw forbidden()
    const origin = originOfTicket(ticketId)
    const known = await store.articleFrom(db, origin)
    if (known) return this.#deps.reading.detail(viewer, known.id)
    const id = await audit.write(async (tx, note) => {
      const { article } = await this.#deps.book.insert(tx, input, viewer.userId, origin)
      note({ action: 'knowledge.drafted', ...told(article), after: { ...facts(input), ticketId } })
      await desk.note(tx, ticketId, lineOf(viewer, article, 'drafted'))
      return article.id
    })
    desk.tell([ticketId])
    return this.#deps.reading.detail(viewer, id)
  }

  /** What is published stays as it is until the draft is. Throws `article-changed` where another has written since `base`. */
  edit(viewer: Viewer, id: string, { base, ...draft }: ArticleEdit): Promise<ArticleDetail> {
    return this.#change(viewer, id, 'edit', async (tx, note, row, versions) => {
      mustStandAt(versions[0]!, base)
      await this.#deps.book.edit(tx, row, versions, draft, viewer.userId)
      note({ action: 'knowledge.drafted', ...told(row), after: facts(draft) })
    })
  }

  submit(viewer: Viewer, id: string): Promise<ArticleDetail> {
    return this.#change(viewer, id, 'submit', async (tx, note, row, versions) => {
      await this.#deps.book.setPending(tx, row, pendingOf(versions)!, { state: 'review' })
      note({ action: 'knowledge.submitted', ...told(row) })
    })
  }

  /** Never by its author, and only what the reviewer has read. */
  publish(viewer: Viewer, id: string, base: Base): Promise<ArticleDetail> {
    return this.#change(viewer, id, 'publish', async (tx, note, row, versions) => {
      const pending = pendingOf(versions)!
      mustStandAt(pending, base)
      await this.#deps.book.publish(tx, row, pending, viewer.userId, versions)
      note({ action: 'knowledge.published', ...told(row), after: { version: pending.version } })
    })
  }

  /** Back to its author, with a word why. */
  reject(viewer: Viewer, id: string, why: string): Promise<ArticleDetail> {
    return this.#change(viewer, id, 'reject', async (tx, note, row, versions) => {
      const set = { state: 'draft' as const, note: why, reviewer_id: viewer.userId }
      await this.#deps.book.setPending(tx, row, pendingOf(versions)!, set)
      note({ action: 'knowledge.returned', ...told(row), after: { why } })
    })
  }

  /** Looked at again and found right: for another year. */
  renew(viewer: Viewer, id: string): Promise<ArticleDetail> {
    return this.#change(viewer, id, 'renew', async (tx, note, row) => {
      await store.updateArticle(tx, id, {
        review_due_at: this.#deps.clock() + reviewAfterMs,
        review_told_at: null,
      })
      note({ action: 'knowledge.reviewed', ...told(row) })
    })
  }

  retire(viewer: Viewer, id: string): Promise<ArticleDetail> {
    return this.#change(viewer, id, 'retire', async (tx, note, row) => {
      await store.updateArticle(tx, id, { state: 'retired', updated_at: this.#deps.clock() })
      await this.#deps.search.remove(tx, id)
      note({ action: 'knowledge.retired', ...told(row) })
    })
  }

  /** Looks at what may be done within the transaction that does it. */
  async #change(
    viewer: Viewer,
    id: string,
    act: Act,
    work: (tx: Db, note: Note, row: ArticleRow, versions: VersionRow[]) => Promise<void>,
  ): Promise<ArticleDetail> {
    await this.#deps.audit.write(async (tx, note) => {
      await store.hold(tx, id)
      const row = await this.#deps.reach.seen(viewer, id, tx)
      const versions = await store.versionsOf(tx, id)
      const mayWrite = await this.#deps.reach.may(viewer, 'knowledge.write', row, tx)
      const mayPublish = await this.#deps.reach.may(viewer, 'knowledge.publish', row, tx)
      if (!(needs[act] === 'knowledge.write' ? mayWrite : mayPublish)) throw forbidden()
      const pending = pendingOf(versions)
      if (act === 'publish' && pending?.state === 'review' && pending.author_id === viewer.userId)
        throw conflict('own-article')
      if (!actsOn(row, pending, viewer.userId, mayWrite, mayPublish).includes(act))
        throw conflict('article-state')
      await work(tx, note, row, versions)
    })
    return this.#deps.reading.detail(viewer, id)
  }
}

/** Nobody writes over, and nobody publishes, what they have not seen. */
function mustStandAt(newest: VersionRow, { version, revision }: Base): void {
  if (newest.version !== version || newest.revision !== revision) throw conflict('article-changed')
}

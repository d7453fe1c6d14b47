import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { DeskService } from '../desk/service.ts'
import type { PageOf } from '../http/paging.ts'
import { conflict, forbidden, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, viewerFor, type Viewer } from '../identity/viewer.ts'
import type { Log } from '../log.ts'
import type { SearchService } from '../search/service.ts'
import { actsOn, needs, pendingOf, type Act } from './acts.ts'
import { ArticleBook, docOf, newVersion, reviewAfterMs } from './article-book.ts'
import { readLibrary, type Category, type LibraryArticle } from './library.ts'
import { fitting, type Trouble } from './fitting.ts'
import { KnowledgeReports, type ReportDeps } from './reports.ts'
import type { Article, ArticleDetail, ArticleDraft, ArticleHits, ArticleQuery, ArticleUse, ArticleVersion, NewArticle, SearchQuery, SuggestionQuery, Vote } from './schema.ts' // prettier-ignore
import * as store from './store.ts'
import type { ArticleRow, Sight, VersionRow } from './store.ts'
import { articleOfTicket, originOfTicket } from './ticket-article.ts'
import { articleView, familiesOf, headColumns, textColumns, versionView } from './views.ts'

export interface KnowledgeDeps extends ReportDeps {
  db: Db
  clock: Clock
  log: Log
  audit: Pick<AuditTrail, 'write'>
  identity: Pick<IdentityService, 'namesOf' | 'regionsNamed' | 'rootRegion' | 'peopleIn'>
  search: Pick<SearchService, 'put' | 'remove' | 'find' | 'sourcedBy'>
  desk: Pick<DeskService, 'mustSee' | 'mustWorkOn' | 'detail' | 'note' | 'tell'>
  /** Who made a device; null for what is none, or is not seen. */
  vendorOf: (viewer: Viewer, entityId: string) => Promise<string | null>
}

const foundAtMost = 30
/** Of so many that fit by their words those are suggested that fit the device. */
const weighed = 20

/** What the desk knows: written by one, published by another, read here and below. */
export class KnowledgeService {
  readonly #deps: KnowledgeDeps
  readonly #book: ArticleBook
  readonly reports: KnowledgeReports
  #loading: Promise<void> | null = null
  #isRunning = false

  constructor(deps: KnowledgeDeps) {
    this.#deps = deps
    this.#book = new ArticleBook(deps)
    this.reports = new KnowledgeReports(deps)
    deps.search.sourcedBy('article', async (after, limit, db) =>
      (await store.publishedAfter(db, after, limit)).map((row) =>
        docOf(row, { ...row, title: row.shownTitle }),
      ),
    )
  }

  // ---- the library -----------------------------------------------------------------------------

  /** In the background: nobody waits for it. */
  start(): void {
    this.#isRunning = true
    this.founded()
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    await this.#loading
  }

  /** The regions are there now. */
  founded(): void {
    if (!this.#isRunning || this.#loading) return
    this.#loading = this.loadLibrary()
      .catch((err: unknown) => this.#deps.log.error({ err }, 'the library is not loaded'))
      .finally(() => (this.#loading = null))
  }

  /** Adds to the root region what is not there yet; an article that was loaded once is the installation's own. */
  async loadLibrary(articles?: LibraryArticle[]): Promise<void> {
    const root = await this.#deps.identity.rootRegion()
    if (!root) return
    const known = await store.originsOf(this.#deps.db)
    for (const article of articles ?? (await readLibrary()))
      if (!known.has(originOf(article))) await this.#addFromLibrary(article, root.id)
  }

  #addFromLibrary(article: LibraryArticle, regionId: string): Promise<void> {
    return this.#deps.audit.write(async (tx, note) => {
      if ((await store.originsOf(tx)).has(originOf(article))) return
      const row = await this.#book.insert(tx, { ...article, regionId }, null, originOf(article))
      await this.#book.publish(tx, row.article, row.version, null, [])
      note({ action: 'knowledge.published', ...told(row.article), after: { version: 1, origin: originOf(article) } }) // prettier-ignore
    })
  }

  // ---- reading ---------------------------------------------------------------------------------

  async list(viewer: Viewer, query: ArticleQuery): Promise<PageOf<Article>> {
    const page = await store.listArticles(this.#deps.db, sightOf(viewer), query, this.#deps.clock())
    return { next: page.next, items: await this.#views(page.items) }
  }

  /** What was looked for is kept, found or not: it tells what the library lacks. */
  async find(viewer: Viewer, { text, category, place }: SearchQuery): Promise<ArticleHits> {
    const { db, clock } = this.#deps
    const items = (await this.#found(viewer, text, foundAtMost)).filter(
      (one) => category === undefined || one.category === category,
    )
    const searchId = newId('search', clock())
    await store.insertSearch(db, {
      id: searchId,
      at: clock(),
      user_id: viewer.userId,
      region_id: viewer.regionPaths[0]?.split('/').findLast(Boolean) ?? null,
      place: place ?? 'console',
      text: text.replaceAll('\0', ''),
      hits: items.length,
      opened_id: null,
    })
    return { searchId, items }
  }

  /** While somebody types: not kept. */
  async suggest(
    viewer: Viewer,
    { text, entityId, category, limit = 5 }: SuggestionQuery,
  ): Promise<ArticleHits> {
    // prettier-ignore
    const vendor = entityId ? await this.#deps.vendorOf(viewer, entityId) : null
    const items = await this.#found(viewer, text, weighed, { vendor, category: category ?? null })
    return { searchId: null, items: items.slice(0, limit) }
  }

  /** Opened by a reader: counted, and kept as what the search led to. */
  async open(viewer: Viewer, id: string, searchId?: string): Promise<ArticleDetail> {
    const row = await this.#mustSee(viewer, id)
    const { db, clock } = this.#deps
    if (row.version > 0)
      await store.opened(db, { articleId: id, version: row.version, userId: viewer.userId, atMs: clock() })
    if (searchId) await store.searchOpened(db, searchId, viewer.userId, id)
    return this.detail(viewer, id)
  }

  async detail(viewer: Viewer, id: string): Promise<ArticleDetail> {
    const { db } = this.#deps
    const row = await this.#mustSee(viewer, id)
    const versions = await store.versionsOf(db, id)
    const mayWrite = await this.#may(viewer, 'knowledge.write', row)
    const pending = pendingOf(versions)
    const shown = versions.find(({ version }) => version === row.version) ?? versions[0]!
    const people = await this.#peopleOf(versions)
    const read = await store.readOf(db, id, row.version, viewer.userId)
    const vote = await store.voteOf(db, id, viewer.userId)
    return {
      ...(await this.#views([row]))[0]!,
      families: familiesOf(row),
      fromLibrary: row.origin?.startsWith('library:') ?? false,
      shown: versionView(shown, { people }),
      pending: mayWrite && pending ? versionView(pending, { people }) : null,
      confirmedAt: read?.confirmed_at ?? null,
      vote: vote ? vote.helpful === 1 : null,
      may: actsOn(row, pending, viewer.userId, mayWrite, await this.#may(viewer, 'knowledge.publish', row)),
    }
  }

  /** Newest first; a reader is told of those that were published. */
  async versions(viewer: Viewer, id: string): Promise<{ items: ArticleVersion[] }> {
    const row = await this.#mustSee(viewer, id)
    const mayWrite = await this.#may(viewer, 'knowledge.write', row)
    const all = await store.versionsOf(this.#deps.db, id)
    const seen = all.filter(({ state }) => mayWrite || state === 'published' || state === 'superseded')
    const people = await this.#peopleOf(seen)
    return { items: seen.map((version) => versionView(version, { people })) }
  }

  /** Articles that were used on a ticket. */
  async usedOn(viewer: Viewer, ticketId: string): Promise<{ items: Article[] }> {
    await this.#deps.desk.mustSee(viewer, ticketId)
    return { items: await this.#views(await store.usedOn(this.#deps.db, sightOf(viewer), ticketId)) }
  }

  // ---- writing ---------------------------------------------------------------------------------

  async create(viewer: Viewer, input: NewArticle): Promise<ArticleDetail> {
    const region = (await this.#deps.identity.regionsNamed([input.regionId])).get(input.regionId)
    if (!region || !covers(viewer, region.path)) throw notFound('region')
    const id = await this.#deps.audit.write(async (tx, note) => {
      const { article } = await this.#book.insert(tx, input, viewer.userId, null)
      note({ action: 'knowledge.drafted', ...told(article), after: facts(input) })
      return article.id
    })
    return this.detail(viewer, id)
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
    if (known) return this.detail(viewer, known.id)
    const id = await audit.write(async (tx, note) => {
      const { article } = await this.#book.insert(tx, input, viewer.userId, origin)
      note({ action: 'knowledge.drafted', ...told(article), after: { ...facts(input), ticketId } })
      await desk.note(tx, ticketId, lineOf(viewer, article, 'drafted'))
      return article.id
    })
    desk.tell([ticketId])
    return this.detail(viewer, id)
  }

  /** What is published stays as it is until the draft is. */
  edit(viewer: Viewer, id: string, draft: ArticleDraft): Promise<ArticleDetail> {
    return this.#change(viewer, id, 'edit', async (tx, note, row, versions) => {
      const nowMs = this.#deps.clock()
      const text = {
        ...textColumns(draft),
        author_id: viewer.userId,
        updated_at: nowMs,
        state: 'draft' as const,
      }
      const pending = pendingOf(versions)
      if (pending) await store.updateVersion(tx, pending.id, text)
      else await store.insertVersion(tx, newVersion(text, id, versions[0]!.version + 1, nowMs))
      const isNew = row.version === 0
      await store.updateArticle(tx, id, { ...headColumns(draft), updated_at: nowMs, ...(isNew && { state: 'draft', title: text.title }) }) // prettier-ignore
      note({ action: 'knowledge.drafted', ...told(row), after: facts(draft) })
    })
  }

  submit(viewer: Viewer, id: string): Promise<ArticleDetail> {
    return this.#change(viewer, id, 'submit', async (tx, note, row, versions) => {
      await this.#book.setPending(tx, row, pendingOf(versions)!, { state: 'review' })
      note({ action: 'knowledge.submitted', ...told(row) })
    })
  }

  /** Never by its author. */
  publish(viewer: Viewer, id: string): Promise<ArticleDetail> {
    return this.#change(viewer, id, 'publish', async (tx, note, row, versions) => {
      const pending = pendingOf(versions)!
      await this.#book.publish(tx, row, pending, viewer.userId, versions)
      note({ action: 'knowledge.published', ...told(row), after: { version: pending.version } })
    })
  }

  /** Back to its author, with a word why. */
  reject(viewer: Viewer, id: string, why: string): Promise<ArticleDetail> {
    return this.#change(viewer, id, 'reject', async (tx, note, row, versions) => {
      const set = { state: 'draft' as const, note: why, reviewer_id: viewer.userId }
      await this.#book.setPending(tx, row, pendingOf(versions)!, set)
      note({ action: 'knowledge.returned', ...told(row), after: { why } })
    })
  }

  /** Looked at again and found right: for another year. */
  renew(viewer: Viewer, id: string): Promise<ArticleDetail> {
    return this.#change(viewer, id, 'renew', async (tx, note, row) => {
      await store.updateArticle(tx, id, { review_due_at: this.#deps.clock() + reviewAfterMs })
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

  // ---- readers ---------------------------------------------------------------------------------

  async vote(viewer: Viewer, id: string, { helpful, text }: Vote): Promise<ArticleDetail> {
    const row = await this.#mustRead(viewer, id)
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
    return this.detail(viewer, id)
  }

  /** "I have read this": of the version that is published now. */
  async confirm(viewer: Viewer, id: string): Promise<ArticleDetail> {
    const row = await this.#mustRead(viewer, id)
    await this.#deps.audit.write(async (tx, note) => {
      await store.confirmRead(tx, id, row.version, viewer.userId, this.#deps.clock())
      note({ action: 'knowledge.confirmed', ...told(row), after: { version: row.version } })
    })
    return this.detail(viewer, id)
  }

  async use(viewer: Viewer, id: string, { ticketId, how }: ArticleUse): Promise<void> {
    const row = await this.#mustRead(viewer, id)
    await this.#deps.desk.mustWorkOn(viewer, ticketId)
    await this.#deps.audit.write(async (tx, note) => {
      const use = { article_id: id, ticket_id: ticketId, user_id: viewer.userId, how }
      await store.use(tx, { ...use, created_at: this.#deps.clock() })
      note({ action: 'knowledge.used', ...told(row), after: { ticketId, how } })
      await this.#deps.desk.note(tx, ticketId, lineOf(viewer, row, how))
    })
    this.#deps.desk.tell([ticketId])
  }

  /** For what hangs on an article: who writes it sees what is internal to it. Throws `not-found`. */
  async reachOf(viewer: Viewer, id: string): Promise<{ regionId: string; seesInternal: boolean }> {
    const row = await this.#mustSee(viewer, id)
    return { regionId: row.region_id, seesInternal: await this.#may(viewer, 'knowledge.write', row) }
  }

  // ---- within ----------------------------------------------------------------------------------

  /** Looks at what may be done within the transaction that does it. */
  async #change(
    viewer: Viewer,
    id: string,
    act: Act,
    work: (tx: Db, note: Note, row: ArticleRow, versions: VersionRow[]) => Promise<void>,
  ): Promise<ArticleDetail> {
    await this.#deps.audit.write(async (tx, note) => {
      const row = await this.#mustSee(viewer, id, tx)
      const versions = await store.versionsOf(tx, id)
      const mayWrite = await this.#may(viewer, 'knowledge.write', row, tx)
      const mayPublish = await this.#may(viewer, 'knowledge.publish', row, tx)
      if (!(needs[act] === 'knowledge.write' ? mayWrite : mayPublish)) throw forbidden()
      const pending = pendingOf(versions)
      if (act === 'publish' && pending?.state === 'review' && pending.author_id === viewer.userId)
        throw conflict('own-article')
      if (!actsOn(row, pending, viewer.userId, mayWrite, mayPublish).includes(act))
        throw conflict('article-state')
      await work(tx, note, row, versions)
    })
    return this.detail(viewer, id)
  }

  async #found(viewer: Viewer, text: string, limit: number, trouble?: Trouble) {
    const { db, search } = this.#deps
    const hits = await search.find(['article'], text, { viewer, fromAbove: true, limit })
    const rows = new Map((await store.articlesByIds(db, hits.map(({ id }) => id))).map((row) => [row.id, row])) // prettier-ignore
    return (trouble ? fitting(hits, rows, trouble) : hits).flatMap(({ id, title, snippet }) => {
      const row = rows.get(id)
      if (!row) return []
      return [{ id, number: row.number, category: row.category as Category, title, snippet }]
    })
  }

  async #mustSee(viewer: Viewer, id: string, db: Db = this.#deps.db): Promise<ArticleRow> {
    const row = await store.seenArticle(db, sightOf(viewer), id)
    if (!row) throw notFound('article')
    return row
  }

  async #mustRead(viewer: Viewer, id: string): Promise<ArticleRow> {
    const row = await this.#mustSee(viewer, id)
    if (row.state !== 'published') throw conflict('article-state')
    return row
  }

  async #may(
    viewer: Viewer,
    permission: 'knowledge.write' | 'knowledge.publish',
    row: ArticleRow,
    db: Db = this.#deps.db,
  ): Promise<boolean> {
    const region = (await this.#deps.identity.regionsNamed([row.region_id], db)).get(row.region_id)
    return region !== undefined && covers(viewerFor(viewer, permission), region.path)
  }

  #peopleOf(versions: readonly VersionRow[]): Promise<Map<string, string>> {
    return this.#deps.identity.namesOf(versions.flatMap((one) => [one.author_id, one.reviewer_id]).filter((id) => id !== null)) // prettier-ignore
  }

  async #views(rows: ArticleRow[]): Promise<Article[]> {
    const regions = await this.#deps.identity.regionsNamed(rows.map((row) => row.region_id))
    return rows.map((row) => articleView(row, { regions }))
  }
}

const sightOf = (viewer: Viewer): Sight => ({
  reads: viewerFor(viewer, 'knowledge.read'),
  writes: viewerFor(viewer, 'knowledge.write'),
})

const originOf = ({ key }: LibraryArticle) => `library:${key}`
const lineOf = (viewer: Viewer, { id, number, title }: ArticleRow, how: string) => ({
  kind: 'knowledge' as const,
  visibility: 'internal' as const,
  authorId: viewer.userId,
  values: { articleId: id, number, title, how },
})
const told = ({ id, title, region_id }: ArticleRow) => ({ entity: { type: 'article', id, name: title }, regionId: region_id }) // prettier-ignore
const facts = ({ title, category, mustRead }: ArticleDraft) => ({
  title,
  category,
  mustRead: mustRead ?? false,
})

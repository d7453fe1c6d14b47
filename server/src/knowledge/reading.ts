import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { DeskService } from '../desk/service.ts'
import type { PageOf } from '../http/paging.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Viewer } from '../identity/viewer.ts'
import { actsOn, pendingOf } from './acts.ts'
import { sightOf, type ArticleReach } from './reach.ts'
import type { Article, ArticleDetail, ArticleQuery, ArticleVersion } from './schema.ts'
import * as store from './store.ts'
import type { ArticleRow, VersionRow } from './store.ts'
import { articleView, familiesOf, versionView } from './views.ts'

export interface ReadingDeps {
  db: Db
  clock: Clock
  identity: Pick<IdentityService, 'namesOf' | 'regionsNamed'>
  desk: Pick<DeskService, 'mustSee'>
  reach: ArticleReach
}

/** Articles and their versions as a viewer may see them. */
export class Reading {
  readonly #deps: ReadingDeps

  constructor(deps: ReadingDeps) {
    this.#deps = deps
  }

  async list(viewer: Viewer, query: ArticleQuery): Promise<PageOf<Article>> {
    const page = await store.listArticles(this.#deps.db, sightOf(viewer), query, this.#deps.clock())
    return { next: page.next, items: await this.#views(page.items) }
  }

  /** Opened by a reader: counted, and kept as what the search led to. */
  async open(viewer: Viewer, id: string, searchId?: string): Promise<ArticleDetail> {
    const row = await this.#deps.reach.seen(viewer, id)
    const { db, clock } = this.#deps
    if (row.version > 0)
      await store.opened(db, { articleId: id, version: row.version, userId: viewer.userId, atMs: clock() })
    if (searchId) await store.searchOpened(db, searchId, viewer.userId, id)
    return this.detail(viewer, id)
  }

  async detail(viewer: Viewer, id: string): Promise<ArticleDetail> {
    const { db } = this.#deps
    const row = await this.#deps.reach.seen(viewer, id)
    const versions = await store.versionsOf(db, id)
    const mayWrite = await this.#deps.reach.may(viewer, 'knowledge.write', row)
    const pending = pendingOf(versions)
    const shown = versions.find(({ version }) => version === row.version) ?? versions[0]!
    const people = await this.#peopleOf(versions)
    const read = await store.readOf(db, id, row.version, viewer.userId)
    const vote = await store.voteOf(db, id, viewer.userId)
    return {
      ...(await this.#views([row]))[0]!,
      families: familiesOf(row),
      fromLibrary: row.origin?.startsWith('library:') ?? false,
      shown: versionView(row, shown, { people }),
      pending: mayWrite && pending ? versionView(row, pending, { people }) : null,
      confirmedAt: read?.confirmed_at ?? null,
      vote: vote ? vote.helpful === 1 : null,
      may: actsOn(
        row,
        pending,
        viewer.userId,
        mayWrite,
        await this.#deps.reach.may(viewer, 'knowledge.publish', row),
      ),
    }
  }

  /** Newest first; a reader is told of those that were published. */
  async versions(viewer: Viewer, id: string): Promise<{ items: ArticleVersion[] }> {
    const row = await this.#deps.reach.seen(viewer, id)
    const mayWrite = await this.#deps.reach.may(viewer, 'knowledge.write', row)
    const all = await store.versionsOf(this.#deps.db, id)
    const seen = all.filter(({ state }) => mayWrite || state === 'published' || state === 'superseded')
    const people = await this.#peopleOf(seen)
    return { items: seen.map((version) => versionView(row, version, { people })) }
  }

  /** Articles that were used on a ticket. */
  async usedOn(viewer: Viewer, ticketId: string): Promise<{ items: Article[] }> {
    await this.#deps.desk.mustSee(viewer, ticketId)
    return { items: await this.#views(await store.usedOn(this.#deps.db, sightOf(viewer), ticketId)) }
  }

  #peopleOf(versions: readonly VersionRow[]): Promise<Map<string, string>> {
    return this.#deps.identity.namesOf(versions.flatMap((one) => [one.author_id, one.reviewer_id]).filter((id) => id !== null)) // prettier-ignore
  }

  async #views(rows: ArticleRow[]): Promise<Article[]> {
    const regions = await this.#deps.identity.regionsNamed(rows.map((row) => row.region_id))
    return rows.map((row) => articleView(row, { regions }))
  }
}

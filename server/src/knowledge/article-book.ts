import { newId } from '@zongheng/inventory/id.ts'
import { dayMs } from '@zongheng/inventory/zone.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { SearchDoc, SearchService } from '../search/service.ts'
import { pendingOf } from './acts.ts'
import { plainOf } from './plain.ts'
import type { ArticleDraft, NewArticle } from './schema.ts'
import * as store from './store.ts'
import type { ArticleRow, VersionRow } from './store.ts'
import { familiesOf, headColumns, headOf, textColumns } from './views.ts'

/** A published article is looked at again after a year. */
export const reviewAfterMs = 365 * dayMs

/** Articles and their versions as they are written, in the caller's transaction. */
export class ArticleBook {
  readonly #clock: Clock
  readonly #search: Pick<SearchService, 'put'>

  constructor({ clock, search }: { clock: Clock; search: Pick<SearchService, 'put'> }) {
    this.#clock = clock
    this.#search = search
  }

  /** With its first version, a draft. */
  async insert(
    tx: Db,
    input: NewArticle,
    authorId: string | null,
    origin: string | null,
  ): Promise<{ article: ArticleRow; version: VersionRow }> {
    const nowMs = this.#clock()
    const article: ArticleRow = {
      id: newId('article', nowMs),
      number: await store.nextNumber(tx, nowMs),
      region_id: input.regionId,
      ...headColumns(input),
      title: input.title.trim(),
      state: 'draft',
      version: 0,
      service_ids: '[]',
      views: 0,
      helpful: 0,
      unhelpful: 0,
      used: 0,
      author_id: authorId,
      published_at: null,
      review_due_at: null,
      review_told_at: null,
      origin,
      archived_at: null,
      created_at: nowMs,
      updated_at: nowMs,
    }
    const text = { ...textColumns(input), author_id: authorId, state: 'draft' as const }
    const version = newVersion(text, article.id, 1, nowMs)
    await store.insertArticle(tx, article)
    await store.insertVersion(tx, version)
    return { article, version }
  }

  /** The pending version, or the next one; a draft again, and nobody's review. Until it was published once the article is as its draft. */
  async edit(
    tx: Db,
    row: ArticleRow,
    versions: readonly VersionRow[],
    draft: ArticleDraft,
    authorId: string,
  ): Promise<void> {
    const nowMs = this.#clock()
    const text = { ...textColumns(draft), author_id: authorId, state: 'draft' as const }
    const pending = pendingOf(versions)
    if (pending)
      await store.updateVersion(tx, pending.id, { ...text, reviewer_id: null, revision: pending.revision + 1, updated_at: nowMs }) // prettier-ignore
    else await store.insertVersion(tx, newVersion(text, row.id, versions[0]!.version + 1, nowMs))
    const isNew = row.version === 0
    await store.updateArticle(tx, row.id, {
      updated_at: nowMs,
      ...(isNew && { ...headColumns(draft), state: 'draft', title: text.title }),
    })
  }

  /** The one before is superseded; from now on this one is found. */
  async publish(
    tx: Db,
    row: ArticleRow,
    version: VersionRow,
    reviewerId: string | null,
    versions: readonly VersionRow[],
  ): Promise<void> {
    const nowMs = this.#clock()
    for (const { id, state } of versions)
      if (state === 'published') await store.updateVersion(tx, id, { state: 'superseded', updated_at: nowMs })
    await store.updateVersion(tx, version.id, { state: 'published', reviewer_id: reviewerId, published_at: nowMs, updated_at: nowMs }) // prettier-ignore
    const { title } = version
    const { category, tags, families, must_read } = headOf(row, version)
    const head = { title, category, tags, families, must_read, published_at: nowMs }
    await store.updateArticle(tx, row.id, {
      ...head,
      state: 'published',
      version: version.version,
      review_due_at: nowMs + reviewAfterMs,
      review_told_at: null,
      updated_at: nowMs,
    })
    await this.#search.put(tx, docOf({ ...row, ...head }, version))
  }

  /** An article that was never published stands where its version does. */
  async setPending(
    tx: Db,
    row: ArticleRow,
    pending: VersionRow,
    set: Parameters<typeof store.updateVersion>[2],
  ) {
    const updated_at = this.#clock()
    await store.updateVersion(tx, pending.id, { ...set, updated_at })
    const isNew = row.version === 0 && (set.state === 'draft' || set.state === 'review')
    await store.updateArticle(tx, row.id, {
      updated_at,
      ...(isNew && { state: set.state as 'draft' | 'review' }),
    })
  }
}

/** What is found of a published article. */
export const docOf = (
  row: ArticleRow,
  version: Pick<VersionRow, 'title' | 'summary' | 'body'>,
): SearchDoc => ({
  kind: 'article',
  id: row.id,
  regionId: row.region_id,
  title: version.title,
  body: `${version.summary}\n${plainOf(version.body)}`,
  keywords: [row.number, ...(JSON.parse(row.tags) as string[]), ...familiesOf(row)],
  weight: row.helpful + row.used,
  updatedAt: row.published_at ?? row.updated_at,
})

type NewText = Pick<VersionRow, 'title' | 'summary' | 'body' | 'note' | 'head' | 'author_id' | 'state'>
export const newVersion = (text: NewText, articleId: string, version: number, nowMs: number): VersionRow => ({
  ...text,
  id: newId('articleVersion', nowMs),
  article_id: articleId,
  version,
  revision: 1,
  reviewer_id: null,
  published_at: null,
  created_at: nowMs,
  updated_at: nowMs,
})

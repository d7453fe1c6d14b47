import type { Category } from './library.ts'
import type { Article, ArticleDraft, ArticleVersion } from './schema.ts'
import type { ArticleRow, VersionRow } from './store.ts'

export interface Names {
  people: Map<string, string>
  regions: Map<string, { name: string }>
}

const listOf = (json: string) => JSON.parse(json) as string[]

export const articleView = (row: ArticleRow, { regions }: Pick<Names, 'regions'>): Article => ({
  id: row.id,
  number: row.number,
  region: { id: row.region_id, name: regions.get(row.region_id)?.name ?? '' },
  category: row.category as Category,
  title: row.title,
  state: row.state,
  version: row.version,
  tags: listOf(row.tags),
  mustRead: row.must_read === 1,
  views: row.views,
  helpful: row.helpful,
  used: row.used,
  publishedAt: row.published_at,
  reviewDueAt: row.review_due_at,
  updatedAt: row.updated_at,
})

export function versionView(
  article: ArticleRow,
  row: VersionRow,
  { people }: Pick<Names, 'people'>,
): ArticleVersion {
  const person = (id: string | null) => (id === null ? null : { id, name: people.get(id) ?? id })
  const head = headOf(article, row)
  return {
    version: row.version,
    revision: row.revision,
    category: head.category as Category,
    tags: listOf(head.tags),
    families: listOf(head.families),
    mustRead: head.must_read === 1,
    title: row.title,
    summary: row.summary,
    body: row.body,
    state: row.state,
    note: row.note,
    author: person(row.author_id),
    reviewer: person(row.reviewer_id),
    publishedAt: row.published_at,
    updatedAt: row.updated_at,
  }
}

export const familiesOf = (row: ArticleRow) => listOf(row.families)

type Head = Pick<ArticleRow, 'category' | 'tags' | 'families' | 'must_read'>

/** What a version says of the article as a whole; one that was written before versions did says what the article does. */
export const headOf = (article: ArticleRow, { head }: VersionRow): Head =>
  head === null ? article : (JSON.parse(head) as Head)

/** What a draft says of the article as a whole. */
export const headColumns = (draft: ArticleDraft): Head => ({
  category: draft.category,
  tags: JSON.stringify(draft.tags ?? []),
  families: JSON.stringify(draft.families ?? []),
  must_read: draft.mustRead ? 1 : 0,
})

export const textColumns = (draft: ArticleDraft) => ({
  title: draft.title.trim(),
  summary: draft.summary,
  body: draft.body,
  note: draft.note ?? null,
  head: JSON.stringify(headColumns(draft)),
})

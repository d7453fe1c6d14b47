/** How the audit trail and the tickets tell of an article. */
import type { Viewer } from '../identity/viewer.ts'
import type { ArticleDraft } from './schema.ts'
import type { ArticleRow } from './store.ts'

export const told = ({ id, title, region_id: regionId }: ArticleRow) => ({
  entity: { type: 'article', id, name: title },
  regionId,
})

export const facts = ({ title, category, mustRead }: ArticleDraft) => ({
  title,
  category,
  mustRead: mustRead ?? false,
})

export const lineOf = (viewer: Viewer, { id, number, title }: ArticleRow, how: string) => ({
  kind: 'knowledge' as const,
  visibility: 'internal' as const,
  authorId: viewer.userId,
  values: { articleId: id, number, title, how },
})

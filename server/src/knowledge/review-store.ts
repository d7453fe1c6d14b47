import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { ArticleRow } from './store.ts'

export type ReviewToTell = ArticleRow & { owner_id: string }

/** Due for a review, their owners not told yet; what came with the product has none. The owner is who wrote what is read. */
export async function reviewsToTell(db: Db, nowMs: number, limit: number): Promise<ReviewToTell[]> {
  const rows = await db
    .selectFrom('articles')
    .innerJoin('article_versions as v', (on) =>
      on.onRef('v.article_id', '=', 'articles.id').onRef('v.version', '=', 'articles.version'),
    )
    .selectAll('articles')
    .select(sql<string | null>`coalesce(v.author_id, articles.author_id)`.as('owner_id'))
    .where('articles.state', '=', 'published')
    .where('articles.archived_at', 'is', null)
    .where('articles.review_due_at', '<=', nowMs)
    .where('articles.review_told_at', 'is', null)
    .where((eb) => eb.or([eb('v.author_id', 'is not', null), eb('articles.author_id', 'is not', null)]))
    .orderBy('articles.review_due_at')
    .limit(limit)
    .execute()
  return rows.flatMap(({ owner_id, ...row }) => (owner_id === null ? [] : [{ ...row, owner_id }]))
}

export async function claimReviewReminder(tx: Db, id: string, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('articles')
    .set({ review_told_at: nowMs })
    .where('id', '=', id)
    .where('review_told_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

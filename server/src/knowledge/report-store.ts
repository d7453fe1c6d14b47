import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { isInScope } from '../identity/scope.ts'
import type { ArticleRow } from './store.ts'

type Scope = { regionPaths: readonly string[] }
const shownAtMost = 50

/** What was looked for in vain, most often first: nothing was found, or nothing that was found was opened. */
export async function searchesInVain(db: Db, scope: Scope, sinceMs: number) {
  const rows = await db
    .selectFrom('searches')
    .select((eb) => [
      sql<string>`lower(trim(text))`.as('text'),
      eb.fn.countAll<number>().as('times'),
      sql<number>`sum(case when hits = 0 then 1 else 0 end)`.as('empty'),
      eb.fn.max('at').as('lastAt'),
    ])
    .where('at', '>=', sinceMs)
    .where('opened_id', 'is', null)
    .where(isInScope('searches.region_id', scope, db))
    .groupBy(sql`lower(trim(text))`)
    .orderBy('empty', 'desc')
    .orderBy('times', 'desc')
    .orderBy('lastAt', 'desc')
    .limit(shownAtMost)
    .execute()
  return rows.map(({ text, times, empty, lastAt }) => ({ text, times: Number(times), empty: Number(empty), lastAt: Number(lastAt) })) // prettier-ignore
}

/** Published before then, and used on no ticket and found helpful by nobody; the least read first. */
export const unusedBefore = (db: Db, scope: Scope, atMs: number): Promise<ArticleRow[]> =>
  db
    .selectFrom('articles')
    .selectAll()
    .where('state', '=', 'published')
    .where('archived_at', 'is', null)
    .where('published_at', '<', atMs)
    .where('used', '=', 0)
    .where('helpful', '=', 0)
    .where(isInScope('articles.region_id', scope, db))
    .orderBy('views')
    .orderBy('id')
    .limit(shownAtMost)
    .execute()

/** Tickets that an article was used on since then. */
export async function helpedSince(db: Db, sinceMs: number): Promise<string[]> {
  const rows = await db.selectFrom('article_uses').select('ticket_id').distinct().where('created_at', '>=', sinceMs).execute() // prettier-ignore
  return rows.map((row) => row.ticket_id)
}

export async function confirmedAt(db: Db, articleId: string, version: number): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('article_reads')
    .select(['user_id', 'confirmed_at'])
    .where('article_id', '=', articleId)
    .where('version', '=', version)
    .where('confirmed_at', 'is not', null)
    .execute()
  return new Map(rows.map((row) => [row.user_id, row.confirmed_at!]))
}

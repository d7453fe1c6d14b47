import { sql, type Insertable, type Selectable, type Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type PageOf } from '../http/paging.ts'
import { inSubtree, isInScope } from '../identity/scope.ts'
import type { ArticleQuery } from './schema.ts'

export type ArticleRow = Selectable<Tables['articles']>
export type VersionRow = Selectable<Tables['article_versions']>

/** Who reads what: published ones here, below and above; everything where one writes. */
export interface Sight {
  reads: { regionPaths: readonly string[] }
  writes: { regionPaths: readonly string[] }
}

/** Regions that stand over somebody's, and these themselves. */
const above = ({ regionPaths }: Sight['reads']) => [
  ...new Set(regionPaths.flatMap((path) => path.split('/').filter(Boolean))),
]

const seenBy = (db: Db, { reads, writes }: Sight) =>
  db
    .selectFrom('articles')
    .selectAll()
    .where('archived_at', 'is', null)
    .where((eb) =>
      eb.or([
        isInScope('articles.region_id', writes, db),
        eb.and([
          eb('state', '=', 'published'),
          eb.or([
            isInScope('articles.region_id', reads, db),
            ...(above(reads).length > 0 ? [eb('region_id', 'in', above(reads))] : []),
          ]),
        ]),
      ]),
    )

export function listArticles(
  db: Db,
  sight: Sight,
  query: ArticleQuery,
  nowMs: number,
): Promise<PageOf<ArticleRow>> {
  let rows = seenBy(db, sight)
  if (query.category) rows = rows.where('category', '=', query.category)
  if (query.state) rows = rows.where('state', '=', query.state)
  if (query.regionId) rows = rows.where('region_id', 'in', inSubtree(query.regionId, db))
  if (query.reviewDue) rows = rows.where('state', '=', 'published').where('review_due_at', '<=', nowMs)
  const { pending } = query
  if (pending)
    rows = rows
      .where(isInScope('articles.region_id', sight.writes, db))
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('article_versions as v')
            .select('v.id')
            .whereRef('v.article_id', '=', 'articles.id')
            .where('v.state', '=', pending),
        ),
      )
  return keysetPage(rows, query, [
    { column: 'articles.updated_at', direction: 'desc', isInteger: true },
    { column: 'articles.id', direction: 'desc' },
  ])
}

export const seenArticle = (db: Db, sight: Sight, id: string): Promise<ArticleRow | undefined> =>
  seenBy(db, sight).where('id', '=', id).executeTakeFirst()

export const articlesByIds = (db: Db, ids: string[]): Promise<ArticleRow[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : db.selectFrom('articles').selectAll().where('id', 'in', ids).execute()

export const articleFrom = (db: Db, origin: string): Promise<{ id: string } | undefined> =>
  db.selectFrom('articles').select('id').where('origin', '=', origin).where('archived_at', 'is', null).executeTakeFirst() // prettier-ignore

export async function originsOf(db: Db): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('articles')
    .select(['id', 'origin'])
    .where('origin', 'is not', null)
    .execute()
  return new Map(rows.map(({ id, origin }) => [origin!, id]))
}

/** Published ones with what is read of them, in order of id, after that one. */
export const publishedAfter = (db: Db, after: string, limit: number) =>
  db
    .selectFrom('articles')
    .innerJoin('article_versions as v', (on) =>
      on.onRef('v.article_id', '=', 'articles.id').onRef('v.version', '=', 'articles.version'),
    )
    .selectAll('articles')
    .select(['v.title as shownTitle', 'v.summary', 'v.body'])
    .where('articles.state', '=', 'published')
    .where('articles.archived_at', 'is', null)
    .where('articles.id', '>', after)
    .orderBy('articles.id')
    .limit(limit)
    .execute()

/** One at a time: whoever takes a number holds the row until the transaction ends. */
export async function nextNumber(tx: Db, atMs: number): Promise<string> {
  const { value } = await tx
    .insertInto('settings')
    .values({ key: 'knowledge.number', value: '1', updated_at: atMs })
    .onConflict((oc) =>
      oc.column('key').doUpdateSet({ value: sql<string>`cast(cast(settings.value as integer) + 1 as text)` }),
    )
    .returning('value')
    .executeTakeFirstOrThrow()
  return `KB-${value.padStart(6, '0')}`
}

/** Until the transaction ends: who changes the same article waits, and reads it then. */
export async function hold(tx: Db, id: string): Promise<void> {
  await tx
    .updateTable('articles')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', id)
    .execute()
}

export async function insertArticle(db: Db, row: Insertable<Tables['articles']>): Promise<void> {
  await db.insertInto('articles').values(row).execute()
}

export async function updateArticle(db: Db, id: string, set: Updateable<Tables['articles']>): Promise<void> {
  await db.updateTable('articles').set(set).where('id', '=', id).execute()
}

/** Newest first. */
export const versionsOf = (db: Db, articleId: string): Promise<VersionRow[]> =>
  db
    .selectFrom('article_versions')
    .selectAll()
    .where('article_id', '=', articleId)
    .orderBy('version', 'desc')
    .limit(200)
    .execute()

export async function insertVersion(db: Db, row: Insertable<Tables['article_versions']>): Promise<void> {
  await db.insertInto('article_versions').values(row).execute()
}

export async function updateVersion(
  db: Db,
  id: string,
  set: Updateable<Tables['article_versions']>,
): Promise<void> {
  await db.updateTable('article_versions').set(set).where('id', '=', id).execute()
}

// ---- reading, votes, uses -----------------------------------------------------------------

export async function opened(
  db: Db,
  read: { articleId: string; version: number; userId: string; atMs: number },
): Promise<void> {
  const row = { article_id: read.articleId, version: read.version, user_id: read.userId, opened_at: read.atMs, confirmed_at: null } // prettier-ignore
  await db
    .insertInto('article_reads')
    .values(row)
    .onConflict((oc) => oc.columns(['article_id', 'version', 'user_id']).doNothing())
    .execute()
  await sql`update articles set views = views + 1 where id = ${read.articleId}`.execute(db)
}

export const readOf = (db: Db, articleId: string, version: number, userId: string) =>
  db
    .selectFrom('article_reads')
    .selectAll()
    .where('article_id', '=', articleId)
    .where('version', '=', version)
    .where('user_id', '=', userId)
    .executeTakeFirst()

export async function confirmRead(db: Db, articleId: string, version: number, userId: string, atMs: number) {
  await db
    .insertInto('article_reads')
    .values({ article_id: articleId, version, user_id: userId, opened_at: atMs, confirmed_at: atMs })
    .onConflict((oc) => oc.columns(['article_id', 'version', 'user_id']).doUpdateSet({ confirmed_at: atMs }))
    .execute()
}

export const voteOf = (db: Db, articleId: string, userId: string) =>
  db
    .selectFrom('article_votes')
    .selectAll()
    .where('article_id', '=', articleId)
    .where('user_id', '=', userId)
    .executeTakeFirst()

/** One a person; the sums are counted anew. */
export async function vote(db: Db, row: Insertable<Tables['article_votes']>): Promise<void> {
  const { helpful, text } = row
  await db
    .insertInto('article_votes')
    .values(row)
    .onConflict((oc) => oc.columns(['article_id', 'user_id']).doUpdateSet({ helpful, text }))
    .execute()
  const count = (value: number) =>
    sql<number>`(select count(*) from article_votes v where v.article_id = articles.id and v.helpful = ${value})`
  await db
    .updateTable('articles')
    .set({ helpful: count(1), unhelpful: count(0) })
    .where('id', '=', row.article_id)
    .execute()
}

export async function use(db: Db, row: Insertable<Tables['article_uses']>): Promise<void> {
  await db
    .insertInto('article_uses')
    .values(row)
    .onConflict((oc) => oc.columns(['article_id', 'ticket_id']).doUpdateSet({ how: row.how }))
    .execute()
  const used = sql<number>`(select count(*) from article_uses u where u.article_id = articles.id)`
  await db.updateTable('articles').set({ used }).where('id', '=', row.article_id).execute()
}

/** Articles used on a ticket. */
export const usedOn = (db: Db, sight: Sight, ticketId: string): Promise<ArticleRow[]> =>
  seenBy(db, sight)
    .where('id', 'in', db.selectFrom('article_uses').select('article_id').where('ticket_id', '=', ticketId))
    .orderBy('id')
    .limit(50)
    .execute()

export async function insertSearch(db: Db, row: Insertable<Tables['searches']>): Promise<void> {
  await db.insertInto('searches').values(row).execute()
}

/** Only the searcher's own. */
export async function searchOpened(db: Db, id: string, userId: string, articleId: string): Promise<void> {
  await db
    .updateTable('searches')
    .set({ opened_id: articleId })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .execute()
}

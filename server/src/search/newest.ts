import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../db/database.ts'
import { isSqlite } from '../db/search-index.ts'
import { termsOf, tokensAsked, tokensOf, type Token } from './words.ts'

export interface NewestOptions {
  kind: string
  /** Where it may lie; null: anywhere. */
  regionIds: readonly string[] | null
  limit: number
}

/** GIN knows no order: a common word is looked for among so many of the last records first, whose every hit is sorted. */
const latestFirst = 20_000
/** With more regions their names are no help: most of what is found lies there. */
const namedAtMost = 100

/**
 * Ids of what has every word, the last written first: for lists that have an order of their own. A record whose region is among its
 * keywords is looked for by that word too, so that a county is not asked about the whole province's common words.
 */
export async function newest(
  db: Db,
  text: string,
  { kind, regionIds, limit }: NewestOptions,
): Promise<string[]> {
  const tokens = tokensAsked(termsOf(text))
  if (tokens.length === 0 || regionIds?.length === 0) return []
  const named = regionIds !== null && regionIds.length <= namedAtMost ? regionIds.map(tokenOf) : []
  const seen =
    regionIds === null ? sql<SqlBool>`1 = 1` : sql<SqlBool>`d.region_id in (${sql.join([...regionIds])})`
  const rest = sql`d.kind = ${kind} and ${seen}`
  const ids = async (query: RawBuilder<{ id: string }>) => (await query.execute(db)).rows.map(({ id }) => id)
  if (isSqlite(db))
    return ids(sql`select d.id from search_words w join search_docs d on d.seq = w.rowid
      where w.search_words match ${matchOf(tokens, named)} and ${rest} order by w.rowid desc limit ${limit}`)
  const within = (after: RawBuilder<unknown>) =>
    ids(sql`select d.id from search_docs d where d.words @@ ${tsqueryOf(tokens, named)}::tsquery
      and d.seq > ${after} and ${rest} order by d.seq desc limit ${limit}`)
  const latest = await within(sql`(select max(seq) from search_docs) - ${sql.lit(latestFirst)}`)
  return latest.length === limit ? latest : within(sql.lit(0))
}

/** What an id is found by: its kind is no word of it. */
const tokenOf = (id: string): string => tokensOf(id).at(-1)!

const matchOf = (tokens: readonly Token[], regions: readonly string[]) =>
  [
    ...tokens.map(({ text, isOpen }) => `"${text}"${isOpen ? ' *' : ''}`),
    ...(regions.length > 0 ? [`(${regions.map((region) => `"${region}"`).join(' OR ')})`] : []),
  ].join(' AND ')

const tsqueryOf = (tokens: readonly Token[], regions: readonly string[]) =>
  [
    ...tokens.map(({ text, isOpen }) => `'${text}'${isOpen ? ':*' : ''}`),
    ...(regions.length > 0 ? [`(${regions.map((region) => `'${region}'`).join(' | ')})`] : []),
  ].join(' & ')

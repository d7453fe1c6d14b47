import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../db/database.ts'
import { blockSizes, blockToken, indexedWords, isSqlite } from '../db/search-index.ts'
import { tsqueryOf } from './store.ts'
import { isHan, termsOf, tokensAsked, tokensOf, type Token } from './words.ts'

export interface NewestOptions {
  kind: string
  /** Where it may lie; null: anywhere. */
  regionIds: readonly string[] | null
  limit: number
}

/** What every other record has is soon found by walking through the last ones, where GIN would gather it all. */
const walked = 4096
/** What so few regions have is little: a county is asked for by name at once. */
const fewRegions = 3
/** With more regions their names are no help: most of what is found lies there. */
const namedAtMost = 100

/**
 * Ids of what has every word, the last written first: for lists that have an order of their own. A half typed word is looked for when as a
 * whole one it is in too little. A record whose region is among its keywords is looked for by that word too, so that a county is not
 * asked about the whole province's common words.
 */
export async function newest(
  db: Db,
  text: string,
  { kind, regionIds, limit }: NewestOptions,
): Promise<string[]> {
  const tokens = tokensAsked(termsOf(text)).map((token) => (isHint(token) ? whole(token) : token))
  if (tokens.length === 0 || regionIds?.length === 0) return []
  const seen =
    regionIds === null ? sql<SqlBool>`1 = 1` : sql<SqlBool>`d.region_id in (${sql.join([...regionIds])})`
  const rest = sql`d.kind = ${kind} and ${seen} order by d.seq desc limit ${limit}`
  const named = regionIds !== null && regionIds.length <= namedAtMost ? regionIds.map(tokenOf) : []
  const last = isSqlite(db) ? 0 : await lastSeq(db)
  let found: string[] = []
  for (const asked of [...(tokens.some(isHalfTyped) ? [tokens.map(whole)] : []), tokens])
    for (const query of isSqlite(db) ? [matching(asked, named, rest)] : widening(asked, named, rest, last)) {
      found = (await query.execute(db)).rows.map(({ id }) => id)
      if (found.length === limit) return found
    }
  return found
}

/** Of Chinese, one character begins pairs: it is no word by itself. */
const isHalfTyped = ({ text, isOpen }: Token) => isOpen && !isHan(text)
/** One letter begins half of all there is. */
const isHint = (token: Token) => isHalfTyped(token) && token.text.length === 1
const whole = (token: Token): Token => (isHalfTyped(token) ? { ...token, isOpen: false } : token)

type Query = RawBuilder<{ id: string }>
type Rest = RawBuilder<unknown>

const matching = (tokens: readonly Token[], named: readonly string[], rest: Rest): Query =>
  sql`select d.id from search_words w join search_docs d on d.seq = w.rowid
    where w.search_words match ${matchOf(tokens, named)} and ${rest}`

async function lastSeq(db: Db): Promise<number> {
  const { rows } = await sql<{ seq: string | null }>`select max(seq) as seq from search_docs`.execute(db)
  return Number(rows[0]!.seq ?? 0)
}

/** On PostgreSQL the same question of more and more, until there is enough. */
function* widening(
  tokens: readonly Token[],
  named: readonly string[],
  rest: Rest,
  last: number,
): Generator<Query> {
  const asking = (...parts: string[]): Query =>
    sql`select d.id from search_docs d where ${indexedWords} @@ ${parts.join(' & ')}::tsquery and ${rest}`
  const words = tsqueryOf(tokens)
  const regions = named.length > 0 ? [anyOf(named)] : []
  if (named.length === 0 || named.length > fewRegions) {
    // the offset keeps the words from being looked up in GIN
    yield sql`select d.id from (select * from search_docs where seq > ${last - walked} offset 0) d where d.words @@ ${words}::tsquery and ${rest}`
    for (const size of blockSizes.filter((size) => 2 * size < last))
      yield asking(words, anyOf([0, 1].map((back) => blockToken(size, Math.floor(last / size) - back))))
  }
  yield asking(words, ...regions)
}

/** What an id is found by: its kind is no word of it. */
const tokenOf = (id: string): string => tokensOf(id).at(-1)!

const matchOf = (tokens: readonly Token[], regions: readonly string[]) =>
  [
    ...tokens.map(({ text, isOpen }) => `"${text}"${isOpen ? ' *' : ''}`),
    ...(regions.length > 0 ? [`(${regions.map((region) => `"${region}"`).join(' OR ')})`] : []),
  ].join(' AND ')

const anyOf = (words: readonly string[]) => `(${words.map((word) => `'${word}'`).join(' | ')})`

import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../db/database.ts'
import { areaToken, indexedWords, isSqlite } from '../db/search-index.ts'
import { tsqueryOf } from './store.ts'
import { lengthNext, stretchBack } from './stretches.ts'
import { isHan, termsOf, tokensAsked, tokensOf, type Token } from './words.ts'

export interface NewestOptions {
  kind: string
  /** Where it may lie; null: anywhere. */
  regionIds: readonly string[] | null
  limit: number
}

/** What every other record has is soon found by walking through the last ones, where GIN would gather it all; few places narrow it enough. */
const walked = 2048
/** With more their names are no help: most of what is found lies there. */
const namedAtMost = 100
/** Of one area; fewer regions are each named by themselves. */
const fewOfArea = 3

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
  const wanted = sql`d.kind = ${kind} and ${seen}`
  const ask = isSqlite(db)
    ? askSqlite(db, regionIds, wanted, limit)
    : await askPostgres(db, regionIds, wanted, limit)
  const wholly = tokens.some(isHalfTyped) ? await ask(tokens.map(whole)) : []
  return wholly.length === limit ? wholly : ask(tokens)
}

/** Of Chinese, one character begins pairs: it is no word by itself. */
const isHalfTyped = ({ text, isOpen }: Token) => isOpen && !isHan(text)
/** One letter begins half of all there is. */
const isHint = (token: Token) => isHalfTyped(token) && token.text.length === 1
const whole = (token: Token): Token => (isHalfTyped(token) ? { ...token, isOpen: false } : token)

type Ask = (tokens: readonly Token[]) => Promise<string[]>
type Regions = readonly string[] | null
type Query = RawBuilder<{ id: string }>

/** FTS5 goes back by itself, and ends with the last wanted: in the order of its own rowid alone, else all that is found is sorted. */
function askSqlite(db: Db, regionIds: Regions, wanted: RawBuilder<unknown>, limit: number): Ask {
  const named = regionIds !== null && regionIds.length <= namedAtMost ? regionIds.map(tokenOf) : []
  return async (tokens) => {
    const query: Query = sql`select d.id from search_words w cross join search_docs d on d.seq = w.rowid
      where w.search_words match ${matchOf(tokens, named)} and ${wanted} order by w.rowid desc limit ${limit}`
    return (await query.execute(db)).rows.map(({ id }) => id)
  }
}

/** GIN knows no order: it is asked stretch by stretch, each older than all before. */
async function askPostgres(
  db: Db,
  regionIds: Regions,
  wanted: RawBuilder<unknown>,
  limit: number,
): Promise<Ask> {
  const rest = sql`${wanted} order by d.seq desc limit ${limit}`
  const [last, named] = await Promise.all([lastSeq(db), placesOf(db, regionIds)])
  return async (tokens) => {
    const words = tsqueryOf(tokens)
    const found: string[] = []
    const find = async (query: Query) => {
      for (const { id } of (await query.execute(db)).rows) found.push(id)
    }
    const walksFirst = named.length === 0
    if (walksFirst)
      // the offset keeps the words from being looked up in GIN
      await find(
        sql`select d.id from (select * from search_docs where seq > ${last - walked} offset 0) d where d.words @@ ${words}::tsquery and ${rest}`,
      )
    for (let end = walksFirst ? last - walked : last; end >= 0 && found.length < limit;) {
      const { from, to, blocks } = stretchBack(
        end,
        lengthNext({ seen: Math.max(walked, last - end), found: found.length, wanted: limit }),
      )
      const asked = [
        words,
        ...[named, from > 0 ? blocks : []].filter((one) => one.length > 0).map(anyOf),
      ].join(' & ')
      await find(
        sql`select d.id from search_docs d where ${indexedWords} @@ ${asked}::tsquery and d.seq <= ${to} and ${rest}`,
      )
      end = from - 1
    }
    return found.slice(0, limit)
  }
}

async function lastSeq(db: Db): Promise<number> {
  const { rows } = await sql<{ seq: string | null }>`select max(seq) as seq from search_docs`.execute(db)
  return Number(rows[0]!.seq ?? 0)
}

/** The tokens that all the records of these regions have one of, if few do: some have them that lie elsewhere in an area. */
async function placesOf(db: Db, regionIds: Regions): Promise<string[]> {
  if (regionIds === null || regionIds.length > namedAtMost) return []
  const regions = await db.selectFrom('regions').select(['id', 'code']).where('id', 'in', regionIds).execute()
  return [...Map.groupBy(regions, ({ code }) => areaToken(code))].flatMap(([area, all]) =>
    all.length > fewOfArea ? [area] : all.map(({ id }) => tokenOf(id)),
  )
}

/** What an id is found by: its kind is no word of it. */
const tokenOf = (id: string): string => tokensOf(id).at(-1)!

const matchOf = (tokens: readonly Token[], regions: readonly string[]) =>
  [
    ...tokens.map(({ text, isOpen }) => `"${text}"${isOpen ? ' *' : ''}`),
    ...(regions.length > 0 ? [`(${regions.map((region) => `"${region}"`).join(' OR ')})`] : []),
  ].join(' AND ')

const anyOf = (words: readonly string[]) => `(${words.map((word) => `'${word}'`).join(' | ')})`

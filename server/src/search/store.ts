import { sql, type Expression, type SqlBool } from 'kysely'
import type { Db } from '../db/database.ts'
import { areaPut, indexedWords, isSqlite } from '../db/search-index.ts'
import type { Candidate } from './rank.ts'
import { initialsOf, squeezed, tokensOf, type Token } from './words.ts'

export interface SearchDoc {
  kind: string
  id: string
  regionId: string
  title: string
  body: string
  keywords?: readonly string[]
  /** Usefulness: votes, uses. */
  weight?: number
  updatedAt: number
}

export type Found = Candidate & { id: string; kind: string; regionId: string }

/** Where words are looked for: in titles with their keywords, or everywhere. */
export type Place = 'heads' | 'words'

export interface Asking {
  kinds: readonly string[]
  /** What the viewer may see, of `search_docs d`. */
  seen: Expression<SqlBool>
}

export async function put(db: Db, doc: SearchDoc): Promise<void> {
  await (isSqlite(db) ? putSqlite(db, doc) : putPostgres(db, doc))
}

export async function remove(db: Db, id: string): Promise<void> {
  if (isSqlite(db)) {
    const seq = sql`(select seq from search_docs where id = ${id})`
    await sql`delete from search_heads where rowid = ${seq}`.execute(db)
    await sql`delete from search_words where rowid = ${seq}`.execute(db)
  }
  await sql`delete from search_docs where id = ${id}`.execute(db)
}

/** In order of id, after that one. */
export async function idsOf(db: Db, kind: string, after: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from search_docs where kind = ${kind} and id > ${after} order by id limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/** A text with NUL is refused by PostgreSQL. */
const clean = (text: string) => text.replaceAll('\0', '')

function rowOf(doc: SearchDoc) {
  const title = clean(doc.title)
  const keywords = clean((doc.keywords ?? []).join(' '))
  const heads = [...new Set([...tokensOf(`${title} ${keywords}`), ...initialsOf(title)])]
  return {
    name: squeezed(title).slice(0, 200),
    title,
    body: clean(doc.body),
    keywords,
    weight: doc.weight ?? 0,
    heads,
    words: [...new Set([...heads, ...tokensOf(doc.body)])],
  }
}

async function putSqlite(db: Db, doc: SearchDoc): Promise<void> {
  const { name, title, body, keywords, weight, heads, words } = rowOf(doc)
  const { rows } = await sql<{ seq: number }>`
    insert into search_docs (id, kind, region_id, name, title, body, keywords, weight, updated_at)
    values (${doc.id}, ${doc.kind}, ${doc.regionId}, ${name}, ${title}, ${body}, ${keywords}, ${weight}, ${doc.updatedAt})
    on conflict (id) do update set kind = excluded.kind, region_id = excluded.region_id, name = excluded.name,
      title = excluded.title, body = excluded.body, keywords = excluded.keywords, weight = excluded.weight,
      updated_at = excluded.updated_at
    returning seq`.execute(db)
  const seq = rows[0]!.seq
  for (const [place, tokens] of [
    ['heads', heads],
    ['words', words],
  ] as const) {
    // prettier-ignore
    await sql`delete from ${tableOf(place)} where rowid = ${seq}`.execute(db)
    await sql`insert into ${tableOf(place)} (rowid, words) values (${seq}, ${tokens.join(' ')})`.execute(db)
  }
}

const tableOf = (place: Place) => sql.table(`search_${place}`)

async function putPostgres(db: Db, doc: SearchDoc): Promise<void> {
  const { name, title, body, keywords, weight, heads, words } = rowOf(doc)
  await sql`
    insert into search_docs (id, kind, region_id, name, title, body, keywords, weight, updated_at, area, heads, words)
    values (${doc.id}, ${doc.kind}, ${doc.regionId}, ${name}, ${title}, ${body}, ${keywords}, ${weight}, ${doc.updatedAt},
      ${areaPut(doc.regionId)}, ${vectorOf(heads)}::tsvector, ${vectorOf(words)}::tsvector)
    on conflict (id) do update set kind = excluded.kind, region_id = excluded.region_id, name = excluded.name,
      title = excluded.title, body = excluded.body, keywords = excluded.keywords, weight = excluded.weight,
      updated_at = excluded.updated_at, area = excluded.area, heads = excluded.heads, words = excluded.words`.execute(
    db,
  )
}

/** Written out: to_tsvector would cut the words again in its own way. */
const vectorOf = (tokens: readonly string[]) => tokens.map((token) => `'${token}'`).join(' ')

const columns = (
  place: Place,
) => sql`d.id, d.kind, d.region_id as "regionId", d.title, d.body, d.keywords, d.weight,
  d.updated_at as "updatedAt", ${sql.lit(place === 'heads' ? 1 : 0)} as "isHead"`

const rowsOf = (rows: (Omit<Found, 'isHead'> & { isHead: number })[]): Found[] =>
  rows.map((row) => ({ ...row, isHead: row.isHead === 1 }))

/** What has all of the tokens, of equals any: so many of the last ones. */
export async function having(
  db: Db,
  place: Place,
  tokens: readonly Token[],
  { kinds, seen }: Asking,
  limit: number,
): Promise<Found[]> {
  const rest = sql`d.kind in (${sql.join([...kinds])}) and ${seen}`
  const query = isSqlite(db)
    ? sql`select ${columns(place)} from ${tableOf(place)} w join search_docs d on d.seq = w.rowid
        where ${sql.ref(`w.search_${place}`)} match ${matchOf(tokens)} and ${rest} order by w.rowid desc limit ${limit}`
    : sql`select ${columns(place)} from search_docs d
        where ${place === 'words' ? indexedWords : sql.ref('d.heads')} @@ ${tsqueryOf(tokens)}::tsquery and ${rest} limit ${limit}`
  return rowsOf((await query.execute(db)).rows as Parameters<typeof rowsOf>[0])
}

/** Whose title begins with it. */
export async function named(db: Db, name: string, { kinds, seen }: Asking, limit: number): Promise<Found[]> {
  const { rows } = await sql`select ${columns('heads')} from search_docs d
    where d.name >= ${name} and d.name < ${`${name}\u{10ffff}`} and d.kind in (${sql.join([...kinds])}) and ${seen}
    order by d.name limit ${limit}`.execute(db)
  return rowsOf(rows as Parameters<typeof rowsOf>[0])
}

/** How many records have it, counted no further than that. */
export async function countOf(db: Db, token: Token, atMost: number): Promise<number> {
  const some = isSqlite(db)
    ? sql`select 1 from search_words where search_words match ${matchOf([token])} limit ${atMost}`
    : sql`select 1 from search_docs where ${indexedWords} @@ ${tsqueryOf([token])}::tsquery limit ${atMost}`
  const { rows } = await sql<{ n: number }>`select count(*) as n from (${some}) as counted`.execute(db)
  return Number(rows[0]!.n)
}

const matchOf = (tokens: readonly Token[]) =>
  tokens.map(({ text, isOpen }) => `"${text}"${isOpen ? ' *' : ''}`).join(' AND ')
export const tsqueryOf = (tokens: readonly Token[]) =>
  tokens.map(({ text, isOpen }) => `'${text}'${isOpen ? ':*' : ''}`).join(' & ')

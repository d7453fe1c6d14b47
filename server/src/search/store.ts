import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../db/database.ts'
import { isSqlite } from '../db/search-index.ts'
import type { Candidate } from './rank.ts'
import { initialsOf, wordsOf } from './words.ts'

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

/** How the words of a query go together; the last one may be half typed. */
export type Joint = 'all' | 'any'

/** More are not weighed against one another: nobody reads them. */
const candidates = 80
/** Of what has a common word, PostgreSQL ranks so many with it in the title, and so many others. */
const ranked = 400

export async function put(db: Db, doc: SearchDoc): Promise<void> {
  await (isSqlite(db) ? putSqlite(db, doc) : putPostgres(db, doc))
}

export async function remove(db: Db, id: string): Promise<void> {
  if (isSqlite(db))
    await sql`delete from search_words where rowid = (select seq from search_docs where id = ${id})`.execute(
      db,
    )
  await sql`delete from search_docs where id = ${id}`.execute(db)
}

export const find = (
  db: Db,
  kinds: readonly string[],
  terms: readonly string[],
  joint: Joint,
  seen: Expression<SqlBool>,
): Promise<Found[]> =>
  isSqlite(db) ? findSqlite(db, kinds, terms, joint, seen) : findPostgres(db, kinds, terms, joint, seen)

const fieldsOf = (doc: SearchDoc) => ({
  title: wordsOf(doc.title),
  initials: initialsOf(doc.title),
  keywords: wordsOf((doc.keywords ?? []).join(' ')),
  body: wordsOf(doc.body),
})

/** A text with NUL is refused by PostgreSQL. */
const clean = (text: string) => text.replaceAll('\0', '')

const row = (doc: SearchDoc) => ({
  title: clean(doc.title),
  body: clean(doc.body),
  keywords: clean((doc.keywords ?? []).join(' ')),
  weight: doc.weight ?? 0,
})

async function putSqlite(db: Db, doc: SearchDoc): Promise<void> {
  const { title, body, keywords, weight } = row(doc)
  const { rows } = await sql<{ seq: number }>`
    insert into search_docs (id, kind, region_id, title, body, keywords, weight, updated_at)
    values (${doc.id}, ${doc.kind}, ${doc.regionId}, ${title}, ${body}, ${keywords}, ${weight}, ${doc.updatedAt})
    on conflict (id) do update set kind = excluded.kind, region_id = excluded.region_id, title = excluded.title,
      body = excluded.body, keywords = excluded.keywords, weight = excluded.weight, updated_at = excluded.updated_at
    returning seq`.execute(db)
  const seq = rows[0]!.seq
  const words = fieldsOf(doc)
  await sql`delete from search_words where rowid = ${seq}`.execute(db)
  await sql`insert into search_words (rowid, title, initials, keywords, body) values (${seq},
    ${words.title.join(' ')}, ${words.initials.join(' ')}, ${words.keywords.join(' ')}, ${words.body.join(' ')})`.execute(
    db,
  )
}

async function putPostgres(db: Db, doc: SearchDoc): Promise<void> {
  const { title, body, keywords, weight } = row(doc)
  await sql`
    insert into search_docs (id, kind, region_id, title, body, keywords, weight, updated_at, words)
    values (${doc.id}, ${doc.kind}, ${doc.regionId}, ${title}, ${body}, ${keywords}, ${weight}, ${doc.updatedAt},
      ${vectorOf(doc)}::tsvector)
    on conflict (id) do update set kind = excluded.kind, region_id = excluded.region_id, title = excluded.title,
      body = excluded.body, keywords = excluded.keywords, weight = excluded.weight,
      updated_at = excluded.updated_at, words = excluded.words`.execute(db)
}

/** A tsvector keeps no greater position. */
const maxPosition = 16_383

/** `'故障':1A '路由':2A`: written out, since to_tsvector would cut the words again in its own way. */
function vectorOf(doc: SearchDoc): string {
  const { title, initials, keywords, body } = fieldsOf(doc)
  const lettered = Object.entries({ A: title, B: initials, C: keywords, D: body })
  const words = lettered.flatMap(([letter, list]) => list.map((word) => [word, letter] as const))
  return words.map(([word, letter], i) => `'${word}':${Math.min(i + 1, maxPosition)}${letter}`).join(' ')
}

const seenColumns = sql`d.id, d.kind, d.region_id as "regionId", d.title, d.body, d.keywords, d.weight,
  d.updated_at as "updatedAt"`

async function findSqlite(
  db: Db,
  kinds: readonly string[],
  terms: readonly string[],
  joint: Joint,
  seen: Expression<SqlBool>,
): Promise<Found[]> {
  const match = terms
    .map((term, i) => `"${term}"${i === terms.length - 1 ? '*' : ''}`)
    .join(joint === 'all' ? ' AND ' : ' OR ')
  const { rows } = await sql<Found>`
    select ${seenColumns} from search_words join search_docs d on d.seq = search_words.rowid
    where search_words match ${match} and d.kind in (${sql.join([...kinds])}) and ${seen}
    order by bm25(search_words, 10, 6, 5, 1) limit ${candidates}`.execute(db)
  return rows
}

async function findPostgres(
  db: Db,
  kinds: readonly string[],
  terms: readonly string[],
  joint: Joint,
  seen: Expression<SqlBool>,
): Promise<Found[]> {
  const query = (letters: string) =>
    terms
      .map((term, i) => `'${term}':${i === terms.length - 1 ? '*' : ''}${letters}`)
      .join(joint === 'all' ? ' & ' : ' | ')
  const having = (text: string): RawBuilder<unknown> => sql`(select d.* from search_docs d
    where d.words @@ ${text}::tsquery and d.kind in (${sql.join([...kinds])}) and ${seen} limit ${ranked})`
  const { rows } = await sql<Found>`
    select ${seenColumns} from (${having(query('AB'))} union ${having(query('ABCD'))}) d
    order by ts_rank('{0.1, 0.5, 0.6, 1}', d.words, ${query('ABCD')}::tsquery) desc, d.seq limit ${candidates}`.execute(
    db,
  )
  return rows
}

import { sql, SqliteAdapter, type Kysely, type RawBuilder } from 'kysely'

export const isSqlite = (db: Pick<Kysely<never>, 'getExecutor'>): boolean =>
  db.getExecutor().adapter instanceof SqliteAdapter

const fts5 = `fts5(words, content='', contentless_delete=1, detail=none, tokenize='unicode61 remove_diacritics 0')`

/**
 * What is found lies in `search_docs`, `name` being its title squeezed. Its words lie in FTS5 beside it or in tsvectors of its row: those
 * of title and keywords as `heads`, all of them as `words`. No positions: what is shown is looked at once more.
 */
const sqlite = [
  `create table search_docs (
    seq integer primary key autoincrement, id text not null unique, kind text not null, region_id text not null, name text not null,
    title text not null, body text not null, keywords text not null, weight integer not null, updated_at integer not null)`,
  `create index search_docs_name on search_docs (name)`,
  `create virtual table search_heads using ${fts5}`,
  `create virtual table search_words using ${fts5}`,
]

const postgres = [
  `create table search_docs (
    seq bigserial primary key, id text not null unique, kind text not null, region_id text not null, name text collate "C" not null,
    title text not null, body text not null, keywords text not null, weight bigint not null, updated_at bigint not null,
    heads tsvector not null, words tsvector not null)`,
  `create index search_docs_name on search_docs (name)`,
  `create index search_docs_heads on search_docs using gin (heads)`,
  `create index search_docs_words on search_docs using gin (words)`,
]

export async function createSearchIndex(db: Kysely<never>): Promise<void> {
  for (const statement of isSqlite(db) ? sqlite : postgres) await sql.raw(statement).execute(db)
}

/** GIN knows no order: it is asked for what was written last block by block, of so many records in a row. */
export const blockSizes = [2 ** 14, 2 ** 17, 2 ** 20] as const
/** No word has such a sign. */
export const blockToken = (size: number, block: number): string => `#${size}.${block}`

/** A city and what lies in it, by the first digits of its code [GB/T 2260]: one token where a city's viewers would name all its counties. */
export const areaToken = (code: string): string => `@${code.slice(0, areaDigits)}`
const areaDigits = 4
const areaOf = (regionId: RawBuilder<unknown>) =>
  sql`coalesce((select substr(code, 1, ${sql.lit(areaDigits)}) from regions where id = ${regionId}), '')`
/** Of a record that is put into `search_docs` on PostgreSQL. */
export const areaPut = (regionId: string) => areaOf(sql`${regionId}`)

const blocks = blockSizes.map((size) => `'#${size}.' || (seq / ${size})`).join(', ')
/** On PostgreSQL: what is looked for in `search_docs`, the words of a record, its blocks and its area. */
export const indexedWords = sql.raw(`(words || array_to_tsvector(array[${blocks}, '@' || area]))`)

export async function indexWordsByBlock(db: Kysely<never>): Promise<void> {
  if (isSqlite(db)) return
  await sql`drop index search_docs_words`.execute(db)
  await sql`alter table search_docs add column area text not null default ''`.execute(db)
  await sql`update search_docs set area = ${areaOf(sql`search_docs.region_id`)}`.execute(db)
  await sql`create index search_docs_words on search_docs using gin (${indexedWords})`.execute(db)
}

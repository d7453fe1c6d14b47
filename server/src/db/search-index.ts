import { sql, SqliteAdapter, type Kysely } from 'kysely'

export const isSqlite = (db: Pick<Kysely<never>, 'getExecutor'>): boolean =>
  db.getExecutor().adapter instanceof SqliteAdapter

/** What is found lies in `search_docs`; its words lie in FTS5 beside it, or in a tsvector of its row. */
const sqlite = [
  `create table search_docs (
    seq integer primary key autoincrement, id text not null unique, kind text not null, region_id text not null,
    title text not null, body text not null, keywords text not null, weight integer not null, updated_at integer not null)`,
  `create virtual table search_words using fts5(title, initials, keywords, body,
    content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0')`,
]

const postgres = [
  `create table search_docs (
    seq bigserial primary key, id text not null unique, kind text not null, region_id text not null,
    title text not null, body text not null, keywords text not null, weight bigint not null, updated_at bigint not null,
    words tsvector not null)`,
  `create index search_docs_words on search_docs using gin (words)`,
]

export async function createSearchIndex(db: Kysely<never>): Promise<void> {
  for (const statement of isSqlite(db) ? sqlite : postgres) await sql.raw(statement).execute(db)
}

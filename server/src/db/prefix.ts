import { sql, type Kysely, type SqlBool } from 'kysely'
import type { Db } from './database.ts'
import { isSqlite } from './search-index.ts'

/** Nothing that is written comes after it. */
const last = '\u{10ffff}'

/** An index by which what begins with a text is found, whatever the database's collation. */
export async function createPrefixIndex(db: Kysely<never>, table: string, column: string): Promise<void> {
  const byBytes = isSqlite(db) ? sql`` : sql`text_pattern_ops`
  await sql`create index ${sql.id(`${table}_${column}_prefix`)} on ${sql.id(table)} (${sql.id(column)} ${byBytes})`.execute(db) // prettier-ignore
}

/** Reads that index: O(log n + found). */
export const startsWith = (db: Db, column: string, text: string) =>
  isSqlite(db)
    ? sql<SqlBool>`(${sql.ref(column)} >= ${text} and ${sql.ref(column)} < ${text + last})`
    : sql<SqlBool>`(${sql.ref(column)} ~>=~ ${text} and ${sql.ref(column)} ~<~ ${text + last})`

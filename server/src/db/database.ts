import { existsSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { Kysely, PostgresDialect, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely'
import type { CustomTypesConfig, Pool } from 'pg'
import type { Tables } from './tables.ts'

export type Db = Kysely<Tables>

const int8 = 20 // pg_type oid of bigint: instants and counts, all below 2^53

/** `sqlite:FILE`, `sqlite::memory:` or `postgres://…`. `onLost`: PostgreSQL ended an idle connection; the next query opens another. */
export function openDatabase(url: string, onLost: (error: Error) => void = () => {}): Db {
  return new Kysely<Tables>({
    dialect: url.startsWith('sqlite:') ? sqlite(url.slice('sqlite:'.length)) : postgres(url, onLost),
  })
}

/** The same to look at only: nothing is made, recovered or migrated. Throws when the file is not there. */
export function openReadOnly(url: string): Db {
  const isFile = url.startsWith('sqlite:')
  const dialect = isFile
    ? new SqliteDialect({ database: adapt(readOnlyFile(url.slice('sqlite:'.length))) })
    : postgres(url, () => {}, '-c default_transaction_read_only=on')
  return new Kysely<Tables>({ dialect })
}

/** Without a write-ahead log nobody has it open: then it is read without the files that a reader of one makes beside it. */
export function readOnlyFile(path: string): DatabaseSync {
  const url = pathToFileURL(path)
  if (!existsSync(`${path}-wal`)) url.searchParams.set('immutable', '1')
  return new DatabaseSync(url, { readOnly: true, timeout: 5000 })
}

function postgres(url: string, onLost: (error: Error) => void, options?: string): PostgresDialect {
  return new PostgresDialect({ pool: () => openPool(url, onLost, options) })
}

async function openPool(url: string, onLost: (error: Error) => void, options?: string): Promise<Pool> {
  const { default: pg } = await import('pg') // an installation on SQLite does without it
  const types = {
    getTypeParser: (oid: number, format?: string) =>
      oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
  }
  const pool = new pg.Pool({
    connectionString: url,
    types: types as CustomTypesConfig,
    max: 10,
    ...(options ? { options } : {}),
  })
  pool.on('error', onLost)
  return pool
}

function sqlite(file: string): SqliteDialect {
  return sqliteDialect(new DatabaseSync(file))
}

/** Over a database that is open, and closed with this. */
export function sqliteDialect(db: DatabaseSync): SqliteDialect {
  // An acknowledgement to a collector promises that the batch is on disk.
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
  )
  return new SqliteDialect({ database: adapt(db) })
}

/** To compile a statement takes longer than to run most of them. A long text is one of a kind, and large when compiled: not kept. */
const statementsKept = 200
const keptLength = 1500

/** node:sqlite in the shape that Kysely's own dialect calls. */
function adapt(db: DatabaseSync): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>()
  return {
    close: () => db.close(),
    prepare(sql) {
      const known = kept.get(sql)
      const statement = known ?? adaptStatement(db, sql)
      if (sql.length > keptLength) return statement
      kept.delete(sql)
      kept.set(sql, statement) // the last in use, last to go
      if (kept.size > statementsKept) kept.delete(kept.keys().next().value!)
      return statement
    },
  }
}

function adaptStatement(db: DatabaseSync, sql: string): SqliteStatement {
  // A transaction that reads before it writes cannot wait for another process's once it has begun as a reader.
  const statement = db.prepare(sql === 'begin' ? 'begin immediate' : sql)
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    // Read row by row, over many turns: a statement of its own.
    iterate: (parameters) => db.prepare(sql).iterate(...(parameters as SQLInputValue[])),
  }
}

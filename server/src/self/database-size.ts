import { statSync } from 'node:fs'
import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** Octets of the main database, its log included. */
export async function databaseBytes(db: Db, databaseUrl: string): Promise<number> {
  if (databaseUrl.startsWith('sqlite:')) {
    const file = databaseUrl.slice('sqlite:'.length)
    return ['', '-wal'].reduce(
      (sum, end) => sum + (statSync(`${file}${end}`, { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
  }
  const { rows } = await sql<{
    bytes: string
  }>`select pg_database_size(current_database())::text as bytes`.execute(db)
  return Number(rows[0]?.bytes ?? 0)
}

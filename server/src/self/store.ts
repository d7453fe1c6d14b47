import { statSync } from 'node:fs'
import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { setSetting, settingOf } from '../db/settings.ts'

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

/** How the last heartbeat went. `failure`: why it did not get there, without what may be secret. */
export interface LastBeat {
  atMs: number
  failure: string | null
}

const key = 'heartbeat'

export const keepBeat = (db: Db, beat: LastBeat) => setSetting(db, key, JSON.stringify(beat), beat.atMs)

export async function lastBeat(db: Db): Promise<LastBeat | null> {
  const text = await settingOf(db, key)
  return text === undefined ? null : (JSON.parse(text) as LastBeat)
}

import { readOnlyFile } from '../db/database.ts'
import { usual } from './file.ts'
import type { Capacity } from './contract.ts'

const dayMs = 86_400_000

/** What a series file holds, looked at from beside whoever runs it; the oldest sample to the day. Throws what SQLite throws. */
export function capacityAtRest(path: string): Capacity {
  const db = readOnlyFile(path)
  try {
    const number = (query: string) => Object.values(db.prepare(query).get() ?? {})[0] as number | null
    // A file of the version before is made over at the next start.
    const isCurrent = number("SELECT count(*) FROM sqlite_schema WHERE name = 'tiles'") === 1
    const oldest = !isCurrent ? null : number('SELECT min(day) FROM (SELECT min(day) AS day FROM tiles UNION ALL SELECT min(day) FROM rollups)') // prettier-ignore
    return {
      series: number('SELECT count(*) FROM series') ?? 0,
      mostSeries: number('PRAGMA user_version') || usual.mostSeries,
      bytes: (number('PRAGMA page_count') ?? 0) * (number('PRAGMA page_size') ?? 0),
      oldestMs: oldest === null ? null : oldest * dayMs,
    }
  } finally {
    db.close()
  }
}

import { backup, DatabaseSync } from 'node:sqlite'
import { readOnlyFile } from '../db/database.ts'
import type { Mark } from './manifest.ts'
import { BackupProblem } from './problem.ts'

/** 4 MiB of usual pages, then a breath for whoever else needs the disk. */
const pagesPerStep = 1024
const busyMs = 5000

/**
 * A copy of one instant of a database that others write meanwhile. The open read transaction holds that instant: without it
 * the copy would begin anew at every write. Writers are not held up.
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { timeout: busyMs })
  try {
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM sqlite_schema').get() // a transaction sees nothing before its first read
    await backup(source, to, { rate: pagesPerStep })
    source.exec('ROLLBACK')
  } finally {
    source.close()
  }
}

/** Looks at every page and every reference. Throws BackupProblem: damaged. */
export function checkDatabase(path: string, name: string): void {
  const [reason] = findingsIn(path)
  if (reason !== undefined) throw new BackupProblem('damaged', { name, reason })
}

/** What is wrong with a database file; `full: false`: only that it opens. Changes nothing. */
export function findingsIn(path: string, { full = true }: { full?: boolean } = {}): string[] {
  try {
    const db = readOnlyFile(path)
    try {
      return damageIn(db, full)
    } finally {
      db.close()
    }
  } catch (error) {
    return [(error as Error).message]
  }
}

function damageIn(db: DatabaseSync, full: boolean): string[] {
  db.prepare('SELECT count(*) FROM sqlite_schema').get()
  if (!full) return []
  const pages = db.prepare('PRAGMA quick_check(1)').all().map((row) => String(row.quick_check)) // prettier-ignore
  const references = db.prepare('PRAGMA foreign_key_check').all()
  return [
    ...pages.filter((text) => text !== 'ok'),
    ...references.map((row) => `${row.table} row ${row.rowid} refers to no ${row.parent}`),
  ]
}

/** The last batch of each stream that a series file holds. */
export function seriesMarks(path: string): Mark[] {
  const db = new DatabaseSync(path, { timeout: busyMs })
  try {
    const rows = db.prepare('SELECT collector AS collectorId, epoch, lane, seq FROM marks').all()
    return rows.map((row) => ({ ...row }) as unknown as Mark)
  } finally {
    db.close()
  }
}

/**
 * The series commit a batch before the main database does: a series file copied after it holds at least what was committed
 * when that copy began. `before` are its marks of then. Throws BackupProblem: series-behind.
 */
export function checkSeriesReach(before: Mark[], copy: Mark[]): void {
  const streamOf = ({ collectorId, epoch, lane }: Mark) => `${collectorId} ${epoch} ${lane}`
  const reached = new Map(copy.map((mark) => [streamOf(mark), mark.seq]))
  const behind = before.find((mark) => (reached.get(streamOf(mark)) ?? 0) < mark.seq)
  if (behind) throw new BackupProblem('series-behind', { stream: `${streamOf(behind)} ${behind.seq}` })
}

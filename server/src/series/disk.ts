import { DatabaseSync } from 'node:sqlite'
import { explained } from './errors.ts'
import { schema } from './tiles.ts'

/** Octets written to the log before it is carried over into the file: so few that it takes no longer than a commit. */
const mostInLog = 2 * 2 ** 20
/** What a transaction writes to the log besides what it tells of: pages of trees and of the free list. */
const octetsOfTransaction = 16_384

/** The SQLite file of the series and how it is written: by one thread, in a log that is carried over when nobody waits. */
export class Disk {
  readonly db: DatabaseSync
  readonly #onRollback: (() => void)[] = []
  readonly #onCommit: (() => void)[] = []
  #inLog = 0

  /** `mostSeries` is written into the file, for whoever looks at it from beside. */
  constructor(path: string, mostSeries: number) {
    this.db = new DatabaseSync(path)
    try {
      this.db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA busy_timeout = 5000')
      this.db.exec(schema)
      if (this.number('PRAGMA user_version') !== mostSeries)
        this.db.exec(`PRAGMA user_version = ${Math.floor(mostSeries)}`)
    } catch (error) {
      this.db.close()
      throw explained(error)
    }
  }

  /** Is told how transactions end. */
  attend({ commit, rollback }: { commit?: () => void; rollback: () => void }): void {
    if (commit) this.#onCommit.push(commit)
    this.#onRollback.push(rollback)
  }

  /** What is committed is on the disk. */
  durably<T>(work: () => T): T {
    return this.#transaction('FULL', work)
  }

  /** What is committed may be lost when the power fails, never in part, and never what was durable: for work that is done again then. */
  soon<T>(work: () => T): T {
    return this.#transaction('NORMAL', work)
  }

  #transaction<T>(synchronous: 'FULL' | 'NORMAL', work: () => T): T {
    try {
      this.db.exec(`PRAGMA synchronous = ${synchronous}; BEGIN IMMEDIATE`)
      const result = work()
      this.db.exec('COMMIT')
      this.wrote(octetsOfTransaction)
      for (const tell of this.#onCommit) tell()
      return result
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK')
      for (const tell of this.#onRollback) tell()
      throw explained(error)
    }
  }

  /** About so many octets more are in the log. */
  wrote(octets: number): void {
    this.#inLog += octets
  }

  /** Carries the log over when it has grown; whether it had. */
  carryOver(): boolean {
    if (this.#inLog < mostInLog) return false
    this.#inLog = 0
    try {
      this.db.exec('PRAGMA wal_checkpoint(PASSIVE)')
    } catch (error) {
      throw explained(error)
    }
    return true
  }

  /** The only value of the only row of an answer. */
  number(sql: string): number | null {
    return Object.values(this.db.prepare(sql).get() ?? {})[0] as number | null
  }

  close(): void {
    this.db.close()
  }
}

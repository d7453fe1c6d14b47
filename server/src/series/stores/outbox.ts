import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { BatchMark } from '../contract.ts'
import { SeriesStoreAway } from './away.ts'

const schema = `
  CREATE TABLE IF NOT EXISTS marks (
    collector TEXT NOT NULL, epoch TEXT NOT NULL, lane TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (collector, epoch, lane)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, sent_at INTEGER, body BLOB NOT NULL);
  CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (id) WHERE sent_at IS NULL;
`

export interface Outgoing {
  id: number
  lines: string[]
}

/**
 * Batches on their way to a store elsewhere, on our own disk: a batch is committed here with its mark, so that neither a store that
 * is away nor one that loses its last seconds in a crash costs a sample. Blocking; one small transaction per batch.
 */
export class Outbox {
  readonly #db: DatabaseSync
  readonly #mostBytes: number
  readonly #statements: Record<'advance' | 'insert' | 'next' | 'sent' | 'forget' | 'unsend', StatementSync>
  #bytes: number
  #waiting: number

  /** `mostBytes`: of what waits; beyond it nothing is taken any more. */
  constructor(path: string, { mostBytes = 256 * 1024 * 1024 }: { mostBytes?: number } = {}) {
    this.#mostBytes = mostBytes
    this.#db = new DatabaseSync(path)
    // FULL: a batch that is acknowledged is on the disk.
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000')
    this.#db.exec(schema)
    this.#statements = {
      advance: this.#db.prepare(
        `INSERT INTO marks (collector, epoch, lane, seq) VALUES (?, ?, ?, ?)
         ON CONFLICT (collector, epoch, lane) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq`,
      ),
      insert: this.#db.prepare('INSERT INTO outbox (body) VALUES (?)'),
      next: this.#db.prepare('SELECT id, body FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT 1'),
      sent: this.#db.prepare('UPDATE outbox SET sent_at = ? WHERE id = ?'),
      forget: this.#db.prepare('DELETE FROM outbox WHERE sent_at < ? RETURNING length(body) AS bytes'),
      unsend: this.#db.prepare('UPDATE outbox SET sent_at = NULL WHERE sent_at >= ?'),
    }
    this.#bytes = Number(this.#db.prepare('SELECT sum(length(body)) AS n FROM outbox').get()?.n ?? 0)
    this.#waiting = 0
    this.sendAgain(0)
  }

  /** Batches that wait to be sent. */
  get waiting(): number {
    return this.#waiting
  }

  /** False when the batch was put in before. Throws SeriesStoreAway when there is no room. */
  put({ collectorId, epoch, lane, seq }: BatchMark, lines: string[]): boolean {
    if (this.#waiting > 0 && this.#bytes > this.#mostBytes)
      throw new SeriesStoreAway(`${this.#waiting} batches wait for the store of the series: no room for more`)
    const body = deflateRawSync(lines.join('\n'), { level: 1 })
    const isNew = this.#transaction(() => {
      if (!this.#statements.advance.run(collectorId, epoch, lane, seq).changes) return false
      if (lines.length > 0) this.#statements.insert.run(body)
      return true
    })
    if (isNew && lines.length > 0) {
      this.#bytes += body.length
      this.#waiting++
    }
    return isNew
  }

  next(): Outgoing | null {
    const row = this.#statements.next.get()
    if (!row) return null
    return {
      id: Number(row.id),
      lines: inflateRawSync(row.body as Uint8Array)
        .toString()
        .split('\n'),
    }
  }

  /** What was sent before `safeBeforeMs` is forgotten. */
  sent(id: number, nowMs: number, safeBeforeMs: number): void {
    this.#statements.sent.run(nowMs, id)
    this.#waiting--
    for (const { bytes } of this.#statements.forget.all(safeBeforeMs)) this.#bytes -= Number(bytes)
  }

  /** Whatever was sent since then and is still held waits anew: to send it twice does no harm. */
  sendAgain(sinceMs: number): void {
    this.#statements.unsend.run(sinceMs)
    this.#waiting = Number(
      this.#db.prepare('SELECT count(*) AS n FROM outbox WHERE sent_at IS NULL').get()?.n ?? 0,
    )
  }

  close(): void {
    this.#db.close()
  }

  #transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#db.exec('COMMIT')
      return result
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }
}

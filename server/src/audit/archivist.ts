import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '@zongheng/inventory/id.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { genesis } from './chain.ts'
import { ChainCheck } from './check.ts'
import { lineOf } from './line.ts'
import { writeLines } from './lines-file.ts'
import * as store from './store.ts'
import type { AuditTrail } from './trail.ts'
import { archiveFolder } from './verify.ts'

const dayMs = 86_400_000
/** The law's six months [网络安全法, 第二十一条], whatever the policy says. */
const keepAtLeastDays = 183
/** One transaction removes as many; a file holds no more. */
const recordsPerArchive = 20_000
const chunk = 500

export interface ArchivistDeps {
  db: Db
  clock: Clock
  dataDir: string
  trail: Pick<AuditTrail, 'write'>
  /** Days that records stay in the database. */
  keepDays(): Promise<number>
}

/** Moves old records out into files, oldest first and without gaps. A chain that is broken stays where it is. */
export class Archivist {
  readonly #deps: ArchivistDeps
  #running: Promise<store.ArchiveRow[]> | null = null

  constructor(deps: ArchivistDeps) {
    this.#deps = deps
  }

  /** The new archives. Of two runs at once, the second has the first one's answer. */
  run(key: Buffer): Promise<store.ArchiveRow[]> {
    this.#running ??= this.#run(key).finally(() => (this.#running = null))
    return this.#running
  }

  async #run(key: Buffer): Promise<store.ArchiveRow[]> {
    const { db, clock, keepDays } = this.#deps
    const keptSince = clock() - Math.max(keepAtLeastDays, await keepDays()) * dayMs
    const { seq: head } = await store.bounds(db)
    const until = ((await store.firstSince(db, keptSince)) ?? head + 1) - 1
    const archives: store.ArchiveRow[] = []
    for (;;) {
      const last = await store.lastArchive(db)
      const from = { seq: last?.last_seq ?? 0, hash: last?.last_hash ?? genesis }
      if (from.seq >= until) return archives
      archives.push(await this.#archive(from, Math.min(until, from.seq + recordsPerArchive), key))
    }
  }

  /** A crash in between leaves a file that the next run writes anew. */
  async #archive(
    after: { seq: number; hash: string },
    until: number,
    key: Buffer,
  ): Promise<store.ArchiveRow> {
    const { clock, dataDir, trail } = this.#deps
    const folder = archiveFolder(dataDir)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const file = `audit-${after.seq + 1}-${until}.jsonl.gz`
    const span = { firstAt: 0, lastAt: 0 }
    const check = new ChainCheck(key, after)
    const sha256 = await writeLines(join(folder, file), this.#lines(check, until, span))
    const archive = {
      id: newId('file', clock()),
      first_seq: after.seq + 1,
      last_seq: until,
      first_at: span.firstAt,
      last_at: span.lastAt,
      previous_hash: after.hash,
      last_hash: check.hash,
      file,
      sha256,
      created_at: clock(),
    }
    await trail.write(async (tx, note) => {
      await store.moveToArchive(tx, archive)
      const moved = { file, firstSeq: archive.first_seq, lastSeq: until, sha256 }
      note({ action: 'audit.archived', entity: null, regionId: null, after: moved })
    })
    return archive
  }

  async *#lines(check: ChainCheck, until: number, span: { firstAt: number; lastAt: number }) {
    while (check.seq < until) {
      const rows = await store.recordsAfter(this.#deps.db, check.seq, Math.min(chunk, until - check.seq))
      for (const row of rows) {
        const previous = check.hash
        const problem = check.take(row)
        if (problem) throw new Error(`not archived: ${problem.text}`)
        span.firstAt ||= row.at
        span.lastAt = row.at
        yield lineOf(row, previous)
      }
      if (rows.length === 0) throw new Error(`not archived: record ${check.seq + 1} is missing`)
    }
  }
}

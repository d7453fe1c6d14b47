import { Readable } from 'node:stream'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EventBus } from '../events.ts'
import { notFound } from '../http/problem.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Log } from '../log.ts'
import { readAnchor, writeAnchor } from './anchor.ts'
import { Archivist } from './archivist.ts'
import { lineOf } from './line.ts'
import type { AuditArchive, AuditFilter, AuditRecord, AuditRecordDetail, AuditVerdict } from './schema.ts'
import * as store from './store.ts'
import type { AuditTrail } from './trail.ts'
import { verifyFile } from './verify-file.ts'
import { verifyTrail } from './verify.ts'
import { archiveView, detailView, recordView } from './views.ts'

export interface AuditDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  dataDir: string
  trail: AuditTrail
  /** Days that records stay in the database, by the policy. */
  keepDays(): Promise<number>
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** After a start: neither at once, nor only when a server has run for a whole day. */
const firstRoundMs = 5 * minuteMs
const exportChunk = 500

/** The trail read, checked, moved to archives and witnessed. Nothing here changes a record. */
export class AuditService {
  readonly #deps: AuditDeps
  readonly #archivist: Archivist
  readonly #timers: NodeJS.Timeout[] = []
  #verifying: Promise<AuditVerdict> | null = null
  #witnessed: Promise<void> = Promise.resolve()

  constructor(deps: AuditDeps) {
    this.#deps = deps
    this.#archivist = new Archivist(deps)
  }

  start(): void {
    const every = (ms: number, what: string, work: () => Promise<unknown>) =>
      this.#timers.push(setInterval(() => this.#guard(what, work()), ms).unref())
    every(minuteMs, 'audit trail not witnessed', () => this.witness())
    every(dayMs, 'audit trail not kept', () => this.round())
    this.#timers.push(
      setTimeout(() => this.#guard('audit trail not kept', this.round()), firstRoundMs).unref(),
    )
  }

  /** Witnesses what was written last. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    await this.witness()
  }

  // ---- reading --------------------------------------------------------------------------------

  async list(viewer: Viewer, query: AuditFilter & Paging): Promise<PageOf<AuditRecord>> {
    const page = await store.listRecords(this.#deps.db, viewer, query)
    return { next: page.next, items: page.items.map(recordView) }
  }

  async detail(viewer: Viewer, seq: number): Promise<AuditRecordDetail> {
    const row = await store.recordBySeq(this.#deps.db, viewer, seq)
    if (!row) throw notFound('record')
    return detailView(row)
  }

  async archives(): Promise<{ items: AuditArchive[] }> {
    return { items: (await store.archivesAfter(this.#deps.db, 0)).map(archiveView).reverse() }
  }

  /** JSON Lines in order, as of now. That they were taken is a record itself, which is not among them. */
  async export(viewer: Viewer, filter: AuditFilter): Promise<Readable> {
    const { db, trail } = this.#deps
    const { count, last } = await store.countRecords(db, viewer, filter)
    const after = { filter, records: count, untilSeq: last }
    await trail.tell({ action: 'audit.exported', entity: null, regionId: null, after })
    return Readable.from(this.#lines(viewer, filter, last))
  }

  async *#lines(viewer: Viewer, filter: AuditFilter, until: number): AsyncGenerator<string> {
    for (let after = 0; after < until;) {
      const page = { after, until, limit: exportChunk }
      const rows = await store.exportRecords(this.#deps.db, viewer, filter, page)
      yield rows.map((row) => lineOf(row, row.previous)).join('')
      after = rows.at(-1)?.seq ?? until
    }
  }

  // ---- keeping --------------------------------------------------------------------------------

  /** One look at a time: who asks meanwhile has the same answer. */
  verify(): Promise<AuditVerdict> {
    this.#verifying ??= this.#verify().finally(() => (this.#verifying = null))
    return this.#verifying
  }

  async verifyFile(file: string): Promise<AuditVerdict> {
    return verifyFile(file, await this.#deps.trail.key(), this.#deps.clock)
  }

  async #verify(): Promise<AuditVerdict> {
    const { bus, log, trail } = this.#deps
    const verdict = await verifyTrail({ ...this.#deps, key: await trail.key() })
    if (verdict.problem) {
      log.fatal({ problem: verdict.problem }, 'THE AUDIT TRAIL IS BROKEN')
      bus.emit('audit.broken', verdict.problem)
    }
    return verdict
  }

  /** `verify` for a person or a command, who leave a record of it. */
  async verifyAsked(): Promise<AuditVerdict> {
    const verdict = await this.verify()
    const { ok, untilSeq, problem } = verdict
    const after = { ok, untilSeq, problem }
    const told = this.#deps.trail.tell({ action: 'audit.verified', entity: null, regionId: null, after })
    await (ok ? told : told.catch((err: unknown) => this.#deps.log.error({ err }, 'the broken trail takes no record'))) // prettier-ignore
    return verdict
  }

  async archive(): Promise<AuditArchive[]> {
    return (await this.#archivist.run(await this.#deps.trail.key())).map(archiveView)
  }

  /** What is due every day. What is broken is not archived. */
  async round(): Promise<void> {
    const { problem } = await this.verify()
    const found = { action: 'audit.broken', entity: null, regionId: null, after: problem }
    await (problem ? this.#deps.trail.tell(found) : this.archive())
  }

  /** Notes the last record outside the database, one after the other. An anchor that the chain has lost is evidence, and stays. */
  witness(): Promise<void> {
    const done = this.#witnessed.then(() => this.#witness())
    this.#witnessed = done.catch(() => undefined)
    return done
  }

  async #witness(): Promise<void> {
    const { db, clock, dataDir, log } = this.#deps
    const anchor = await readAnchor(dataDir)
    const { seq, hash } = await store.bounds(db)
    if (seq === 0 || (anchor?.seq === seq && anchor.hash === hash)) return
    const there = anchor && (await store.hashAt(db, anchor.seq))
    const isLost = anchor && (anchor.seq > seq || (there !== undefined && there !== anchor.hash))
    if (isLost) log.fatal({ anchor, head: { seq, hash } }, 'THE AUDIT TRAIL LOST WHAT WAS WITNESSED')
    else await writeAnchor(dataDir, { seq, hash, at: clock() })
  }

  #guard(what: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#deps.log.error({ err: error }, what))
  }
}

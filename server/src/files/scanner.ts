import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { Log } from '../log.ts'
import { askClamd, pingClamd } from './clamd.ts'
import type { ContentStore } from './content-store.ts'
import { told, unscannedFiles, updateFile, type FileRow } from './store.ts'

export interface ScannerDeps {
  db: Db
  clock: Clock
  log: Log
  audit: Pick<AuditTrail, 'write'>
  /** Where clamd listens; empty: nothing is scanned. */
  clamd: string
}

const scansAtOnce = 20
const triesAtMost = 6
const firstWaitMs = 60_000

/** Asks clamd about what waits: a file it cannot judge waits longer each time and is then given up; the others go on. */
export class Scanner {
  readonly #deps: ScannerDeps
  readonly #content: ContentStore
  #round: Promise<void> | null = null

  constructor(deps: ScannerDeps, content: ContentStore) {
    this.#deps = deps
    this.#content = content
  }

  get isOn(): boolean {
    return this.#deps.clamd !== ''
  }

  /** One round at a time. */
  scan(): Promise<void> {
    if (!this.isOn) return Promise.resolve()
    return (this.#round ??= this.#scanDue().finally(() => (this.#round = null)))
  }

  async settled(): Promise<void> {
    await this.#round
  }

  async #scanDue(): Promise<void> {
    const { db, clock, log } = this.#deps
    try {
      for (let rows; (rows = await unscannedFiles(db, clock(), scansAtOnce)).length > 0;)
        for (const row of rows) await this.#scanOne(row)
    } catch (err) {
      log.warn({ err }, 'files wait to be scanned')
    }
  }

  /** Throws where there is no clamd at all. */
  async #scanOne(row: FileRow): Promise<void> {
    const { clamd, audit } = this.#deps
    const verdict = await askClamd(clamd, this.#content.read(row.sha256)).catch(async (err: unknown) => {
      await pingClamd(clamd)
      return { scan: 'unscanned', err } as const
    })
    if (verdict.scan === 'unscanned') return this.#putOff(row, verdict.err)
    await audit.write(async (tx, note) => {
      await updateFile(tx, row.id, { scan: verdict.scan })
      if (verdict.scan === 'infected') note({ action: 'files.infected', ...told(row), after: { found: verdict.found } }) // prettier-ignore
    })
  }

  async #putOff(row: FileRow, err: unknown): Promise<void> {
    const { clock, log, audit } = this.#deps
    const tries = row.scan_tries + 1
    const isLost = tries >= triesAtMost
    log.warn({ err, fileId: row.id, tries }, isLost ? 'a file is given up: it cannot be scanned' : 'a file could not be scanned') // prettier-ignore
    await audit.write(async (tx, note) => {
      await updateFile(tx, row.id, { scan_tries: tries, scan_due_at: clock() + firstWaitMs * 2 ** tries, ...(isLost && { scan: 'failed' }) }) // prettier-ignore
      if (isLost) note({ action: 'files.scan-failed', ...told(row), after: { tries, error: String(err) } })
    })
  }
}

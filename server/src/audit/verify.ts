/** The whole trail looked through, archives and table, from the first record to the head. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { readAnchor, type Anchor } from './anchor.ts'
import { genesis } from './chain.ts'
import { ChainCheck, problemAt, type ChainProblem } from './check.ts'
import { readLines } from './lines-file.ts'
import type { AuditVerdict } from './schema.ts'
import * as store from './store.ts'

/** Others have their turn between two chunks; one is all that is held in memory. */
const chunk = 500

export interface VerifyDeps {
  db: Db
  clock: Clock
  dataDir: string
  key: Buffer
}

export const archiveFolder = (dataDir: string) => join(dataDir, 'audit')

export async function verifyTrail(deps: VerifyDeps): Promise<AuditVerdict> {
  const anchor = await readAnchor(deps.dataDir) // before the head: the chain only grows
  const { seq, hash, last } = await store.bounds(deps.db)
  const until = Math.max(seq, last ?? 0)
  const pins = new Map([[seq, hash]])
  if (anchor && anchor.seq !== seq) pins.set(anchor.seq, anchor.hash)
  const check = new ChainCheck(deps.key, { seq: 0, hash: genesis }, pins)
  const walk = new Walk(deps, check)
  const problem = (await walk.to(until)) ?? ending({ seq, hash }, until, anchor)
  return {
    ok: problem === null,
    records: check.records,
    fromSeq: Math.min(1, check.records),
    untilSeq: check.seq,
    archives: walk.archives,
    problem,
    checkedAt: deps.clock(),
  }
}

/** What only shows where the chain ends. */
function ending(head: { seq: number; hash: string }, until: number, anchor?: Anchor): ChainProblem | null {
  if (until > head.seq)
    return problemAt(head.seq + 1, 'order', `record ${head.seq + 1} stands beyond the chain's head`)
  if (anchor && anchor.seq > until)
    return problemAt(until + 1, 'truncated', `the chain ends at ${until}; ${anchor.seq} was there already`)
  const isRight = anchor?.seq !== head.seq || anchor.hash === head.hash
  return isRight
    ? null
    : problemAt(head.seq, 'forged', `record ${head.seq} is another one than was witnessed`)
}

export const headOf = store.bounds

/** The newest `links` records in the table, up to the head: what a quick look can say. */
export async function verifyTail(db: Db, key: Buffer, links: number): Promise<ChainProblem | null> {
  const head = await headOf(db)
  const [first, ...rest] = await store.recordsAfter(db, head.seq - links, links)
  if (!first) return problemAt(head.seq, 'missing', `record ${head.seq} is missing`)
  const check = new ChainCheck(key, first)
  for (const record of rest.filter(({ seq }) => seq <= head.seq)) {
    const problem = check.take(record)
    if (problem) return problem
  }
  return check.seq === head.seq && check.hash === head.hash
    ? null
    : problemAt(head.seq, 'truncated', `the chain does not end at its head`)
}

class Walk {
  archives = 0
  readonly #deps: VerifyDeps
  readonly #check: ChainCheck

  constructor(deps: VerifyDeps, check: ChainCheck) {
    this.#deps = deps
    this.#check = check
  }

  async to(until: number): Promise<ChainProblem | null> {
    return (await this.#archived()) ?? (await this.#standing(until))
  }

  async #archived(): Promise<ChainProblem | null> {
    for (const archive of await store.archivesAfter(this.#deps.db, this.#check.seq)) {
      const problem = await this.#archive(archive)
      if (problem) return problem
    }
    return null
  }

  async #standing(until: number): Promise<ChainProblem | null> {
    const check = this.#check
    const first = (await store.recordsAfter(this.#deps.db, -1, 1))[0]?.seq ?? Infinity
    if (first <= check.seq) return problemAt(first, 'order', `record ${first} stands beside its archive`)
    while (check.seq < until) {
      const rows = await store.recordsAfter(this.#deps.db, check.seq, chunk)
      for (const row of rows) {
        const problem = check.take(row)
        if (!problem) continue
        if (problem.kind === 'missing' && (await this.#movedOn())) break
        return problem
      }
      if (rows.length === 0 && !(await this.#movedOn()))
        return problemAt(check.seq + 1, 'truncated', `the chain ends before record ${check.seq + 1}`)
      await setImmediate()
    }
    return null
  }

  /** Whether what is missing in the table went to an archive meanwhile. */
  async #movedOn(): Promise<boolean> {
    const before = this.#check.seq
    const [next] = await store.archivesAfter(this.#deps.db, before)
    return next !== undefined && next.first_seq <= before + 1 && (await this.#archive(next)) === null
  }

  async #archive(archive: store.ArchiveRow): Promise<ChainProblem | null> {
    const check = this.#check
    this.archives += 1
    if (archive.first_seq > check.seq + 1)
      return problemAt(check.seq + 1, 'missing', `no archive holds record ${check.seq + 1}`)
    const sha256 = createHash('sha256')
    const broken = await this.#lines(archive, join(archiveFolder(this.#deps.dataDir), archive.file), sha256)
    if (broken?.kind === 'archive-missing') return broken
    const isTouched = sha256.digest('hex') !== archive.sha256
    if (isTouched || check.seq !== archive.last_seq || check.hash !== archive.last_hash) {
      const seq = broken?.seq ?? archive.first_seq
      return broken && !isTouched
        ? broken
        : problemAt(seq, 'archive-changed', `${archive.file} is not what was written`)
    }
    return null
  }

  async #lines(archive: store.ArchiveRow, file: string, sha256: ReturnType<typeof createHash>) {
    const check = this.#check
    let problem: ChainProblem | null = null
    try {
      for await (const line of readLines(file, sha256)) {
        // The rest is read all the same: for its checksum.
        if (problem || (line && line.seq <= check.seq)) continue
        problem = line ? check.take(line) : problemAt(check.seq + 1, 'changed', `no record`)
        if (check.records % chunk === 0) await setImmediate()
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      const isGone = code === 'ENOENT'
      return problemAt(
        isGone ? archive.first_seq : check.seq + 1,
        isGone ? 'archive-missing' : 'archive-changed',
        `${archive.file}: ${(error as Error).message}`,
      )
    }
    return problem
  }
}

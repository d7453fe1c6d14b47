import type { Fact, JobError, JobProgress, JobResult } from '@zongheng/collector/contract.ts'
import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EventBus, QueuedJob } from '../events.ts'
import type { Log } from '../log.ts'
import { deviceOf, paramsOf, queuedJob, type NewJob } from './new-job.ts'
import * as record from './record.ts'
import * as store from './store.ts'
import type { JobRow, JobState } from './store.ts'

type JobFact = Extract<Fact, { kind: 'job' }>

export interface JobsDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  audit: Pick<AuditTrail, 'write'>
  /** Told within the transaction that ends a job; answers the tickets that changed by it. */
  ended(tx: Db, job: JobRow, outcome: JobOutcome): Promise<string[]>
}

export interface JobOutcome {
  state: JobState
  error: JobError | null
  result: JobResult | null
}

/** What ended a job, to be told once it is committed. */
export interface JobEnd {
  jobId: string
  outcome: JobOutcome
  ticketIds: string[]
}

/** Nobody took it for so long. */
const waitsAtMostMs = 10 * 60_000
/** Longer than any playbook may run. */
const runsAtMostMs = 60 * 60_000
/** A sweep of a province's networks, which goes on after either side was started anew. */
const sweepsAtMostMs = 48 * 60 * 60_000
const sweepEveryMs = 60_000

/** Our own guesses: a collector that reports later knows better. */
const guesses = {
  'collector-away': { code: 'collector-away', text: 'no collector took the job within 10 minutes' },
  lost: { code: 'lost', text: 'the collector never reported how the job ended' },
  cancelled: { code: 'aborted', text: 'cancelled' },
} as const satisfies Record<string, JobError>
const guessed = new Set<string>(Object.values(guesses).map((error) => error.code))

/** Jobs for collectors, from the asking to the end. Idempotent by id: what is reported twice counts once. */
export class Jobs {
  readonly #deps: JobsDeps
  /** Those whose secrets are not yet with a collector. */
  readonly #queued = new Map<string, QueuedJob>()
  readonly #waiting = new Map<string, Set<(outcome: JobOutcome) => void>>()
  #sweeper: NodeJS.Timeout | null = null

  constructor(deps: JobsDeps) {
    this.#deps = deps
    deps.bus.on('job.progress', (progress) => this.#guard('job.progress', this.#progress(progress)))
  }

  /** Ends what a former process left behind, and from then on what nobody reports. */
  async open(): Promise<void> {
    await this.sweep(waitsAtMostMs)
    this.#sweeper = setInterval(() => this.#guard('sweep', this.sweep()), sweepEveryMs)
    this.#sweeper.unref()
  }

  close(): void {
    if (this.#sweeper) clearInterval(this.#sweeper)
  }

  /** Writes the job down and hands it on; answers its id. */
  async start(job: NewJob, id = newId('job')): Promise<string> {
    const { audit, bus, clock } = this.#deps
    await audit.write(async (tx, note) => {
      await store.insertJob(tx, newRow(id, job, clock()))
      record.started(id, job).forEach(note)
    })
    const queued = queuedJob(id, job)
    this.#queued.set(id, queued)
    bus.emit('job.created', { job: queued, collectorId: job.collectorId })
    return id
  }

  find(id: string): Promise<JobRow | undefined> {
    return store.jobById(this.#deps.db, id)
  }

  /** What a collector that has just connected is to be given again; without those whose secrets are gone with a restart. */
  async waitingFor(collectorId: string): Promise<QueuedJob[]> {
    const rows = await store.jobsWaitingFor(this.#deps.db, collectorId)
    return rows.flatMap((row) => this.#queued.get(row.id) ?? [])
  }

  /** How it ended; null when it has not within the time. */
  async wait(id: string, timeoutMs: number): Promise<JobOutcome | null> {
    const { promise, resolve } = Promise.withResolvers<JobOutcome | null>()
    const waiters = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, waiters.add(resolve))
    const timer = setTimeout(() => resolve(null), timeoutMs)
    try {
      const row = await this.find(id) // it may have ended before anybody waited
      if (row && row.ended_at !== null) return outcomeOf(row)
      return await promise
    } finally {
      clearTimeout(timer)
      waiters.delete(resolve)
      if (waiters.size === 0) this.#waiting.delete(id)
    }
  }

  /** True when it was still under way. What the collector had done until then may still arrive. */
  async cancel(id: string): Promise<boolean> {
    const row = await this.find(id)
    if (!row || row.ended_at !== null) return false
    const ended = await this.#end(id, { state: 'cancelled', error: guesses.cancelled, result: null })
    if (ended && row.collector_id !== null)
      this.#deps.bus.emit('job.cancelled', { jobId: id, collectorId: row.collector_id })
    return ended
  }

  /** What a collector reports, within the caller's transaction, who calls `tell` after its commit. Null: nothing new. */
  async apply(tx: Db, fact: JobFact, note: Note = () => {}): Promise<JobEnd | null> {
    const row = await store.jobById(tx, fact.jobId)
    if (!row) return null
    const outcome = { state: fact.outcome, error: fact.error ?? null, result: fact.result ?? null }
    if (row.ended_at === null) return this.#finish(tx, row, store.unfinished, outcome, fact.atMs, note)
    const wasGuess = row.result === null && guessed.has(outcomeOf(row).error?.code ?? '')
    return wasGuess ? this.#finish(tx, row, [row.state as JobState], outcome, fact.atMs, note) : null
  }

  tell({ jobId, outcome, ticketIds }: JobEnd): void {
    const { bus } = this.#deps
    this.#queued.delete(jobId)
    for (const resolve of this.#waiting.get(jobId) ?? []) resolve(outcome)
    bus.emit('job.changed', { jobId, state: outcome.state })
    if (ticketIds.length > 0) bus.emit('ticket.changed', { ticketIds })
  }

  /** Fails what has waited or run for too long. */
  async sweep(runningMs = runsAtMostMs): Promise<void> {
    const { db, clock } = this.#deps
    for (const { id } of await store.jobsBefore(db, 'waiting', clock() - waitsAtMostMs))
      await this.#end(id, { state: 'failed', error: guesses['collector-away'], result: null })
    const running = await store.jobsBefore(db, 'running', clock() - runningMs)
    const isLost = ({ kind, created_at: at }: (typeof running)[number]) =>
      kind !== 'sweep' || at < clock() - sweepsAtMostMs
    for (const { id } of running.filter(isLost))
      await this.#end(id, { state: 'failed', error: guesses.lost, result: null })
  }

  async #end(id: string, outcome: JobOutcome): Promise<boolean> {
    const end = await this.#deps.audit.write(async (tx, note) => {
      const row = await store.jobById(tx, id)
      return row ? this.#finish(tx, row, store.unfinished, outcome, this.#deps.clock(), note) : null
    })
    if (end) this.tell(end)
    return end !== null
  }

  async #finish(
    tx: Db,
    row: JobRow,
    from: JobState[],
    outcome: JobOutcome,
    atMs: number,
    note: Note,
  ): Promise<JobEnd | null> {
    const { state, error, result } = outcome
    const json = (value: unknown) => (value === null ? null : JSON.stringify(value))
    const set = { state, error: json(error), result: json(result), ended_at: Math.max(atMs, row.created_at) }
    if (!(await store.updateJob(tx, row.id, from, set))) return null
    record.ended(row, outcome).forEach(note)
    return { jobId: row.id, outcome, ticketIds: await this.#deps.ended(tx, row, outcome) }
  }

  async #progress({ jobId }: JobProgress): Promise<void> {
    if (!(await store.updateJob(this.#deps.db, jobId, ['waiting'], { state: 'running' }))) return
    this.#queued.delete(jobId)
    this.#deps.bus.emit('job.changed', { jobId, state: 'running' })
  }

  /** An event has nobody to answer to: its failure is logged. */
  #guard(what: string, work: Promise<void>): void {
    work.catch((error: unknown) => this.#deps.log.error({ err: error }, `${what} failed`))
  }
}

const newRow = (id: string, job: NewJob, nowMs: number): JobRow => ({
  id,
  kind: job.kind,
  state: 'waiting',
  device_id: deviceOf(job),
  collector_id: job.collectorId,
  playbook: job.kind === 'playbook' ? job.playbook : null,
  params: JSON.stringify(paramsOf(job)),
  result: null,
  error: null,
  alarm_id: job.alarmId ?? null,
  ticket_id: job.ticketId ?? null,
  started_by: job.startedBy,
  created_at: nowMs,
  ended_at: null,
})

export function outcomeOf(row: JobRow): JobOutcome {
  return {
    state: row.state as JobState,
    error: row.error === null ? null : (JSON.parse(row.error) as JobError),
    result: row.result === null ? null : (JSON.parse(row.result) as JobResult),
  }
}

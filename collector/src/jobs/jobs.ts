import { readFile } from 'node:fs/promises'
import type { Fact, Job, JobError, JobProgress, JobResult } from '../contract.ts'
import { replaceFile } from '../files.ts'
import { limiter } from '../limit.ts'

export type JobFact = Extract<Fact, { kind: 'job' }>

/** How a job ended; what was thrown instead is a failure. */
export interface JobEnd {
  outcome?: JobFact['outcome']
  error?: JobError
  result?: JobResult
}

export type JobRunner<J extends Job = Job> = (
  job: J,
  signal: AbortSignal,
  tell: (text: string, more?: Pick<JobProgress, 'count'>) => void,
) => Promise<JobEnd>
export type JobRunners = { [K in Job['kind']]: JobRunner<Extract<Job, { kind: K }>> }

export interface JobsOptions {
  file: string
  runners: JobRunners
  onFact: (fact: JobFact) => void
  onProgress: (progress: JobProgress) => void
  onError: (error: Error) => void
  now: () => number
}

/** A job whose runner throws one of these fails with its code; every other error is `internal`. */
interface CodedError extends Error {
  code: string
}

const concurrency = 8
const remembered = 300

/** Runs each job once, by its id: one that is asked for again answers with what it did. */
export class Jobs {
  readonly #options: JobsOptions
  readonly #running = new Map<string, AbortController>()
  readonly #finished: Map<string, JobFact>
  readonly #limit = limiter(concurrency)
  #saving: Promise<void> = Promise.resolve()
  #closed = false

  private constructor(options: JobsOptions, finished: JobFact[]) {
    this.#options = options
    this.#finished = new Map(finished.map((fact) => [fact.jobId, fact]))
  }

  static async open(options: JobsOptions): Promise<Jobs> {
    return new Jobs(options, await readFinished(options.file))
  }

  start(job: Job): void {
    const done = this.#finished.get(job.id)
    if (done) return this.#options.onFact(done)
    if (this.#running.has(job.id) || this.#closed) return
    const controller = new AbortController()
    this.#running.set(job.id, controller)
    this.#limit(() => this.#run(job, controller.signal)).then(
      (fact) => this.#finish(fact),
      (error: unknown) => this.#options.onError(error as Error),
    )
  }

  cancel(jobId: string): void {
    this.#running.get(jobId)?.abort()
  }

  /** Ends what is running; it is told when the server asks again. */
  async close(): Promise<void> {
    this.#closed = true
    for (const controller of this.#running.values()) controller.abort()
    await this.#saving
  }

  async #run(job: Job, signal: AbortSignal): Promise<JobFact> {
    const { runners, onProgress, now } = this.#options
    const fact = (end: JobEnd): JobFact => ({
      kind: 'job',
      jobId: job.id,
      atMs: now(),
      outcome: 'done',
      ...end,
    })
    if (signal.aborted) return fact({ outcome: 'cancelled' })
    const tell: Parameters<JobRunner>[2] = (text, more) =>
      onProgress({ jobId: job.id, at: now(), text, ...more })
    const aborted = new Promise<JobEnd>((resolve) =>
      signal.addEventListener('abort', () => resolve({ outcome: 'cancelled' }), { once: true }),
    )
    const runner = runners[job.kind] as JobRunner | undefined
    if (!runner)
      return fact({
        outcome: 'failed',
        error: { code: 'unsupported', text: `this collector does not know ${job.kind}` },
      })
    try {
      const work = runner(job, signal, tell)
      // a playbook answers its abort itself, with the transcript so far
      return fact(await (job.kind === 'playbook' ? work : Promise.race([work, aborted])))
    } catch (error) {
      return fact({ outcome: 'failed', error: jobError(error as Error) })
    }
  }

  #finish(fact: JobFact): void {
    this.#running.delete(fact.jobId)
    if (this.#closed) return
    this.#finished.set(fact.jobId, fact)
    const [oldest] = this.#finished.keys()
    if (this.#finished.size > remembered && oldest) this.#finished.delete(oldest)
    this.#options.onFact(fact)
    const save = () =>
      replaceFile(this.#options.file, JSON.stringify([...this.#finished.values()].map(brief)))
    this.#saving = this.#saving.then(save).catch((error: unknown) => this.#options.onError(error as Error))
  }
}

function jobError(error: Error): JobError {
  const { code } = error as CodedError
  return { code: typeof code === 'string' ? code : 'internal', text: error.message }
}

/** Across a restart the outcome is enough: its fact is in the spool. */
const brief = ({ result, ...fact }: JobFact): JobFact =>
  result?.kind === 'poll' || result?.kind === 'discover' ? { ...fact, result } : fact

async function readFinished(file: string): Promise<JobFact[]> {
  try {
    const finished: unknown = JSON.parse(await readFile(file, 'utf8'))
    return Array.isArray(finished) ? (finished as JobFact[]) : []
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

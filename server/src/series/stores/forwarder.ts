import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import { SeriesStoreRefused } from './away.ts'
import type { Backend } from './backend.ts'
import type { Outbox } from './outbox.ts'

const leastWaitMs = 500
const longestWaitMs = 15_000
/** How often it is looked whether the store was started anew, and lost what it had not written to its disk. */
const lookEveryMs = 10_000

export interface ForwarderDeps {
  outbox: Outbox
  backend: Pick<Backend, 'name' | 'unsafeMs' | 'startedAt'>
  write: (lines: string[]) => Promise<void>
  clock: Clock
  log: Log
}

/** Carries what is in the outbox to the store, in order, until it is there for good. */
export class Forwarder {
  readonly #deps: ForwarderDeps
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #wake = Promise.withResolvers<void>()
  #settled = Promise.withResolvers<void>()
  #startedAt: number | null = null
  #lookedAtMs = -Infinity
  #failures = 0

  constructor(deps: ForwarderDeps) {
    this.#deps = deps
    this.#done = this.#run()
  }

  /** Since the store did not take a batch; null: it is there. */
  awaySince: number | null = null

  /** There is something new in the outbox. */
  wake(): void {
    this.#wake.resolve()
  }

  /** Once everything was sent. */
  async settled(): Promise<void> {
    if (this.#deps.outbox.waiting === 0) return
    this.wake()
    await this.#settled.promise
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    this.#wake.resolve()
    await this.#done
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#look()
        await this.#sendAll()
        await this.#idle()
      } catch (error) {
        await this.#failed(error as Error)
      }
    }
  }

  async #sendAll(): Promise<void> {
    const { outbox, write, backend, clock, log } = this.#deps
    for (let batch = outbox.next(); batch && !this.#stop.signal.aborted; batch = outbox.next()) {
      await write(batch.lines).catch((err: unknown) => {
        if (!(err instanceof SeriesStoreRefused)) throw err
        log.error({ err, samples: batch!.lines.length }, `${backend.name} refused samples: they are lost`)
      })
      const nowMs = clock()
      outbox.sent(batch.id, nowMs, nowMs - backend.unsafeMs)
      this.#recovered()
    }
  }

  /** Sends again what a store that was started anew may have lost. */
  async #look(): Promise<void> {
    const { backend, outbox, clock } = this.#deps
    if (backend.unsafeMs === 0 || clock() - this.#lookedAtMs < lookEveryMs) return
    const startedAt = await backend.startedAt()
    this.#lookedAtMs = clock()
    if (this.#startedAt !== null && startedAt !== this.#startedAt) outbox.sendAgain(0)
    this.#startedAt = startedAt
  }

  async #idle(): Promise<void> {
    if (this.#deps.outbox.waiting > 0) return
    this.#settled.resolve()
    this.#settled = Promise.withResolvers()
    this.#wake = Promise.withResolvers()
    await this.#wakeOr(lookEveryMs)
  }

  async #failed(error: Error): Promise<void> {
    const { log, clock, backend } = this.#deps
    this.#lookedAtMs = -Infinity
    if (this.#failures++ === 0) {
      this.awaySince = clock()
      log.warn({ err: error }, `${backend.name} is away: samples wait in the outbox`)
    }
    this.#wake = Promise.withResolvers()
    await this.#wakeOr(Math.min(longestWaitMs, leastWaitMs * 2 ** Math.min(this.#failures, 10)), false)
  }

  #recovered(): void {
    if (this.#failures === 0) return
    this.#deps.log.info(`${this.#deps.backend.name} takes samples again`)
    this.#failures = 0
    this.awaySince = null
  }

  /** A new batch is no reason to ask a store sooner that is away. */
  async #wakeOr(waitMs: number, byWake = true): Promise<void> {
    const timeout = Promise.withResolvers<void>()
    const timer = setTimeout(timeout.resolve, waitMs)
    this.#stop.signal.addEventListener('abort', () => timeout.resolve(), { once: true })
    await Promise.race(byWake ? [timeout.promise, this.#wake.promise] : [timeout.promise])
    clearTimeout(timer)
  }
}

import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { Log } from '../log.ts'
import type { Measures } from './measures.ts'
import { keepBeat } from './last-beat.ts'

export interface HeartbeatDeps {
  db: Db
  clock: Clock
  log: Log
  measures: Pick<Measures, 'decidedAtMs'>
  url: string
  intervalS: number
  version: string
  openCriticalAlarms: () => Promise<number>
  collectorsAway: () => number
}

/** A server that has not judged for longer does not decide any more, whatever else it still answers. */
const decidesWithinMs = 15_000
const answerWithinMs = 10_000
const complainEveryMs = 3_600_000

/**
 * Tells somebody outside that this server still decides: it judged a moment ago, and its database takes writes. Who hears nothing
 * raises the alarm; so nothing is sent rather than something that is not so.
 */
export class Heartbeat {
  readonly #deps: HeartbeatDeps
  #timer: NodeJS.Timeout | undefined
  #complainedMs = -Infinity
  #underWay: Promise<unknown> = Promise.resolve()

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps
  }

  start(): void {
    if (!this.#deps.url) return
    this.#timer = setInterval(() => (this.#underWay = this.beat()), this.#deps.intervalS * 1000)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#underWay
  }

  /** Whether somebody was told. */
  async beat(): Promise<boolean> {
    const { clock, measures, db } = this.#deps
    const atMs = clock()
    const { decidedAtMs } = measures
    if (decidedAtMs === null || atMs - decidedAtMs > decidesWithinMs) {
      this.#complain('the server does not decide: nothing was sent')
      return false
    }
    try {
      await keepBeat(db, { atMs, failure: null }) // before it is sent: that it can be written is half of what it says
      await this.#send(atMs)
      return true
    } catch (error) {
      await this.#failed(atMs, error as Error)
      return false
    }
  }

  async #send(atMs: number): Promise<void> {
    const { url, version, openCriticalAlarms, collectorsAway } = this.#deps
    const said = {
      version,
      at: atMs,
      criticalAlarms: await openCriticalAlarms(),
      collectorsAway: collectorsAway(),
    }
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(said),
      redirect: 'error',
      signal: AbortSignal.timeout(answerWithinMs),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
  }

  async #failed(atMs: number, error: Error): Promise<void> {
    const failure = reasonOf(error)
    this.#complain(failure)
    await keepBeat(this.#deps.db, { atMs, failure }).catch((err: unknown) =>
      this.#deps.log.error({ err }, 'the database takes no writes'),
    )
  }

  #complain(reason: string): void {
    const nowMs = this.#deps.clock()
    if (nowMs - this.#complainedMs < complainEveryMs) return
    this.#complainedMs = nowMs
    this.#deps.log.warn({ reason }, 'no heartbeat')
  }
}

/** Never the address: it may hold a token. */
function reasonOf({ message, cause, name }: Error): string {
  if (name === 'TimeoutError') return `no answer in ${answerWithinMs / 1000} s`
  const code = (cause as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : message.startsWith('HTTP ') ? message : name
}

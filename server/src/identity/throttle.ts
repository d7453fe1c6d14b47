import type { Clock } from '../clock.ts'
import { ProblemError } from '../http/problem.ts'

const freeFailures = 5
const firstWaitMs = 10_000
const longestWaitMs = 15 * 60_000
const keysAtMost = 10_000

interface Failures {
  count: number
  /** No further attempt before this instant. */
  until: number
}

/** After five failures in a row each further one doubles the wait, per key. */
export class Throttle {
  readonly #clock: Clock
  readonly #failures = new Map<string, Failures>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Throws `too-many-requests` while the key has to wait. */
  admit(key: string): void {
    const waitMs = (this.#failures.get(key)?.until ?? 0) - this.#clock()
    if (waitMs <= 0) return
    const seconds = Math.ceil(waitMs / 1000)
    throw new ProblemError(429, 'too-many-requests', {
      zh: `请 ${seconds} 秒后再试`,
      en: `Try again in ${seconds} s`,
    })
  }

  failed(key: string): void {
    const count = (this.#failures.get(key)?.count ?? 0) + 1
    const waitMs =
      count < freeFailures ? 0 : Math.min(firstWaitMs * 2 ** (count - freeFailures), longestWaitMs)
    this.#failures.delete(key)
    this.#failures.set(key, { count, until: this.#clock() + waitMs })
    if (this.#failures.size > keysAtMost) this.#failures.delete(this.#failures.keys().next().value!)
  }

  succeeded(key: string): void {
    this.#failures.delete(key)
  }
}

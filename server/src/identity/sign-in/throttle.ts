import type { Clock } from '../../clock.ts'

/** After so many failures in a row each further one doubles the wait. */
export interface Backoff {
  freeFailures: number
  firstWaitMs: number
  longestWaitMs: number
}

const keysAtMost = 10_000

export function waitAfter(failures: number, { freeFailures, firstWaitMs, longestWaitMs }: Backoff): number {
  if (failures < freeFailures) return 0
  return Math.min(firstWaitMs * 2 ** (failures - freeFailures), longestWaitMs)
}

interface Failures {
  count: number
  /** No further attempt before this instant. */
  until: number
}

/** Failures by key, in memory: the latest of them, when there are too many. */
export class Throttle {
  readonly #clock: Clock
  readonly #failures = new Map<string, Failures>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How long the key has to wait; 0: not at all. */
  waitMs(key: string): number {
    return Math.max(0, (this.#failures.get(key)?.until ?? 0) - this.#clock())
  }

  failed(key: string, backoff: Backoff): void {
    const count = (this.#failures.get(key)?.count ?? 0) + 1
    this.#failures.delete(key)
    this.#failures.set(key, { count, until: this.#clock() + waitAfter(count, backoff) })
    if (this.#failures.size > keysAtMost) this.#failures.delete(this.#failures.keys().next().value!)
  }

  /** The last failure was none. */
  undo(key: string): void {
    const count = (this.#failures.get(key)?.count ?? 0) - 1
    if (count > 0) this.#failures.set(key, { count, until: 0 })
    else this.#failures.delete(key)
  }

  succeeded(key: string): void {
    this.#failures.delete(key)
  }
}

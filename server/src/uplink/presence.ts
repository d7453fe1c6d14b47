import type { CollectorHealth } from '@zongheng/collector/contract.ts'
import type { Clock } from '../clock.ts'

/** A collector without a word for this long is away. It says how it fares every 10 s. */
export const awayAfterMs = 45_000

interface Sign {
  connected: boolean
  seenMs: number
  health: CollectorHealth | null
}

/** Whether the collectors are there, in memory. */
export class Presence {
  readonly #clock: Clock
  readonly #signs = new Map<string, Sign>()
  readonly #startedMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedMs = clock()
  }

  /** It was given a key, and will come soon. */
  expect(id: string): void {
    this.#signs.set(id, { connected: false, seenMs: this.#clock(), health: null })
  }

  arrived(id: string): void {
    this.#signs.set(id, { connected: true, seenMs: this.#clock(), health: null })
  }

  left(id: string): void {
    const sign = this.#signs.get(id)
    if (sign) Object.assign(sign, { connected: false, seenMs: this.#clock() })
  }

  heard(id: string, health?: CollectorHealth): void {
    const sign = this.#signs.get(id)
    if (!sign) return
    sign.seenMs = this.#clock()
    if (health) sign.health = health
  }

  of(id: string): Readonly<Sign> | undefined {
    return this.#signs.get(id)
  }

  /** Since when a collector is away; null while it is there, or has only just been expected. */
  awaySinceMs(id: string): number | null {
    const seenMs = this.#signs.get(id)?.seenMs ?? this.#startedMs
    return this.#clock() - seenMs > awayAfterMs ? seenMs : null
  }
}

import type { Clock } from '../clock.ts'

const everyMs = 60_000

/** What may happen very often is told once a minute, with how often it did. */
export class Rarely {
  readonly #clock: Clock
  readonly #known = new Map<string, { count: number; toldMs: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(key: string, count: number, tell: (total: number) => void): void {
    if (count === 0) return
    const entry = this.#known.get(key) ?? { count: 0, toldMs: -Infinity }
    this.#known.set(key, entry)
    entry.count += count
    if (this.#clock() - entry.toldMs < everyMs) return
    tell(entry.count)
    Object.assign(entry, { count: 0, toldMs: this.#clock() })
  }
}

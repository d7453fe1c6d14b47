import { getRandomValues } from 'node:crypto'
import { attemptBits } from './pending.ts'

const highest = 0x7fffffff

/** Request-ids that nobody guesses who does not see them; their last bits are left for the attempt. */
export class RequestIds {
  readonly #randoms = new Uint32Array(256)
  #left = 0

  /** Positive, and not among the `taken`. */
  next(taken: { has(id: number): boolean }): number {
    for (;;) {
      if (this.#left === 0) {
        getRandomValues(this.#randoms)
        this.#left = this.#randoms.length
      }
      const id = this.#randoms[--this.#left]! & highest & ~attemptBits
      if (id > 0 && !taken.has(id)) return id
    }
  }
}

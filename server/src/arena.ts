import type { Room } from '@zongheng/collector/contract.ts'

/** What is kept from one batch to the next: room for a quarter of a million samples. */
const mostKept = 8 * 2 ** 20

/**
 * Room for the numbers of one batch that the next one uses again. Arrays made anew each second lie outside the heap but count for it,
 * and to be rid of them all the heap was looked through.
 */
export class Arena implements Room {
  #buffer = new ArrayBuffer(0)
  #asked = 0

  /** Nobody looks any more at what was given until now. */
  clear(): void {
    if (this.#asked > this.#buffer.byteLength && this.#asked <= mostKept)
      this.#buffer = new ArrayBuffer(Math.min(mostKept, 2 * this.#asked))
    this.#asked = 0
  }

  doubles(count: number): Float64Array {
    const at = this.#place(8 * count)
    return at < 0 ? new Float64Array(count) : new Float64Array(this.#buffer, at, count)
  }

  integers(count: number): Uint32Array {
    const at = this.#place(4 * count)
    return at < 0 ? new Uint32Array(count) : new Uint32Array(this.#buffer, at, count)
  }

  /** Negative when there is no more. */
  #place(octets: number): number {
    const at = this.#asked
    this.#asked += Math.ceil(octets / 8) * 8
    return this.#asked > this.#buffer.byteLength ? -1 : at
  }
}

/** Arenas that nobody uses at present. */
export class Arenas {
  readonly #free: Arena[] = []

  take(): Arena {
    return this.#free.pop() ?? new Arena()
  }

  giveBack(arena: Arena): void {
    arena.clear()
    if (this.#free.length < 2) this.#free.push(arena)
  }
}

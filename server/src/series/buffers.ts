const most = { kept: 4, bytes: 8 * 2 ** 20 }
const leastBytes = 64 * 1024

/**
 * Memory that two threads look at, used again and again: a buffer that is handed over counts for the heaps of both, and ones made anew
 * for each batch had both looked through every few seconds.
 */
export class SharedBuffers {
  readonly #free: SharedArrayBuffer[] = []

  /** Of at least so many octets, which may hold anything. */
  take(octets: number): SharedArrayBuffer {
    const at = this.#free.findIndex(({ byteLength }) => byteLength >= octets)
    if (at >= 0) return this.#free.splice(at, 1)[0]!
    return new SharedArrayBuffer(2 ** Math.ceil(Math.log2(Math.max(octets, leastBytes))))
  }

  /** Nobody looks at it any more. */
  giveBack(buffer: SharedArrayBuffer): void {
    if (buffer.byteLength > most.bytes) return
    if (this.#free.length === most.kept) this.#free.shift()
    this.#free.push(buffer)
  }
}

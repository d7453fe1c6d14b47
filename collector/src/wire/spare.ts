const most = { kept: 48, bytes: 1024 * 1024 }

/**
 * Arrays that one batch after another needs: used again instead of made anew. What lives as long as a batch is open outlives the young
 * generation, and it took a look at everything each second to be rid of it.
 */
export class Spare<T extends Float64Array | Uint8Array> {
  readonly #free: T[] = []
  readonly #make: () => T

  constructor(make: () => T) {
    this.#make = make
  }

  /** With whatever it holds. */
  take(): T {
    return this.#free.pop() ?? this.#make()
  }

  /** Nobody may look at it any more. */
  giveBack(array: T): void {
    if (this.#free.length < most.kept && array.byteLength <= most.bytes) this.#free.push(array)
  }
}

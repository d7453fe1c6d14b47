/** Cuts arrays out of one buffer, the widest first: a device has a dozen of them, and a buffer each costs as much as what is in it. */
export class Carver {
  readonly #buffer: ArrayBuffer
  #at = 0

  constructor(bytes: number) {
    this.#buffer = new ArrayBuffer(bytes)
  }

  float64(length: number): Float64Array {
    return new Float64Array(this.#buffer, this.#cut(length * 8), length)
  }

  float32(length: number): Float32Array {
    return new Float32Array(this.#buffer, this.#cut(length * 4), length)
  }

  uint32(length: number): Uint32Array {
    return new Uint32Array(this.#buffer, this.#cut(length * 4), length)
  }

  uint8(length: number): Uint8Array {
    return new Uint8Array(this.#buffer, this.#cut(length), length)
  }

  #cut(bytes: number): number {
    const start = this.#at
    this.#at += bytes
    return start
  }
}

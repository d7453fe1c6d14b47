/** Integers below this in size survive a delta and a zigzag within 2^53. */
export const largestInteger = 2 ** 50

/** Unsigned LEB128 over zigzagged integers of up to 53 bits. */
export class VarintWriter {
  #bytes = Buffer.allocUnsafe(1024)
  #length = 0

  integer(value: number): void {
    this.#reserve(8)
    let rest = value < 0 ? -2 * value - 1 : 2 * value
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }

  double(value: number): void {
    this.#reserve(8)
    this.#length = this.#bytes.writeDoubleLE(value, this.#length)
  }

  #reserve(octets: number): void {
    if (this.#length + octets <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(this.#bytes.length * 2)
    this.#bytes.copy(larger)
    this.#bytes = larger
  }

  /** What was written so far, as a copy; the writer begins anew. */
  take(): Buffer {
    const written = Buffer.from(this.#bytes.subarray(0, this.#length))
    this.#length = 0
    return written
  }
}

export class VarintReader {
  #bytes: Buffer
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  integer(): number {
    let zigzag = 0
    for (let weight = 1; ; weight *= 128) {
      const byte = this.#bytes[this.#position++]
      if (byte === undefined || weight > 2 ** 49) throw new Error('series block is cut short')
      zigzag += (byte & 127) * weight
      if (byte < 128) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
    }
  }

  double(): number {
    const value = this.#bytes.readDoubleLE(this.#position)
    this.#position += 8
    return value
  }
}

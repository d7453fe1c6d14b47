import { DamagedSeries } from './errors.ts'

/** Unsigned LEB128 of up to 53 bits, and zigzagged integers over it. */
export class VarintWriter {
  #bytes = Buffer.allocUnsafe(1024)
  #length = 0

  varint(value: number): void {
    this.#reserve(8)
    let rest = value
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }

  integer(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  double(value: number): void {
    this.#reserve(8)
    this.#length = this.#bytes.writeDoubleLE(value, this.#length)
  }

  octets(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #reserve(octets: number): void {
    if (this.#length + octets <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + octets))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }

  /** What was written so far, as a copy; the writer begins anew. */
  take(): Buffer {
    const written = Buffer.from(this.#bytes.subarray(0, this.#length))
    this.#length = 0
    return written
  }
}

/** Reads what VarintWriter wrote. Throws when it is cut short. */
export class Octets {
  readonly #bytes: Uint8Array
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  octet(): number {
    const octet = this.#bytes[this.#position++]
    if (octet === undefined) throw new DamagedSeries('samples are cut short')
    return octet
  }

  varint(): number {
    let value = 0
    for (let weight = 1; ; weight *= 128) {
      const octet = this.octet()
      if (weight > 2 ** 49) throw new DamagedSeries('samples are cut short')
      if (octet < 128) return value + octet * weight
      value += (octet - 128) * weight
    }
  }

  integer(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  double(): number {
    const eight = this.take(8)
    return new DataView(eight.buffer, eight.byteOffset, 8).getFloat64(0, true)
  }

  take(count: number): Uint8Array {
    const end = this.#position + count
    if (end > this.#bytes.length) throw new DamagedSeries('samples are cut short')
    return this.#bytes.subarray(this.#position, (this.#position = end))
  }
}

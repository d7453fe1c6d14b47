/** Growing and bounded octet strings with the numbers that the wire is made of. */

/** Octets that are not what the wire says. */
export class WireError extends Error {
  override name = 'WireError'
}

/** Numbers as LEB128, signed ones in zigzag; both exact to 2^53. */
export class ByteWriter {
  bytes: Uint8Array
  length = 0

  /** Begins with so much room, or in this array. */
  constructor(room: number | Uint8Array = 1024) {
    this.bytes = typeof room === 'number' ? new Uint8Array(room) : room
  }

  /** Room for `count` more octets, to be written into `bytes` by hand. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  varint(value: number): void {
    this.reserve(8)
    let rest = value
    for (; rest > 0x7fffffff; rest = Math.floor(rest / 128)) this.bytes[this.length++] = (rest % 128) | 128
    for (; rest > 127; rest >>>= 7) this.bytes[this.length++] = (rest & 127) | 128
    this.bytes[this.length++] = rest
  }

  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  put(octets: Uint8Array): void {
    this.reserve(octets.length)
    this.bytes.set(octets, this.length)
    this.length += octets.length
  }

  /** UTF-8 behind its length. */
  text(value: string): void {
    const octets = Buffer.from(value, 'utf8')
    this.varint(octets.length)
    this.put(octets)
  }

  view(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
}

/** Reads what a ByteWriter wrote; throws WireError at the end of the octets and at numbers beyond 2^53. */
export class ByteReader {
  readonly bytes: Uint8Array
  offset: number

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes
    this.offset = offset
  }

  byte(): number {
    const value = this.bytes[this.offset++]
    if (value === undefined) throw new WireError('it ends too early')
    return value
  }

  varint(): number {
    const first = this.byte()
    if (first < 128) return first
    let value = first - 128
    for (let unit = 128; ; unit *= 128) {
      const next = this.byte()
      value += (next & 127) * unit
      if (value > 2 * Number.MAX_SAFE_INTEGER || unit > 2 ** 49) throw new WireError('a number is too large')
      if (next < 128) return value
    }
  }

  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** A number of things to come, each of at least one octet or counted elsewhere. */
  count(atMost: number, what: string): number {
    const value = this.varint()
    if (value > atMost) throw new WireError(`${value} ${what}, more than ${atMost}`)
    return value
  }

  take(length: number): Uint8Array {
    const end = this.offset + length
    if (end > this.bytes.length) throw new WireError('it ends too early')
    const octets = this.bytes.subarray(this.offset, end)
    this.offset = end
    return octets
  }

  text(atMost: number): string {
    return Buffer.from(this.take(this.count(atMost, 'octets of text'))).toString('utf8')
  }
}

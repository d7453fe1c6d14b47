/**
 * The part of BER that SNMP uses [X.690; RFC 3417 §8]: definite lengths, single-octet tags. Whatever else arrives is
 * a `BerError`: the reader never looks outside its octets.
 */

/** Universal, SMI application and PDU tags [RFC 2578, RFC 3416 §3]. */
export const tag = {
  integer: 0x02,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  ip: 0x40,
  counter32: 0x41,
  gauge32: 0x42,
  timeticks: 0x43,
  opaque: 0x44,
  uinteger32: 0x47,
  counter64: 0x46,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
  get: 0xa0,
  getNext: 0xa1,
  response: 0xa2,
  set: 0xa3,
  trapV1: 0xa4,
  getBulk: 0xa5,
  inform: 0xa6,
  trapV2: 0xa7,
  report: 0xa8,
} as const

/** RFC 2578 §3.5: at most 128 sub-identifiers, each below 2^32. */
const maxSubIdentifiers = 128
const maxSubIdentifier = 0xffffffff

export class BerError extends Error {
  override name = 'BerError'
}

/** Reads one level of elements; `enter` gives a reader of the level below. */
export class BerReader {
  readonly #octets: Uint8Array
  readonly #end: number
  #at: number

  constructor(octets: Uint8Array, start = 0, end = octets.length) {
    this.#octets = octets
    this.#at = start
    this.#end = end
  }

  get atEnd(): boolean {
    return this.#at >= this.#end
  }

  /** The tag of the element that comes next, without taking it. */
  peek(): number {
    return this.#octet(this.#at)
  }

  enter(expected: number): BerReader {
    const [start, end] = this.#take(expected)
    return new BerReader(this.#octets, start, end)
  }

  /** A signed integer that a double holds exactly. */
  integer(expected: number = tag.integer): number {
    const [start, end] = this.#take(expected)
    const length = end - start
    if (length < 1 || length > 8) throw new BerError(`integer of ${length} octets`)
    let value = (this.#octet(start) << 24) >> 24
    for (let i = start + 1; i < end; i++) value = value * 256 + this.#octet(i)
    if (!Number.isSafeInteger(value)) throw new BerError('integer beyond 2^53')
    return value
  }

  /** Counter32, Gauge32, TimeTicks. Agents that forget the leading zero, or extend the sign, are understood. */
  unsigned32(expected: number): number {
    const [start, end] = this.#unsigned(expected)
    let value = 0
    for (let i = start; i < end; i++) value = ((value << 8) | this.#octet(i)) >>> 0
    return value
  }

  /** Counter64: a number while that is exact, else a bigint. */
  unsigned64(expected: number): number | bigint {
    const [start, end] = this.#unsigned(expected)
    if (end - start === 9 && this.#octet(start) !== 0) throw new BerError('unsigned beyond 2^64')
    let high = 0
    let low = 0
    for (let i = start; i < end; i++) {
      high = ((high << 8) | (low >>> 24)) >>> 0
      low = ((low << 8) | this.#octet(i)) >>> 0
    }
    return high < 0x200000 ? high * 0x100000000 + low : (BigInt(high) << 32n) | BigInt(low)
  }

  octets(expected: number = tag.octets): Buffer {
    const [start, end] = this.#take(expected)
    return Buffer.from(this.#octets.buffer, this.#octets.byteOffset + start, end - start)
  }

  ip(): string {
    const [start, end] = this.#take(tag.ip)
    if (end - start !== 4) throw new BerError(`IpAddress of ${end - start} octets`)
    return this.#octets.subarray(start, end).join('.')
  }

  /** Dotted, without a leading dot. */
  oid(expected: number = tag.oid): string {
    const [start, end] = this.#take(expected)
    if (start === end) throw new BerError('empty object identifier')
    let text = ''
    let count = 0
    for (let at = start; at < end;) {
      let value = 0
      let octet: number
      do {
        if (at >= end) throw new BerError('object identifier cut short')
        octet = this.#octet(at++)
        value = value * 128 + (octet & 0x7f)
        if (value > maxSubIdentifier + 80) throw new BerError('sub-identifier beyond 2^32')
      } while (octet & 0x80)
      if (count === 0) {
        const root = Math.min(2, Math.floor(value / 40))
        text = `${root}.${value - root * 40}`
        count = 2
      } else {
        if (value > maxSubIdentifier) throw new BerError('sub-identifier beyond 2^32')
        text += '.' + value
        if (++count > maxSubIdentifiers) throw new BerError('object identifier too long')
      }
    }
    return text
  }

  /** NULL and the exceptions of RFC 3416, which carry nothing. */
  empty(expected: number = tag.null): void {
    const [start, end] = this.#take(expected)
    if (start !== end) throw new BerError('NULL with content')
  }

  #unsigned(expected: number): [number, number] {
    const [start, end] = this.#take(expected)
    if (end === start || end - start > 9) throw new BerError(`unsigned of ${end - start} octets`)
    return [start, end]
  }

  #octet(at: number): number {
    const octet = this.#octets[at]
    if (octet === undefined || at >= this.#end) throw new BerError('cut short')
    return octet
  }

  /** Steps over the next element: where its content begins and ends. */
  #take(expected: number): [start: number, end: number] {
    const found = this.#octet(this.#at)
    if (found !== expected)
      throw new BerError(`tag 0x${found.toString(16)} where 0x${expected.toString(16)} is due`)
    let start = this.#at + 2
    let length = this.#octet(this.#at + 1)
    if (length & 0x80) {
      const size = length & 0x7f
      if (size === 0 || size > 4) throw new BerError('length form not used by SNMP')
      length = 0
      for (let i = 0; i < size; i++) length = length * 256 + this.#octet(start++)
    }
    const end = start + length
    if (end > this.#end) throw new BerError('content beyond its container')
    this.#at = end
    return [start, end]
  }
}

/** Writes elements one after another; lengths are minimal. Values that SNMP cannot carry are a RangeError. */
export class BerWriter {
  #octets: Buffer
  #at = 0

  constructor(size = 512) {
    this.#octets = Buffer.allocUnsafe(size)
  }

  get length(): number {
    return this.#at
  }

  /** A view of what was written so far. */
  take(): Buffer {
    return this.#octets.subarray(0, this.#at)
  }

  /** An element holding those that `content` writes. */
  sequence(constructed: number, content: () => void): void {
    this.#room(6)
    this.#octets[this.#at] = constructed
    const start = (this.#at += 2)
    content()
    const length = this.#at - start
    const size = lengthSize(length)
    if (size > 1) {
      this.#room(size)
      this.#octets.copyWithin(start + size - 1, start, this.#at)
      this.#at += size - 1
    }
    this.#lengthAt(start - 1, length, size)
  }

  integer(value: number, as: number = tag.integer): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no integer`)
    let size = 1
    while (size < 7 && (value < -(2 ** (8 * size - 1)) || value >= 2 ** (8 * size - 1))) size++
    this.#header(as, size)
    let rest = value
    for (let i = size - 1; i >= 0; i--) {
      const octet = ((rest % 256) + 256) % 256
      this.#octets[this.#at + i] = octet
      rest = (rest - octet) / 256
    }
    this.#at += size
  }

  unsigned(value: number | bigint, as: number): void {
    const exact = BigInt(value)
    if (exact < 0n || exact > 0xffffffffffffffffn) throw new RangeError(`${value} is no unsigned integer`)
    let size = 1
    while (exact >> BigInt(8 * size - 1)) size++
    this.#header(as, size)
    let rest = exact
    for (let i = size - 1; i >= 0; i--) {
      this.#octets[this.#at + i] = Number(rest & 0xffn)
      rest >>= 8n
    }
    this.#at += size
  }

  octets(value: Uint8Array, as: number = tag.octets): void {
    this.#header(as, value.length)
    this.#octets.set(value, this.#at)
    this.#at += value.length
  }

  ip(dotted: string): void {
    const parts = dotted.split('.').map(Number)
    if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255)))
      throw new RangeError(`${dotted} is no IPv4 address`)
    this.octets(Uint8Array.from(parts), tag.ip)
  }

  /** Dotted, with or without a leading dot. */
  oid(dotted: string, as: number = tag.oid): void {
    const parts = parseOid(dotted)
    const first = parts[0]! * 40 + parts[1]!
    let size = subIdentifierSize(first)
    for (let i = 2; i < parts.length; i++) size += subIdentifierSize(parts[i]!)
    this.#header(as, size)
    this.#subIdentifier(first)
    for (let i = 2; i < parts.length; i++) this.#subIdentifier(parts[i]!)
  }

  empty(as: number = tag.null): void {
    this.#header(as, 0)
  }

  #subIdentifier(value: number): void {
    const size = subIdentifierSize(value)
    let rest = value
    for (let i = size - 1; i >= 0; i--) {
      this.#octets[this.#at + i] = (rest % 128) | (i === size - 1 ? 0 : 0x80)
      rest = Math.floor(rest / 128)
    }
    this.#at += size
  }

  #header(as: number, length: number): void {
    const size = lengthSize(length)
    this.#room(1 + size + length)
    this.#octets[this.#at++] = as
    this.#lengthAt(this.#at, length, size)
    this.#at += size
  }

  #lengthAt(at: number, length: number, size: number): void {
    if (size === 1) this.#octets[at] = length
    else {
      this.#octets[at] = 0x80 | (size - 1)
      this.#octets.writeUIntBE(length, at + 1, size - 1)
    }
  }

  #room(more: number): void {
    if (this.#at + more <= this.#octets.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#at + more, this.#octets.length * 2))
    this.#octets.copy(larger, 0, 0, this.#at)
    this.#octets = larger
  }
}

/** The sub-identifiers of a dotted OID; RangeError when it is none. */
export function parseOid(dotted: string): number[] {
  const parts: number[] = []
  let value = -1
  for (let i = dotted.startsWith('.') ? 1 : 0; i <= dotted.length; i++) {
    const code = i < dotted.length ? dotted.charCodeAt(i) : 0x2e
    if (code === 0x2e) {
      if (value < 0 || value > maxSubIdentifier) throw new RangeError(`${dotted} is no object identifier`)
      parts.push(value)
      value = -1
    } else {
      if (code < 0x30 || code > 0x39) throw new RangeError(`${dotted} is no object identifier`)
      value = (value < 0 ? 0 : value) * 10 + code - 0x30
    }
  }
  const [root = 3, second = 40] = parts
  if (parts.length < 2 || parts.length > maxSubIdentifiers || root > 2 || (root < 2 && second > 39))
    throw new RangeError(`${dotted} is no object identifier`)
  return parts
}

function lengthSize(length: number): number {
  if (length < 0x80) return 1
  if (length < 0x100) return 2
  if (length < 0x10000) return 3
  return 4
}

function subIdentifierSize(value: number): number {
  let size = 1
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) size++
  return size
}

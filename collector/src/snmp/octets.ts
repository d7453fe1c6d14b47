/** BER for the hot path: no object per element. What the careful `ber.ts` refuses is refused here too. */
import { BerError } from './ber.ts'

const maxDatagram = 65_535
const sequence = 0x30
const oid = 0x06
const integer = 0x02
const tagNull = 0x05
const octetString = 0x04

/** Sub-identifiers as they travel, without tag and length. */
export function columnOctets(parts: readonly number[]): Uint8Array {
  const [root = 0, second = 0, ...rest] = parts
  const writer = new BackWriter(parts.length * 5)
  for (const part of rest.reverse()) writer.subIdentifier(part)
  writer.subIdentifier(root * 40 + second)
  return Uint8Array.from(writer.take())
}

/** What one message may need; a new slab begins where less is left. */
const slabOctets = 4 * maxDatagram

/**
 * Writes from the end to the front: when an element's turn comes, the length of its content is known. What was taken stays as it
 * is: the next message is written before it.
 */
export class BackWriter {
  readonly #size: number
  #octets: Buffer
  #end: number
  #at: number

  constructor(size = slabOctets) {
    this.#size = size
    this.#octets = Buffer.allocUnsafeSlow(size)
    this.#at = this.#end = size
  }

  /** Begins a message; what was written before and not taken is gone. */
  begin(): void {
    this.#at = this.#end
    if (this.#end >= Math.min(maxDatagram, this.#size)) return
    this.#octets = Buffer.allocUnsafeSlow(this.#size)
    this.#at = this.#end = this.#size
  }

  get length(): number {
    return this.#end - this.#at
  }

  /** What was written, for good. */
  take(): Buffer {
    const taken = this.#octets.subarray(this.#at, this.#end)
    this.#end = this.#at
    return taken
  }

  /** What was written, until more is. */
  written(): Buffer {
    return this.#octets.subarray(this.#at, this.#end)
  }

  raw(octets: Uint8Array): void {
    this.#at -= octets.length
    if (this.#at < 0) throw new RangeError('more than a datagram holds')
    this.#octets.set(octets, this.#at)
  }

  zeroes(count: number): void {
    this.#at -= count
    if (this.#at < 0) throw new RangeError('more than a datagram holds')
    this.#octets.fill(0, this.#at, this.#at + count)
  }

  octetString(octets: Uint8Array): void {
    const before = this.length
    this.raw(octets)
    this.close(octetString, before)
  }

  /** Changes an octet written last by `raw`, or later. */
  patch(at: number, octet: number): void {
    this.#octets[this.#at + at] = octet
  }

  subIdentifier(value: number): void {
    this.#octet(value & 0x7f)
    for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
      this.#octet((rest & 0x7f) | 0x80)
  }

  /** Non-negative, below 2^31. */
  integer(value: number): void {
    const before = this.length
    let rest = value
    do {
      this.#octet(rest & 0xff)
      rest >>>= 8
    } while (rest > 0)
    if (this.#octets[this.#at]! & 0x80) this.#octet(0)
    this.close(integer, before)
  }

  /** Puts tag and length before what was written since `length` was `before`. */
  close(tag: number, before: number): void {
    const length = this.length - before
    this.#octet(length & 0xff)
    if (length >= 0x80) {
      if (length > 0xff) this.#octet(length >>> 8)
      this.#octet(length > 0xff ? 0x82 : 0x81)
    }
    this.#octet(tag)
  }

  /** An object asked for: `row` below `column`, or the column itself for -1. */
  asked(column: Uint8Array, row: number): void {
    const before = this.length
    this.#octet(0)
    this.#octet(tagNull)
    const value = this.length
    if (row >= 0) this.subIdentifier(row)
    this.raw(column)
    this.close(oid, value)
    this.close(sequence, before)
  }

  #octet(value: number): void {
    if (this.#at === 0) throw new RangeError('more than a datagram holds')
    this.#octets[--this.#at] = value
  }
}

export function subIdentifierSize(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x20_0000) return 3
  return value < 0x1000_0000 ? 4 : 5
}

/** What a row is asked for after, as GETNEXT and GETBULK do; -1: the column itself. */
export const predecessorOf = (row: number) => (row > 1 ? row - 1 : -1)

/** Steps through one level of elements; `enter` goes a level down and answers where that ends. */
export class Scanner {
  octets: Uint8Array = new Uint8Array(0)
  at = 0
  end = 0

  over(octets: Uint8Array, at: number, end: number): this {
    this.octets = octets
    this.at = at
    this.end = end
    return this
  }

  peek(): number {
    if (this.at >= this.end) throw new BerError('cut short')
    return this.octets[this.at]!
  }

  /** Goes to the content of the next element, and answers its end. The level above must be resumed by `at` and `end`. */
  enter(tag: number): number {
    const found = this.peek()
    if (found !== tag) throw new BerError(`tag 0x${found.toString(16)} where 0x${tag.toString(16)} is due`)
    this.at++
    const length = this.#length()
    const stop = this.at + length
    if (stop > this.end) throw new BerError('content beyond its container')
    return stop
  }

  /** A signed integer that a double holds exactly. */
  integer(): number {
    const stop = this.enter(integer)
    const length = stop - this.at
    if (length < 1 || length > 8) throw new BerError(`integer of ${length} octets`)
    let value = (this.octets[this.at]! << 24) >> 24
    for (this.at++; this.at < stop; this.at++) value = value * 256 + this.octets[this.at]!
    if (!Number.isSafeInteger(value)) throw new BerError('integer beyond 2^53')
    return value
  }

  /** INTEGER (0..2^31-1). */
  natural(): number {
    const value = this.integer()
    if (value < 0 || value > 0x7fff_ffff) throw new BerError(`${value} where 0 to 2^31-1 is due`)
    return value
  }

  #length(): number {
    const first = this.peek()
    this.at++
    if (first < 0x80) return first
    const size = first & 0x7f
    if (size === 0 || size > 4) throw new BerError('length form not used by SNMP')
    let length = 0
    for (let i = 0; i < size; i++) {
      length = length * 256 + this.peek()
      this.at++
    }
    return length
  }
}

import { BerError, BerReader, tag } from './ber.ts'
import { Scanner } from './octets.ts'
import type { Reply } from './request.ts'

/** The sub-identifier below the column is no single one, or there is none: another object. */
export const notOfColumn = -1

const widestSubIdentifier = 0xffff_ffff

/** Goes through the variable bindings of a reply, one at a time, where they lie. Throws BerError. */
export class VarBindCursor {
  octets: Uint8Array = new Uint8Array(0)
  /** The value, with its tag, lies from here to `end`. */
  valueAt = 0
  end = 0
  #oidHeaderAt = 0
  #oidAt = 0
  /** Where the next binding begins. */
  at = 0
  #listEnd = 0
  readonly #scanner = new Scanner()

  over({ octets, at, end }: Reply): this {
    this.octets = octets
    this.at = at
    this.#listEnd = end
    return this
  }

  next(): boolean {
    const { octets } = this
    const at = this.at
    if (at >= this.#listEnd) return false
    const size = octets[at + 1]!
    const oidSize = octets[at + 3]!
    if (octets[at] !== tag.sequence || octets[at + 2] !== tag.oid || size >= 0x80 || oidSize >= 0x80)
      return this.#nextLong()
    this.#oidHeaderAt = at + 2
    this.#oidAt = at + 4
    this.valueAt = this.#oidAt + oidSize
    this.at = this.end = at + 2 + size
    if (this.end > this.#listEnd || this.valueAt > this.end)
      throw new BerError('content beyond its container')
    if (oidSize === 0) throw new BerError('empty object identifier')
    return true
  }

  /** The row's sub-identifier when this is a cell of the column, else `notOfColumn`. */
  rowOf(column: Uint8Array): number {
    const { octets } = this
    let at = this.#oidAt
    const oidEnd = this.valueAt
    if (oidEnd - at <= column.length) return notOfColumn
    for (let i = 0; i < column.length; i++, at++) if (octets[at] !== column[i]) return notOfColumn
    let octet = octets[at++]!
    let row = octet & 0x7f
    while (octet & 0x80) {
      if (at >= oidEnd) throw new BerError('object identifier cut short')
      octet = octets[at++]!
      row = row * 128 + (octet & 0x7f)
      if (row > widestSubIdentifier) throw new BerError('sub-identifier beyond 2^32')
    }
    return at === oidEnd ? row : notOfColumn
  }

  is(oid: Uint8Array): boolean {
    if (this.valueAt - this.#oidAt !== oid.length) return false
    for (let i = 0; i < oid.length; i++) if (this.octets[this.#oidAt + i] !== oid[i]) return false
    return true
  }

  get isEndOfMibView(): boolean {
    return this.octets[this.valueAt] === tag.endOfMibView
  }

  /** Dotted: for what is rare. */
  oid(): string {
    return new BerReader(this.octets, this.#oidHeaderAt, this.valueAt).oid()
  }

  #nextLong(): boolean {
    const scanner = this.#scanner.over(this.octets, this.at, this.#listEnd)
    this.end = scanner.enter(tag.sequence)
    scanner.end = this.end
    this.#oidHeaderAt = scanner.at
    this.valueAt = scanner.enter(tag.oid)
    this.#oidAt = scanner.at
    if (this.#oidAt === this.valueAt) throw new BerError('empty object identifier')
    this.at = this.end
    return true
  }
}

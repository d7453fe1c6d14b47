import { BackWriter, subIdentifierSize } from './octets.ts'

interface Prebuilt {
  octets: Uint8Array
  /** Where the row's sub-identifier begins in each variable binding. */
  rowAt: number[]
}

/** The variable bindings of one row of all columns, made once for each size of the row's sub-identifier; only that is filled in. */
export class RowTemplate {
  readonly #columns: readonly Uint8Array[]
  readonly #bySize: Prebuilt[] = []

  constructor(columns: readonly Uint8Array[]) {
    this.#columns = columns
  }

  /** Of the row itself; -1: the columns. */
  write(writer: BackWriter, row: number): void {
    const size = row < 0 ? 0 : subIdentifierSize(row)
    const { octets, rowAt } = (this.#bySize[size] ??= this.#built(size))
    writer.raw(octets)
    for (let octet = size - 1, rest = row; octet >= 0; octet--) {
      const value = (rest & 0x7f) | (octet === size - 1 ? 0 : 0x80)
      for (let i = 0; i < rowAt.length; i++) writer.patch(rowAt[i]! + octet, value)
      rest = Math.floor(rest / 128)
    }
  }

  #built(size: number): Prebuilt {
    const row = size === 0 ? -1 : 128 ** (size - 1)
    const writer = new BackWriter(this.#columns.reduce((sum, { length }) => sum + length + 16, 16))
    const ends = this.#columns.toReversed().map((column) => {
      const end = writer.length
      writer.asked(column, row)
      return end
    })
    const octets = Uint8Array.from(writer.take())
    // a binding ends with the row and an empty NULL of two octets
    return { octets, rowAt: ends.reverse().map((end) => octets.length - end - 2 - size) }
  }
}

import { tag } from './ber.ts'
import { putValue } from './cell.ts'
import type { Cells } from './table.ts'

/** What a device that lacks nothing answers to a GETBULK: row after row, each with all columns. */
export interface AlignedRows {
  cells: Cells
  rows: Uint32Array
  /** Index of the row that comes first, and how many may follow it. */
  firstRow: number
  mostRows: number
  /** Sub-identifiers of each column, and its number. */
  columnOctets: readonly Uint8Array[]
  columns: readonly number[]
}

/** A sub-identifier has at most five octets. */
const rowOctets = new Uint8Array(5)

/**
 * Fills cells as long as just what was expected comes; answers how many. Where the next binding begins is left in `readAt`. Whatever
 * differs is left to a reader that looks closer. Throws BerError for a value that is none.
 */
export function readAlignedRows(wanted: AlignedRows, octets: Uint8Array, start: number, end: number): number {
  const { cells, rows, firstRow, mostRows, columnOctets, columns } = wanted
  const width = columns.length
  let at = start
  let count = 0
  for (let row = firstRow; row < firstRow + mostRows; row++) {
    const rowSize = putSubIdentifier(rows[row]!)
    for (let i = 0; i < width && at < end; i++) {
      const column = columnOctets[i]!
      const oidSize = column.length + rowSize
      const valueAt = at + 4 + oidSize
      const stop = at + 2 + octets[at + 1]!
      if (
        octets[at] !== tag.sequence ||
        octets[at + 1]! >= 0x80 ||
        octets[at + 2] !== tag.oid ||
        octets[at + 3] !== oidSize ||
        stop > end ||
        valueAt > stop ||
        !isCell(octets, at + 4, column, rowSize)
      ) {
        readAt = at
        return count
      }
      putValue(cells, columns[i]! * rows.length + row, octets, valueAt, stop)
      at = stop
      count++
    }
    if (at >= end) break
  }
  readAt = at
  return count
}

/** Where the last `readAlignedRows` ended. */
export let readAt = 0

function putSubIdentifier(value: number): number {
  let size = 1
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) size++
  let rest = value
  for (let i = size - 1; i >= 0; i--) {
    rowOctets[i] = (rest & 0x7f) | (i === size - 1 ? 0 : 0x80)
    rest = Math.floor(rest / 128)
  }
  return size
}

function isCell(octets: Uint8Array, at: number, column: Uint8Array, rowSize: number): boolean {
  const size = column.length
  for (let i = size - 1; i >= 0; i--) if (octets[at + i] !== column[i]) return false
  for (let i = 0; i < rowSize; i++) if (octets[at + size + i] !== rowOctets[i]) return false
  return true
}

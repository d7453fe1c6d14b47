import type { Ask } from './ask.ts'
import { tag } from './ber.ts'
import { putValue } from './cell.ts'
import { SnmpError } from './error.ts'
import { pduTags } from './message.ts'
import type { BackWriter } from './octets.ts'
import { compareOids } from './oid.ts'
import type { Reply } from './request.ts'
import type { TableMemory } from './table-memory.ts'
import { notIncreasing, type TableProgress } from './table-progress.ts'
import { readNextScalar } from './table-scalars.ts'
import { notOfColumn, VarBindCursor } from './var-bind-cursor.ts'

const cursor = new VarBindCursor()

/**
 * GETBULK [RFC 3416 §4.2.3] that goes on where the last reply ended: scalars, and the rest of a row that was cut short, go once
 * (non-repeaters); the columns that lack rows follow, repeated.
 */
export class BulkAsk implements Ask {
  readonly isTrial: boolean
  readonly #progress: TableProgress
  readonly #memory: TableMemory
  readonly #scalars: number[]
  /** Columns that lack the row that others have. */
  readonly #behind: number[]
  readonly #repeated: number[]
  /** By repeated column: the row that comes first. */
  readonly #starts: number[]
  readonly #repetitions: number
  /** By column, while a reply is read: the row due next, the sub-identifier seen last, the rows settled by it. */
  readonly #due: number[] = []
  readonly #seen: number[] = []
  readonly #reached: number[] = []
  readonly #states: number[] = []

  constructor(progress: TableProgress, memory: TableMemory) {
    this.#progress = progress
    this.#memory = memory
    const { rows, settled } = progress
    const first = progress.firstRow
    const active = settled.flatMap((row, column) => (row < rows.length ? [column] : []))
    const behind = progress.wasCut ? active.filter((column) => settled[column] === first) : []
    this.#behind = behind.length < active.length ? behind : []
    this.#scalars = progress.openScalars()
    const startOf = (column: number) => settled[column]! + Number(this.#behind.includes(column))
    this.#repeated = active.filter((column) => startOf(column) < rows.length)
    this.#starts = this.#repeated.map(startOf)
    const fit = memory.size.rows(this.#repeated.length, this.#fixed)
    this.#repetitions = Math.min(fit.rows, this.#run(Math.min(...this.#starts)))
    this.isTrial = fit.isTrial && this.#repetitions === fit.rows
  }

  get cells(): number {
    return this.#fixed + this.#repeated.length * this.#repetitions
  }

  write(writer: BackWriter, requestId: number): void {
    const { columns, rows, scalars, settled } = this.#progress
    for (let i = this.#repeated.length - 1; i >= 0; i--)
      writer.asked(columns.octets[this.#repeated[i]!]!, predecessor(rows[this.#starts[i]!]!))
    for (const column of this.#behind.toReversed())
      writer.asked(columns.octets[column]!, predecessor(rows[settled[column]!]!))
    for (const scalar of this.#scalars.toReversed()) writer.asked(scalars[scalar]!.beforeOctets, -1)
    writer.close(tag.sequence, 0)
    writer.integer(this.#repetitions)
    writer.integer(this.#fixed)
    writer.integer(requestId)
    writer.close(pduTags.getBulk, 0)
  }

  read(reply: Reply): number {
    const progress = this.#progress
    const { octets } = reply
    const columns = this.#repeated.length
    const fixed = this.#fixed
    const asked = this.cells
    this.#begin()
    cursor.over(reply)
    let count = 0
    for (let at = 0; count < asked && cursor.next(); count++) {
      if (count < this.#scalars.length)
        this.#states[count] = readNextScalar(progress, this.#scalars[count]!, cursor)
      else if (count < fixed) this.#step(this.#behind[count - this.#scalars.length]!, octets)
      else {
        if (count === fixed) this.#beginRepeated()
        this.#step(this.#repeated[at]!, octets)
        if (++at === columns) at = 0
      }
    }
    this.#commit(count)
    progress.wasCut = count < asked && (count < fixed || (count - fixed) % columns > 0)
    return count
  }

  giveUp(): boolean {
    return false
  }

  get #fixed(): number {
    return this.#scalars.length + this.#behind.length
  }

  /** Rows from here that follow one another, as far as is known. */
  #run(first: number): number {
    const { rows } = this.#progress
    const breaks = this.#memory.breaks(rows)
    const next = breaks ? breaks.indexOf(1, first + 1) : -1
    return Math.max(0, (next < 0 ? rows.length : next) - first)
  }

  #begin(): void {
    const { rows, settled } = this.#progress
    for (const [column, row] of settled.entries()) {
      this.#due[column] = this.#reached[column] = row
      this.#seen[column] = rows[row]! - 1
    }
  }

  /** Columns that were behind are asked on from their next row, whatever came for that one. */
  #beginRepeated(): void {
    for (const column of this.#behind) this.#reached[column] = this.#due[column]!
    for (let i = 0; i < this.#repeated.length; i++) {
      const column = this.#repeated[i]!
      this.#due[column] = this.#starts[i]!
      this.#seen[column] = this.#progress.rows[this.#starts[i]!]! - 1
    }
  }

  /** Only when the whole reply made sense. */
  #commit(count: number): void {
    const progress = this.#progress
    for (let i = 0; i < Math.min(count, this.#scalars.length); i++)
      progress.scalarStates[this.#scalars[i]!] = this.#states[i]!
    for (let column = 0; column < this.#due.length; column++)
      progress.settle(column, Math.max(this.#reached[column]!, this.#due[column]!))
  }

  /** The next object of a column: its row that is due, a later one, or one that nobody asked for. */
  #step(column: number, octets: Uint8Array): void {
    const { rows, columns, cells } = this.#progress
    const row = cursor.rowOf(columns.octets[column]!)
    let due = this.#due[column]!
    if (row === notOfColumn) return this.#leave(column)
    if (row <= this.#seen[column]!) {
      const entry = columns.oids[column]!
      throw notIncreasing(`${entry}.${row}`, `${entry}.${this.#seen[column]!}`)
    }
    this.#seen[column] = row
    while (due < rows.length && rows[due]! < row) due++
    if (rows[due] === row) {
      putValue(cells, column * rows.length + due, octets, cursor.valueAt, cursor.end)
      due++
    } else if (due > 0 && due < rows.length) this.#memory.setBreak(rows, due)
    this.#due[column] = due
  }

  /** Another column follows, or nothing: the rows that are due do not exist. */
  #leave(column: number): void {
    const { rows, columns } = this.#progress
    const entry = columns.oids[column]!
    if (!cursor.isEndOfMibView) {
      const found = cursor.oid()
      const isEnded = this.#due[column]! >= rows.length
      if (!isEnded && compareOids(found, entry) <= 0) throw notIncreasing(found, entry)
      if (found.startsWith(`${entry}.`))
        throw new SnmpError('malformed', `the device answers ${found}, which is no row of ${entry}`)
    }
    this.#due[column] = rows.length
    this.#seen[column] = 0xffff_ffff
  }
}

/** What the row is asked for after; the first row follows the column itself. */
const predecessor = (row: number) => (row > 1 ? row - 1 : -1)

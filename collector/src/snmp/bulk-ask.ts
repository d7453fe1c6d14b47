import { readAlignedRows, readAt, type AlignedRows } from './aligned-rows.ts'
import type { Ask } from './ask.ts'
import { tag } from './ber.ts'
import { putValue } from './cell.ts'
import { SnmpError } from './error.ts'
import { pduTags } from './message.ts'
import { predecessorOf, type BackWriter } from './octets.ts'
import { compareOids } from './oid.ts'
import type { Reply } from './request.ts'
import type { TableMemory } from './table-memory.ts'
import { notIncreasing, type TableProgress } from './table-progress.ts'
import { readNextScalar } from './table-scalars.ts'
import { notOfColumn, VarBindCursor } from './var-bind-cursor.ts'

const cursor = new VarBindCursor()
const beyondAllRows = 0xffff_ffff
const nothing: readonly never[] = []

/**
 * GETBULK [RFC 3416 §4.2.3] that goes on where the last reply ended: scalars, and the rest of a row that was cut short, go once
 * (non-repeaters); the columns that lack rows follow, repeated. One serves a whole read: it is planned anew for each message.
 */
export class BulkAsk implements Ask, AlignedRows {
  isTrial = false
  readonly #progress: TableProgress
  #memory!: TableMemory
  #scalars: readonly number[] = []
  /** Columns that lack the row that others have: the first so many. Cutting the array would throw its room away. */
  readonly #behind: number[] = []
  #behindCount = 0
  /** Repeated. */
  columns: readonly number[] = []
  columnOctets: readonly Uint8Array[] = []
  /** All that are repeated begin with one row. */
  #isAligned = true
  #all: readonly number[] = []
  /** By column: the row that it is repeated from, unless they are aligned. */
  readonly #starts: number[] = []
  firstRow = 0
  mostRows = 0
  /** By column, while a reply is read: the row due next, the sub-identifier seen last, the rows settled by what went once. */
  readonly #due: number[] = []
  readonly #seen: number[] = []
  readonly #reached: number[] = []
  readonly #states: number[] = []

  constructor(progress: TableProgress) {
    this.#progress = progress
  }

  /** For the read that the progress began. */
  begin(memory: TableMemory): void {
    this.#memory = memory
    const { length } = this.#progress.settled
    if (this.#all.length !== length) this.#all = Array.from({ length }, (_, column) => column)
  }

  get cells() {
    return this.#progress.cells
  }

  get rows() {
    return this.#progress.rows
  }

  get objects(): number {
    return this.#fixed + this.columns.length * this.mostRows
  }

  plan(): this {
    const { settled, wasCut, firstRow } = this.#progress
    this.#scalars = this.#progress.openScalars()
    this.#behindCount = 0
    if (areAll(settled, firstRow)) this.#repeatAll(firstRow)
    else this.#planColumns(firstRow, wasCut)
    const left = this.#run(this.firstRow)
    const fit = this.#memory.size.rows(this.columns.length, this.#fixed, left)
    this.mostRows = Math.min(fit.rows, left)
    this.isTrial = fit.isTrial && this.mostRows === fit.rows
    return this
  }

  write(writer: BackWriter, requestId: number): void {
    const { columns, rows, scalars, settled } = this.#progress
    if (this.#isAligned && this.columns === this.#all)
      columns.template.write(writer, predecessorOf(rows[this.firstRow]!))
    else
      for (let i = this.columns.length - 1; i >= 0; i--)
        writer.asked(this.columnOctets[i]!, predecessorOf(rows[this.#startOf(this.columns[i]!)]!))
    for (let i = this.#behindCount - 1; i >= 0; i--) {
      const column = this.#behind[i]!
      writer.asked(columns.octets[column]!, predecessorOf(rows[settled[column]!]!))
    }
    for (let i = this.#scalars.length - 1; i >= 0; i--)
      writer.asked(scalars[this.#scalars[i]!]!.beforeOctets, -1)
    writer.close(tag.sequence, 0)
    writer.integer(this.mostRows)
    writer.integer(this.#fixed)
    writer.integer(requestId)
    writer.close(pduTags.getBulk, 0)
  }

  read(reply: Reply): number {
    const asked = this.objects
    const fixed = this.#fixed
    cursor.over(reply)
    this.#begin()
    let count = this.#readFixed(fixed)
    if (count === fixed && this.#isAligned) {
      const aligned = readAlignedRows(this, reply.octets, cursor.at, reply.end)
      this.#skip(aligned)
      count += aligned
    }
    if (count < asked) count = this.#readClosely(count, asked)
    this.#commit(count)
    this.#progress.wasCut = count < asked && (count < fixed || (count - fixed) % this.columns.length > 0)
    return count
  }

  giveUp(): boolean {
    return false
  }

  get #fixed(): number {
    return this.#scalars.length + this.#behindCount
  }

  #repeatAll(firstRow: number): void {
    const { rows, columns } = this.#progress
    const isDone = firstRow >= rows.length
    this.columns = isDone ? nothing : this.#all
    this.columnOctets = isDone ? nothing : columns.octets
    this.firstRow = firstRow
    this.#isAligned = true
  }

  /** Some are a row further than others: the late ones catch up, if all that keeps them is where the last reply was cut. */
  #planColumns(firstRow: number, wasCut: boolean): void {
    const { settled, rows, columns } = this.#progress
    let lowest = rows.length
    let highest = 0
    for (let column = 0; column < settled.length; column++) {
      const isLate = wasCut && settled[column] === firstRow
      if (isLate) this.#behind[this.#behindCount++] = column
      const start = settled[column]! + Number(isLate)
      this.#starts[column] = start
      lowest = Math.min(lowest, start)
      highest = Math.max(highest, start)
    }
    this.#repeatAll(lowest)
    this.#isAligned = lowest === highest
    if (this.#isAligned) return
    this.columns = this.#all.filter((column) => this.#starts[column]! < rows.length)
    this.columnOctets = this.columns.map((column) => columns.octets[column]!)
  }

  /** Rows from here that follow one another, as far as is known. */
  #run(first: number): number {
    const breaks = this.#memory.breaks(this.rows)
    const next = breaks ? breaks.indexOf(1, first + 1) : -1
    return Math.max(0, (next < 0 ? this.rows.length : next) - first)
  }

  #startOf(column: number): number {
    return this.#isAligned ? this.firstRow : this.#starts[column]!
  }

  /** Object by object; answers how many there are in all. */
  #readClosely(already: number, asked: number): number {
    const width = this.columns.length
    let count = already
    for (let at = (count - this.#fixed) % width; count < asked && cursor.next(); count++) {
      this.#step(this.columns[at]!)
      if (++at === width) at = 0
    }
    return count
  }

  #begin(): void {
    const { rows, settled } = this.#progress
    for (let column = 0; column < settled.length; column++) {
      const row = settled[column]!
      this.#due[column] = this.#reached[column] = row
      this.#seen[column] = row < rows.length ? rows[row]! - 1 : beyondAllRows
    }
  }

  #readFixed(fixed: number): number {
    const scalars = this.#scalars.length
    let count = 0
    for (; count < fixed && cursor.next(); count++)
      if (count < scalars) this.#states[count] = readNextScalar(this.#progress, this.#scalars[count]!, cursor)
      else this.#step(this.#behind[count - scalars]!)
    if (count === fixed && this.#behindCount > 0) this.#beginRepeated()
    return count
  }

  /** Columns that were behind are asked on from their next row, whatever came for that one. */
  #beginRepeated(): void {
    for (let i = 0; i < this.#behindCount; i++) {
      const column = this.#behind[i]!
      const start = this.#startOf(column)
      this.#reached[column] = this.#due[column]!
      if (start >= this.rows.length) continue
      this.#due[column] = start
      this.#seen[column] = this.rows[start]! - 1
    }
  }

  /** Over rows that came as expected. */
  #skip(aligned: number): void {
    cursor.at = readAt
    const width = this.columns.length
    const whole = Math.floor(aligned / width)
    const part = aligned - whole * width
    for (let i = 0; i < width; i++) {
      const due = this.firstRow + whole + Number(i < part)
      if (due === this.firstRow) return
      this.#due[this.columns[i]!] = due
      this.#seen[this.columns[i]!] = this.rows[due - 1]!
    }
  }

  /** Only when the whole reply made sense. */
  #commit(count: number): void {
    const progress = this.#progress
    for (let i = 0; i < Math.min(count, this.#scalars.length); i++)
      progress.scalarStates[this.#scalars[i]!] = this.#states[i]!
    for (let column = 0; column < progress.settled.length; column++)
      progress.settle(column, Math.max(this.#reached[column]!, this.#due[column]!))
  }

  /** The next object of a column: its row that is due, a later one, or one that nobody asked for. */
  #step(column: number): void {
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
      putValue(cells, column * rows.length + due, cursor.octets, cursor.valueAt, cursor.end)
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
    this.#seen[column] = beyondAllRows
  }
}

function areAll(values: readonly number[], value: number): boolean {
  for (const one of values) if (one !== value) return false
  return true
}

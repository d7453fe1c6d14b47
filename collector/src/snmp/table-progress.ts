import { SnmpError } from './error.ts'
import { scalarsOf, type Scalar } from './table-scalars.ts'
import type { TableCells, TableColumns, TableQuestion } from './table.ts'

/** A scalar is yet to be asked; settled; or only its exact instance can tell. */
export const scalarState = { open: 0, settled: 1, unclear: 2 } as const

/**
 * How far a read has come. A row of a column is settled when its cell is filled, or the device is known to have none. One serves
 * read after read.
 */
export class TableProgress {
  columns!: TableColumns
  rows!: Uint32Array
  cells!: TableCells
  scalars!: Scalar[]
  readonly scalarStates: number[] = []
  /** By column: rows before this index are settled. */
  readonly settled: number[] = []
  /** Cells that the device fails to answer. */
  readonly #leftOut = new Set<number>()
  /** The latest reply ended within a row. */
  wasCut = false

  begin({ scalars, columns, rows }: TableQuestion, cells: TableCells): void {
    this.columns = columns
    this.rows = rows
    this.cells = cells
    this.scalars = scalarsOf(scalars)
    zeroes(this.scalarStates, scalars.length)
    zeroes(this.settled, columns.oids.length)
    if (this.#leftOut.size > 0) this.#leftOut.clear()
    this.wasCut = false
    cells.tag.fill(0)
    cells.scalars.tag.fill(0)
  }

  get isDone(): boolean {
    if (this.firstRow < this.rows.length) return false
    for (const state of this.scalarStates) if (state !== scalarState.settled) return false
    return true
  }

  openScalars(): number[] {
    if (!this.#hasOpenScalars) return none
    const open: number[] = []
    for (let i = 0; i < this.scalars.length; i++)
      if (this.scalarStates[i] !== scalarState.settled) open.push(i)
    return open
  }

  get #hasOpenScalars(): boolean {
    for (const state of this.scalarStates) if (state !== scalarState.settled) return true
    return false
  }

  get hasUnclearScalars(): boolean {
    return this.scalarStates.includes(scalarState.unclear)
  }

  /** The first row that some column still lacks. */
  get firstRow(): number {
    let first = this.rows.length
    for (const row of this.settled) if (row < first) first = row
    return first
  }

  cellOf(column: number, row: number): number {
    return column * this.rows.length + row
  }

  /** Everything before this row is settled. */
  settle(column: number, row: number): void {
    if (row <= this.settled[column]!) return
    this.settled[column] = row
    this.#skip(column)
  }

  /** What a reply had filled before it made no sense. */
  forgetUnsettled(): void {
    const { tag, scalars } = this.cells
    for (const [column, row] of this.settled.entries())
      tag.fill(0, this.cellOf(column, row), this.cellOf(column + 1, 0))
    for (const scalar of this.openScalars()) scalars.tag[scalar] = 0
  }

  settleAll(row: number): void {
    for (let column = 0; column < this.settled.length; column++) this.settle(column, row)
  }

  isLeftOut(column: number, row: number): boolean {
    return this.#leftOut.has(this.cellOf(column, row))
  }

  leaveOut(column: number, row: number): void {
    this.#leftOut.add(this.cellOf(column, row))
    this.#skip(column)
  }

  #skip(column: number): void {
    if (this.#leftOut.size > 0)
      while (this.isLeftOut(column, this.settled[column]!) && this.settled[column]! < this.rows.length)
        this.settled[column]!++
  }
}

const none: number[] = []

/** An array whose length stays keeps its room. */
function zeroes(array: number[], length: number): void {
  if (array.length > length) array.length = length
  for (let i = 0; i < length; i++) array[i] = 0
}

export function notIncreasing(oid: string, after: string): SnmpError {
  return new SnmpError('nonIncreasing', `the device answers ${oid} after ${after}: its table would never end`)
}

import { tableCells, type TableCells, type TableQuestion } from '../snmp/table.ts'
import { Increments } from './counter-memory.ts'

const increments = new Map<number, Increments>()

/** The increments of so many rows: shared by all devices, good until the next reading is taken. */
export function incrementsOf(rows: number): Increments {
  let known = increments.get(rows)
  if (!known) increments.set(rows, (known = new Increments(rows)))
  return known
}

const kept = 64

/** Cells of devices that are being read: as many as are read at once, not one for each device. */
export class CellPool {
  readonly #free = new Map<string, TableCells[]>()

  /** Cells for a question while `read` lasts. */
  async borrow<T>(question: TableQuestion, read: (cells: TableCells) => Promise<T>): Promise<T> {
    const size = `${question.scalars.length} ${question.columns.oids.length * question.rows.length}`
    let free = this.#free.get(size)
    if (!free) this.#free.set(size, (free = []))
    const cells = free.pop() ?? tableCells(question)
    try {
      return await read(cells)
    } finally {
      if (free.length < kept) free.push(cells)
    }
  }
}

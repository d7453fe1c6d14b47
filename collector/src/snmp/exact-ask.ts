import type { Ask } from './ask.ts'
import { BerError, tag } from './ber.ts'
import { putValue } from './cell.ts'
import { pduTags } from './message.ts'
import { predecessorOf, type BackWriter } from './octets.ts'
import { compareOids } from './oid.ts'
import type { Reply } from './request.ts'
import { notIncreasing, scalarState, type TableProgress } from './table-progress.ts'
import { readNextScalar } from './table-scalars.ts'
import { VarBindCursor } from './var-bind-cursor.ts'

/** Octets that a request may have: what travels unfragmented, less its envelope. */
const largestRequest = 1_400
const octetsPerObject = 14

/** In the place of a column: the object is a scalar, and `row` its number. */
const isScalar = -1

interface Item {
  column: number
  row: number
}

const cursor = new VarBindCursor()

/** GET of exact instances; or, for SNMPv1 that fails a whole GET for one missing object, GETNEXT of their predecessors. */
export class ExactAsk implements Ask {
  readonly isTrial = false
  readonly #progress: TableProgress
  readonly #type: 'get' | 'getNext'
  readonly #items: Item[]

  constructor(progress: TableProgress, type: 'get' | 'getNext', most: number) {
    this.#progress = progress
    this.#type = progress.hasUnclearScalars ? 'get' : type
    this.#items = progress.hasUnclearScalars ? unclearScalars(progress) : itemsOf(progress, most)
  }

  get objects(): number {
    return this.#items.length
  }

  write(writer: BackWriter, requestId: number): void {
    for (let i = this.#items.length - 1; i >= 0; i--) this.#writeItem(writer, this.#items[i]!)
    writer.close(tag.sequence, 0)
    writer.integer(0)
    writer.integer(0)
    writer.integer(requestId)
    writer.close(pduTags[this.#type], 0)
  }

  read(reply: Reply): number {
    const states: number[] = []
    cursor.over(reply)
    let count = 0
    for (; count < this.#items.length && cursor.next(); count++) {
      const { column, row } = this.#items[count]!
      if (column === isScalar) states[count] = this.#readScalar(row)
      else this.#readCell(column, row)
    }
    for (let i = 0; i < count; i++) this.#settle(this.#items[i]!, states[i] ?? scalarState.settled)
    this.#progress.wasCut = false
    return count
  }

  giveUp(position: number): boolean {
    const item = this.#items[position]
    if (!item) return false
    if (item.column === isScalar) this.#settle(item, scalarState.settled)
    else this.#progress.leaveOut(item.column, item.row)
    return true
  }

  #writeItem(writer: BackWriter, { column, row }: Item): void {
    const { columns, rows, scalars } = this.#progress
    const isExact = this.#type === 'get'
    if (column === isScalar) writer.asked(isExact ? scalars[row]!.exact : scalars[row]!.beforeOctets, -1)
    else writer.asked(columns.octets[column]!, isExact ? rows[row]! : predecessorOf(rows[row]!))
  }

  #readScalar(at: number): number {
    const { scalars, cells } = this.#progress
    if (this.#type === 'getNext') return readNextScalar(this.#progress, at, cursor)
    if (!cursor.is(scalars[at]!.exact))
      throw new BerError(`${cursor.oid()} in the place of ${scalars[at]!.oid}`)
    putValue(cells.scalars, at, cursor.octets, cursor.valueAt, cursor.end)
    return scalarState.settled
  }

  #readCell(column: number, row: number): void {
    const { columns, rows, cells } = this.#progress
    const cell = this.#progress.cellOf(column, row)
    if (cursor.rowOf(columns.octets[column]!) === rows[row]!)
      return putValue(cells, cell, cursor.octets, cursor.valueAt, cursor.end)
    cells.tag[cell] = 0
    const wanted = `${columns.oids[column]!}.${rows[row]!}`
    const found = cursor.oid()
    if (this.#type === 'get') throw new BerError(`${found} in the place of ${wanted}`)
    if (!cursor.isEndOfMibView && compareOids(found, wanted) <= 0) throw notIncreasing(found, wanted)
  }

  #settle({ column, row }: Item, state: number): void {
    if (column === isScalar) this.#progress.scalarStates[row] = state
    else this.#progress.settle(column, row + 1)
  }
}

function unclearScalars({ scalarStates }: TableProgress): Item[] {
  return Array.from(scalarStates, (state, row) => ({ column: isScalar, row, state })).filter(
    ({ state }) => state === scalarState.unclear,
  )
}

/** The next objects that lack an answer, row by row. */
function itemsOf(progress: TableProgress, most: number): Item[] {
  const items: Item[] = progress.openScalars().map((row) => ({ column: isScalar, row }))
  let room = largestRequest - items.length * octetsPerObject
  const { rows, settled, columns } = progress
  for (let row = progress.firstRow; row < rows.length; row++)
    for (const [column, from] of settled.entries()) {
      if (row < from || progress.isLeftOut(column, row)) continue
      room -= columns.octets[column]!.length + octetsPerObject
      if (items.length > 0 && (items.length >= most || room < 0)) return items
      items.push({ column, row })
    }
  return items
}

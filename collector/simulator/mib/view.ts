import { parseOid } from '../../src/snmp/ber.ts'
import type { Value } from './value.ts'

export type Oid = readonly number[]

/** A row of a table; a scalar is a table of one row with index 0. */
export interface Row {
  readonly index: Oid
}

type Read<R> = (row: R, atMs: number) => Value | null

interface Column<R> {
  oid: Oid
  read: Read<R>
}

/** A table's columns by their sub-identifier; null from a column: the row has no such object. */
export function table<R extends Row>(entry: string, columns: Record<number, Read<R>>): Column<R>[] {
  const prefix = parseOid(entry)
  return Object.entries(columns).map(([column, read]) => ({ oid: [...prefix, Number(column)], read }))
}

export interface Leaf {
  oid: Oid
  read: (row: never, atMs: number) => Value | null
  /** In the order of their index. */
  rows: (atMs: number) => readonly Row[]
}

/** Columns with the rows they have on one device. */
export function rows<R extends Row>(
  columns: Column<R>[],
  list: readonly R[] | ((atMs: number) => readonly R[]),
): Leaf[] {
  const rowsAt = typeof list === 'function' ? list : () => list
  return columns.map(({ oid, read }) => ({ oid, read, rows: rowsAt }))
}

export interface Instance {
  oid: Oid
  value: Value
}

/** Lexicographic order of object identifiers [RFC 2578 §7.10]. */
export function compareOids(a: Oid, b: Oid): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

function startsWith(oid: Oid, prefix: Oid): boolean {
  return oid.length >= prefix.length && prefix.every((part, i) => oid[i] === part)
}

/** How many of an ordered list come before the first that `passes`. */
function countUntil<T>(list: readonly T[], passes: (item: T) => boolean): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (passes(list[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}

/** All that one agent shows. Values are read when they are asked for. */
export class MibView {
  readonly #leaves: Leaf[]

  constructor(leaves: Leaf[]) {
    this.#leaves = leaves.toSorted((a, b) => compareOids(a.oid, b.oid))
  }

  get(oid: Oid, atMs: number): Value | 'noSuchObject' | 'noSuchInstance' {
    const leaf = this.#leaves[countUntil(this.#leaves, (leaf) => compareOids(leaf.oid, oid) > 0) - 1]
    if (!leaf || !startsWith(oid, leaf.oid)) return 'noSuchObject'
    const index = oid.slice(leaf.oid.length)
    const rows = leaf.rows(atMs)
    const row = rows[countUntil(rows, (row) => compareOids(row.index, index) >= 0)]
    if (!row || compareOids(row.index, index) !== 0) return 'noSuchInstance'
    return leaf.read(row as never, atMs) ?? 'noSuchInstance'
  }

  /** The first instance after `oid`; null at the end of the view. */
  next(oid: Oid, atMs: number): Instance | null {
    const first = Math.max(0, countUntil(this.#leaves, (leaf) => compareOids(leaf.oid, oid) > 0) - 1)
    for (const leaf of this.#leaves.slice(first)) {
      const rows = leaf.rows(atMs)
      for (let i = rowAfter(leaf.oid, rows, oid); i < rows.length; i++) {
        const row = rows[i]!
        const value = leaf.read(row as never, atMs)
        if (value) return { oid: [...leaf.oid, ...row.index], value }
      }
    }
    return null
  }
}

function rowAfter(column: Oid, rows: readonly Row[], oid: Oid): number {
  if (startsWith(oid, column)) {
    const index = oid.slice(column.length)
    return countUntil(rows, (row) => compareOids(row.index, index) > 0)
  }
  return compareOids(oid, column) < 0 ? 0 : rows.length
}

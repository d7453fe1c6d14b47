import { parseOid } from './ber.ts'
import { columnOctets } from './octets.ts'
import { RowTemplate } from './row-template.ts'

/** Columns that are read together; made once, shared by all devices that are read alike. */
export interface TableColumns {
  /** Of the columns, with the entry: ifHCInOctets is 1.3.6.1.2.1.31.1.1.1.6. */
  readonly oids: readonly string[]
  /** Their sub-identifiers as they travel. */
  readonly octets: readonly Uint8Array[]
  readonly template: RowTemplate
}

/** One read: scalars, then columns × rows. All but the first two arrays may be shared by many reads. */
export interface TableQuestion {
  /** Instances: sysUpTime.0 is 1.3.6.1.2.1.1.3.0. They come with the first reply. */
  readonly scalars: readonly string[]
  readonly columns: TableColumns
  /** The last sub-identifier of each row, ascending. What is learnt about them is kept with this very array. */
  readonly rows: Uint32Array
}

/** Values of one kind each: no object per value. */
export interface Cells {
  /** BER tag of the value; 0: the device has none. */
  readonly tag: Uint8Array
  readonly hi: Uint32Array
  readonly lo: Uint32Array
}

/**
 * Cells by column: cell = column × rows + row. Integers and counters: hi × 2^32 + lo, two's complement where they have a
 * sign. Octets and whatever else: `lo` is a 32-bit hash of them (FNV-1a), `hi` their length.
 */
export interface TableCells extends Cells {
  readonly scalars: Cells
}

/** Of what this read took: requests sent, and the quickest round trip among them. */
export interface TableReading {
  rttMs: number
  requests: number
}

export function tableColumns(oids: readonly string[]): TableColumns {
  const octets = oids.map((oid) => columnOctets(parseOid(oid)))
  return { oids, octets, template: new RowTemplate(octets) }
}

/** Room for the answers to `question`; reused from read to read. */
export function tableCells({ scalars, columns, rows }: TableQuestion): TableCells {
  return { scalars: cells(scalars.length), ...cells(columns.oids.length * rows.length) }
}

/** The number in a cell, exact below 2^53; null where there is none. Integer32 with its sign. */
export function numberIn({ tag, hi, lo }: Cells, at: number): number | null {
  if (!tag[at]) return null
  return (tag[at] === integer ? hi[at]! | 0 : hi[at]!) * 0x1_0000_0000 + lo[at]!
}

const integer = 0x02

function cells(count: number): Cells {
  return { tag: new Uint8Array(count), hi: new Uint32Array(count), lo: new Uint32Array(count) }
}

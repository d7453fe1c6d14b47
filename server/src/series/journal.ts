/**
 * What a batch brought, as the journal keeps it until its samples lie in tiles: columns over many series, each number in the
 * narrowest type that holds it; series and times in runs, since rows that are polled together follow one another.
 */
import { DamagedSeries } from './errors.ts'

/** Samples of many series in columns of one length; `start` is null for gauges. */
export interface Rows {
  series: Uint32Array
  at: Float64Array
  start: Float64Array | null
  value: Float64Array
}

/** How values are kept. */
const kinds = [Uint8Array, Uint16Array, Uint32Array, Float64Array] as const

/** A run: `count` samples of series `first`, `first + step` …, of one instant. */
const runDoubles = 5
/** Doubles: 8 MiB. */
const mostKept = 2 ** 20

/** As an array of its own. */
export const encodeRows = (batch: Rows[]): Uint8Array => new RowsWriter().write(batch)

/** Writes batch after batch into the same memory. */
export class RowsWriter {
  #doubles = new Float64Array(1024)
  #octets = new Uint8Array(this.#doubles.buffer)
  /** Doubles written. */
  #length = 0

  /** Valid until the next one is written. */
  write(batch: Rows[]): Uint8Array {
    this.#length = 0
    if (this.#doubles.length > mostKept) this.#begin(mostKept)
    for (const rows of batch) this.#add(rows)
    return this.#octets.subarray(0, 8 * this.#length)
  }

  #add({ series, at, start, value }: Rows): void {
    const head = this.#length
    const kind = kindOf(value)
    this.#reserve(4)
    this.#length += 4
    this.#addRuns(series, at, start)
    const runs = (this.#length - head - 4) / runDoubles
    this.#addValues(value, kinds[kind]!)
    this.#doubles.set([at.length, runs, kind, start ? 1 : 0], head)
  }

  #addRuns(series: Uint32Array, at: Float64Array, start: Float64Array | null): void {
    for (let i = 0; i < at.length;) {
      const [first, instant, began] = [series[i]!, at[i]!, start ? start[i]! : 0]
      const step = i + 1 < at.length ? series[i + 1]! - first : 0
      let end = i + 1
      while (end < at.length && at[end] === instant && (!start || start[end] === began) && series[end]! - series[end - 1]! === step) end++ // prettier-ignore
      this.#reserve(runDoubles)
      this.#doubles[this.#length++] = end - i
      this.#doubles[this.#length++] = first
      this.#doubles[this.#length++] = step
      this.#doubles[this.#length++] = instant
      this.#doubles[this.#length++] = began
      i = end
    }
  }

  #addValues(value: Float64Array, Kind: (typeof kinds)[number]): void {
    const octets = value.length * Kind.BYTES_PER_ELEMENT
    const doubles = Math.ceil(octets / 8)
    this.#reserve(doubles)
    if (doubles > 0) this.#doubles[this.#length + doubles - 1] = 0 // what is left of the last is not what was there before
    new Kind(this.#doubles.buffer, 8 * this.#length, value.length).set(value)
    this.#length += doubles
  }

  #reserve(doubles: number): void {
    if (this.#length + doubles <= this.#doubles.length) return
    const written = this.#doubles.subarray(0, this.#length)
    this.#begin(2 * (this.#length + doubles))
    this.#doubles.set(written)
  }

  #begin(doubles: number): void {
    this.#doubles = new Float64Array(doubles)
    this.#octets = new Uint8Array(this.#doubles.buffer)
  }
}

/** The first of `kinds` that holds all of the values. */
function kindOf(value: Float64Array): number {
  let most = 0
  for (let i = 0; i < value.length; i++) {
    const one = value[i]!
    if (one !== one >>> 0) return 3
    if (one > most) most = one
  }
  return most < 2 ** 8 ? 0 : most < 2 ** 16 ? 1 : 2
}

/** Throws DamagedSeries. */
export function decodeRows(body: Uint8Array): Rows[] {
  const batch: Rows[] = []
  const columns = new Columns(body)
  while (!columns.isAtEnd) {
    const [count = 0, runCount = 0, kind = 0, increments = 0] = columns.take(3, 4)
    const runs = columns.take(3, runCount * runDoubles)
    const value = columns.take(kind, count)
    batch.push({ ...unrolled(runs, count, increments === 1), value })
    columns.align()
  }
  return batch
}

class Columns {
  /** A copy: typed arrays demand that they are aligned. */
  readonly #buffer: ArrayBuffer
  #position = 0

  constructor(body: Uint8Array) {
    this.#buffer = Uint8Array.from(body).buffer
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#buffer.byteLength
  }

  take(kind: number, count: number): Float64Array {
    const Kind = kinds[kind]
    if (!Kind) throw new DamagedSeries('the journal says what cannot be')
    const [from, end] = [this.#position, this.#position + count * Kind.BYTES_PER_ELEMENT]
    if (!(end <= this.#buffer.byteLength)) throw new DamagedSeries('the journal is cut short')
    this.#position = end
    return Float64Array.from(new Kind(this.#buffer, from, count))
  }

  align(): void {
    this.#position = Math.ceil(this.#position / 8) * 8
  }
}

function unrolled(runs: Float64Array, count: number, increments: boolean): Omit<Rows, 'value'> {
  const series = new Uint32Array(count)
  const at = new Float64Array(count)
  const start = increments ? new Float64Array(count) : null
  for (let run = 0, i = 0; run < runs.length; run += runDoubles) {
    const [length, first, step, instant, began] = runs.subarray(run) as unknown as [number, number, number, number, number] // prettier-ignore
    for (let end = i + length, next = first; i < end; i++, next += step) {
      series[i] = next
      at[i] = instant
      if (start) start[i] = began
    }
  }
  return { series, at, start }
}

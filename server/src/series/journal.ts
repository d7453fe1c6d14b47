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

export function encodeRows(batch: Rows[]): Buffer {
  return Buffer.concat(batch.flatMap(encodeColumns))
}

function encodeColumns({ series, at, start, value }: Rows): Buffer[] {
  const runs = runsOf(series, at, start)
  const kind = kindOf(value)
  const values = new kinds[kind]!(value)
  const head = Float64Array.of(at.length, runs.length / runDoubles, kind, start ? 1 : 0)
  const padding = new Uint8Array((8 - (values.byteLength % 8)) % 8)
  return [head, Float64Array.from(runs), values, padding].map((part) =>
    Buffer.from(part.buffer, part.byteOffset, part.byteLength),
  )
}

function runsOf(series: Uint32Array, at: Float64Array, start: Float64Array | null): number[] {
  const runs: number[] = []
  for (let i = 0; i < at.length;) {
    const [first, instant, began] = [series[i]!, at[i]!, start ? start[i]! : 0]
    const step = i + 1 < at.length ? series[i + 1]! - first : 0
    let end = i + 1
    while (end < at.length && at[end] === instant && (!start || start[end] === began) && series[end]! - series[end - 1]! === step) end++ // prettier-ignore
    runs.push(end - i, first, step, instant, began)
    i = end
  }
  return runs
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

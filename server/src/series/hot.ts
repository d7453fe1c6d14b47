/**
 * The newest samples: what is committed batch by batch and not yet packed. Each batch is one body on disk; all of them
 * are held here decoded, as columns over many series.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { noSamples, type Samples } from './samples.ts'

/** Columns of one length; `start` is null for gauges. */
export interface HotColumns {
  series: number[]
  at: number[]
  start: number[] | null
  value: number[]
}

/** What a batch brought, gauges and increments apart. */
export interface HotBatch {
  gauges: HotColumns
  increments: HotColumns
}

export const emptyBatch = (): HotBatch => ({
  gauges: { series: [], at: [], start: null, value: [] },
  increments: { series: [], at: [], start: [], value: [] },
})

/** Two counts, then all columns as doubles, deflated. */
export function encodeHot({ gauges, increments }: HotBatch): Buffer {
  const columns = [gauges, increments].flatMap(({ series, at, start, value }) => [
    series,
    at,
    start ?? [],
    value,
  ])
  const doubles = new Float64Array(2 + columns.reduce((sum, column) => sum + column.length, 0))
  doubles.set([gauges.at.length, increments.at.length])
  let position = 2
  for (const column of columns) {
    doubles.set(column, position)
    position += column.length
  }
  return deflateRawSync(new Uint8Array(doubles.buffer), { level: 1 })
}

export function decodeHot(body: Uint8Array): HotBatch {
  const bytes = inflateRawSync(body)
  const doubles = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  const [gauges = 0, increments = 0] = doubles
  let position = 2
  const take = (count: number) => Array.from(doubles.subarray(position, (position += count)))
  return {
    gauges: { series: take(gauges), at: take(gauges), start: null, value: take(gauges) },
    increments: {
      series: take(increments),
      at: take(increments),
      start: take(increments),
      value: take(increments),
    },
  }
}

export class HotSamples {
  #held = emptyBatch()
  #batches = 0

  /** Samples held. */
  get size(): number {
    return this.#held.gauges.at.length + this.#held.increments.at.length
  }

  get batches(): number {
    return this.#batches
  }

  add({ gauges, increments }: HotBatch): void {
    this.#batches++
    append(this.#held.gauges, gauges)
    append(this.#held.increments, increments)
  }

  clear(): void {
    this.#held = emptyBatch()
    this.#batches = 0
  }

  /** The samples of the series that are wanted, in the order they came. */
  collect(isWanted: (series: number) => boolean): Map<number, Samples> {
    const found = new Map<number, Samples>()
    for (const columns of [this.#held.gauges, this.#held.increments]) collectFrom(columns, isWanted, found)
    return found
  }
}

function append(to: HotColumns, from: HotColumns): void {
  for (let i = 0; i < from.at.length; i++) {
    to.series.push(from.series[i]!)
    to.at.push(from.at[i]!)
    if (from.start) to.start?.push(from.start[i]!)
    to.value.push(from.value[i]!)
  }
}

function collectFrom(
  columns: HotColumns,
  isWanted: (series: number) => boolean,
  found: Map<number, Samples>,
): void {
  const { series, at, start, value } = columns
  for (let i = 0; i < series.length; i++) {
    const id = series[i]!
    if (!isWanted(id)) continue
    let samples = found.get(id)
    if (!samples) found.set(id, (samples = noSamples(start !== null)))
    samples.at.push(at[i]!)
    if (start) samples.start?.push(start[i]!)
    samples.value.push(value[i]!)
  }
}

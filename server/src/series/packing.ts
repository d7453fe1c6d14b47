import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'
import { SharedBuffers } from './buffers.ts'
import { evenColumns, isIncrement, MalformedSamples, refuseImpossible } from './columns.ts'

/** Columns of a batch in one buffer that threads share. Entities are numbers by their `handle`. */
export interface PackedBatch {
  /** Entities not named before, in the order of their handles. */
  names: string[]
  columns: { metric: MetricName; count: number }[]
  /** For each of the columns at, start (increments only) and value as doubles, then the handles, padded to 8 octets; then anything. */
  buffer: SharedArrayBuffer
  /** What the columns take of it. */
  octets: number
}

/** One of a packed batch's columns; views into its buffer. */
export interface Column {
  metric: MetricName
  handles: Uint32Array
  at: Float64Array
  start: Float64Array | null
  value: Float64Array
}

const noHandle = 0xffff_ffff
const octetsOf = (metric: MetricName, count: number) =>
  count * 8 * (isIncrement(metric) ? 3 : 2) + Math.ceil(count / 2) * 8

/** Numbers entities as they are first named; what was named once travels as a number from then on. */
export class Packer {
  readonly #handles = new Map<string, number>()
  readonly #buffers = new SharedBuffers()

  /**
   * Metrics not known here, of a newer collector, are left out. Throws MalformedSamples, which names the column, when lengths
   * differ; what the values are is looked at by `unpack`. Whoever is done with what it gives says so.
   */
  pack(batch: SampleColumns[]): PackedBatch {
    const known = evenColumns(batch)
    const names: string[] = []
    const numbered = new Map<readonly string[], Uint32Array>()
    const octets = known.reduce((sum, { metric, atMs }) => sum + octetsOf(metric, atMs.length), 0)
    const views = new Views(this.#buffers.take(octets))
    for (const { metric, ids, entities, atMs, startMs, values } of known) {
      let handles = numbered.get(ids)
      if (!handles) numbered.set(ids, (handles = new Uint32Array(ids.length).fill(noHandle)))
      const column = views.next(metric, atMs.length)
      column.at.set(atMs)
      column.start?.set(startMs!)
      column.value.set(values)
      for (let i = 0; i < entities.length; i++) {
        const index = entities[i]!
        let handle = handles[index] ?? noHandle
        if (handle === noHandle && ids[index] !== undefined)
          handle = handles[index] = this.#handle(ids[index], names)
        column.handles[i] = handle
      }
    }
    return {
      names,
      columns: known.map(({ metric, atMs }) => ({ metric, count: atMs.length })),
      buffer: views.buffer,
      octets,
    }
  }

  done({ buffer }: PackedBatch): void {
    this.#buffers.giveBack(buffer)
  }

  #handle(name: string, names: string[]): number {
    let handle = this.#handles.get(name)
    if (handle === undefined) {
      this.#handles.set(name, (handle = this.#handles.size))
      names.push(name)
    }
    return handle
  }
}

/** Throws MalformedSamples, which names the column, when a value cannot be one. */
export function unpack({ columns, buffer }: PackedBatch): Column[] {
  const views = new Views(buffer)
  return columns.map(({ metric, count }) => {
    const column = views.next(metric, count)
    if (column.handles.includes(noHandle))
      throw new MalformedSamples(`${metric}: an entity is not among the ids`)
    refuseImpossible(metric, column.at, column.start, column.value)
    return column
  })
}

class Views {
  readonly buffer: SharedArrayBuffer
  #position = 0

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
  }

  next(metric: MetricName, count: number): Column {
    const [at, start, value] = [
      this.#doubles(count),
      isIncrement(metric) ? this.#doubles(count) : null,
      this.#doubles(count),
    ]
    const handles = new Uint32Array(this.buffer, this.#position, count)
    this.#position += Math.ceil(count / 2) * 8
    return { metric, handles, at, start, value }
  }

  #doubles(count: number): Float64Array {
    const view = new Float64Array(this.buffer, this.#position, count)
    this.#position += count * 8
    return view
  }
}

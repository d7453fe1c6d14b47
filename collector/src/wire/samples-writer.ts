import type { EntityRows } from '../recorder.ts'
import { joinBody, packRest, type Blocks, type MetricValues } from './body.ts'
import { packGroup } from './group.ts'
import { Spare } from './spare.ts'

/** What is kept of rows between batches: their octets, and within the open batch their number and latest blocks. */
interface Group {
  readonly packed: Uint8Array
  writer: SamplesWriter | null
  number: number
  gaugeBlock: number
  incrementBlock: number
}

const groupsOfRows = new WeakMap<EntityRows, Group>()

/** Gathers the samples of one batch. What is told of the same rows at the same instant shares all but its values. */
export class SamplesWriter {
  readonly #groups: Group[] = []
  readonly #blockGroups: number[] = []
  readonly #atMs: number[] = []
  readonly #startMs: number[] = []
  readonly #metrics = new Map<string, MetricColumn>()
  /** Values, those for none included. */
  size = 0
  fromMs = Infinity
  untilMs = -Infinity

  /** `values[i]` is of `rows.ids[i]`, and is copied; `startMs` NaN for gauges. */
  add(metric: string, rows: EntityRows, startMs: number, atMs: number, values: Float64Array): void {
    const count = rows.ids.length
    const at = Math.max(0, Math.round(atMs))
    const start = Math.max(0, Math.min(at, Math.round(startMs)))
    if (count === 0) return
    let column = this.#metrics.get(metric)
    if (!column) this.#metrics.set(metric, (column = new MetricColumn()))
    column.add(this.#block(this.#group(rows), start, at), values, count)
    this.size += count
  }

  /** A body that stands for itself. The writer is done with. */
  async pack(): Promise<Uint8Array> {
    const blocks: Blocks = {
      groups: Uint32Array.from(this.#blockGroups),
      atMs: Float64Array.from(this.#atMs),
      startMs: Float64Array.from(this.#startMs),
    }
    const metrics = Array.from(this.#metrics, ([metric, column]) => column.view(metric))
    const groups = this.#groups.map(({ packed }) => packed)
    for (const group of this.#groups) if (group.writer === this) group.writer = null // rows outlive batches
    const packing = packRest(blocks, metrics)
    for (const column of this.#metrics.values()) column.giveBack() // values are packed before anything is waited for
    return joinBody({ startsAnew: false, groups, rest: await packing })
  }

  #group(rows: EntityRows): Group {
    let group = groupsOfRows.get(rows)
    if (!group) {
      group = { packed: packGroup(rows.ids), writer: null, number: 0, gaugeBlock: -1, incrementBlock: -1 }
      groupsOfRows.set(rows, group)
    }
    if (group.writer !== this) {
      group.writer = this
      group.number = this.#groups.push(group) - 1
      group.gaugeBlock = group.incrementBlock = -1
    }
    return group
  }

  #block(group: Group, startMs: number, atMs: number): number {
    const isGauge = Number.isNaN(startMs)
    const latest = isGauge ? group.gaugeBlock : group.incrementBlock
    if (latest >= 0 && this.#atMs[latest] === atMs && (isGauge || this.#startMs[latest] === startMs))
      return latest
    const block = this.#blockGroups.push(group.number) - 1
    this.#atMs.push(atMs)
    this.#startMs.push(startMs)
    if (isGauge) group.gaugeBlock = block
    else group.incrementBlock = block
    const from = isGauge ? atMs : startMs
    if (from < this.fromMs) this.fromMs = from
    if (atMs > this.untilMs) this.untilMs = atMs
    return block
  }
}

const spare = new Spare<Float64Array>(() => new Float64Array(1024))

/** Blocks of one metric, ascending, and their values, growing. */
class MetricColumn {
  readonly #blocks: number[] = []
  #values = spare.take()
  #length = 0

  add(block: number, values: Float64Array, count: number): void {
    const end = this.#length + count
    if (end > this.#values.length) {
      const grown = new Float64Array(Math.max(end, this.#values.length * 2))
      grown.set(this.#values.subarray(0, this.#length))
      this.#values = grown
    }
    this.#values.set(values.length === count ? values : values.subarray(0, count), this.#length)
    this.#length = end
    this.#blocks.push(block)
  }

  view(metric: string): MetricValues {
    return {
      metric,
      blocks: Uint32Array.from(this.#blocks),
      values: this.#values.subarray(0, this.#length),
    }
  }

  giveBack(): void {
    spare.giveBack(this.#values)
  }
}

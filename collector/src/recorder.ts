import type { Fact, SampleColumns } from './contract.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'

/** Entities that are told of together, again and again: the same object each time, so that their names are looked up once a batch. */
export interface EntityRows {
  readonly ids: readonly string[]
}

/** Takes what was measured. Instants are UTC epoch ms. */
export interface Recorder {
  sample(metric: MetricName, entityId: string, atMs: number, value: number): void
  /** The counter grew by `value` from `startMs` to `atMs`. */
  increment(metric: MetricName, entityId: string, startMs: number, atMs: number, value: number): void
  /** The same instants for all rows; `values[i]` is of `rows.ids[i]`, NaN where nothing is known. */
  sampleRows(metric: MetricName, rows: EntityRows, atMs: number, values: Float64Array): void
  incrementRows(
    metric: MetricName,
    rows: EntityRows,
    startMs: number,
    atMs: number,
    values: Float64Array,
  ): void
  fact(fact: Fact): void
  /** What was just recorded matters now: a verdict changed. */
  flushSoon(): void
}

/** Samples of one metric as they grow; entities are told once by name, then by number. */
export class Columns {
  readonly #metric: string
  readonly #index = new Map<string, number>()
  readonly #columns: {
    ids: string[]
    entities: number[]
    atMs: number[]
    values: number[]
    startMs?: number[]
  } & SampleColumns

  constructor(metric: string) {
    this.#metric = metric
    this.#columns = { metric: this.#metric, ids: [], entities: [], atMs: [], values: [] }
  }

  add(entityId: string, atMs: number, value: number, startMs?: number): void {
    const { ids, entities, atMs: instants, values } = this.#columns
    let index = this.#index.get(entityId)
    if (index === undefined) {
      index = ids.push(entityId) - 1
      this.#index.set(entityId, index)
    }
    entities.push(index)
    instants.push(atMs)
    values.push(value)
    if (startMs !== undefined) (this.#columns.startMs ??= []).push(startMs)
  }

  take(): SampleColumns {
    return this.#columns
  }
}

import type { Fact } from './contract.ts'
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

/** Rows of one, the same object for the same entity. */
export class Singles {
  readonly #rows = new Map<string, EntityRows>()

  rows(entityId: string): EntityRows {
    let rows = this.#rows.get(entityId)
    if (!rows) {
      if (this.#rows.size >= mostSingles) this.#rows.clear() // entities come and go: those that are there come again
      this.#rows.set(entityId, (rows = { ids: [entityId] }))
    }
    return rows
  }
}

const mostSingles = 500_000

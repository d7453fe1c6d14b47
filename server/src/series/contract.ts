import type { Lane, SampleColumns } from '@zongheng/collector/contract.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'

/** Which batch of which stream: a batch is idempotent by it. */
export interface BatchMark {
  collectorId: string
  epoch: string
  lane: Lane
  seq: number
}

export interface SeriesKey {
  entity: string
  metric: MetricName
}

/** From (inclusive) to until (exclusive); epoch ms. */
export interface Period {
  from: number
  until: number
}

/** Every entity × every metric, in steps of `stepMs` from `from` (inclusive) to `until` (exclusive); epoch ms. */
export interface StepQuery extends Period {
  entities: string[]
  metrics: MetricName[]
  stepMs: number
}

/** One series in steps: columns of one length. Increments are rates per second. Null where nothing was measured. */
export interface Steps extends SeriesKey {
  atMs: number[]
  mean: (number | null)[]
  min: (number | null)[]
  max: (number | null)[]
}

/** What a counter grew by within a period, pro rata at its edges, and for how much of the period that is known. */
export interface Total {
  total: number
  coveredMs: number
}

export interface TotalQuery extends SeriesKey, Period {}

/** Samples as they were measured, in order of time; `startMs` only for increments. */
export interface RawSamples extends SeriesKey {
  atMs: number[]
  startMs?: number[]
  values: number[]
}

/** The newest sample of a series; of an increment its rate per second. */
export interface LastValue extends SeriesKey {
  atMs: number
  value: number
}

/** The `limit` highest of these entities by `by` over the period. Increments: rates per second, `total` the volume. */
export interface TopQuery extends Period {
  metric: MetricName
  entities: string[]
  by: 'mean' | 'max' | 'total'
  limit: number
}

export interface Ranked {
  entity: string
  value: number
}

/** What the store holds and what it is made for. */
export interface Capacity {
  series: number
  /** Beyond it, it gets slow or full; null: the store has no such bound of its own. */
  mostSeries: number | null
  bytes: number
  /** When samples older than this are only kept as roll-ups; the oldest sample there is. */
  oldestMs: number | null
}

/** Where samples are kept. One embedded, others (VictoriaMetrics, InfluxDB) by configuration. */
export interface SeriesStore {
  /** Commits a batch together with its mark, durably; false when that batch was committed before. Late samples are taken as any. */
  append(mark: BatchMark, columns: SampleColumns[]): Promise<boolean>
  read(query: StepQuery): Promise<Steps[]>
  total(query: TotalQuery): Promise<Total>
  /** Exact samples; an increment that overlaps the period's edge is given whole. */
  raw(keys: SeriesKey[], period: Period): Promise<RawSamples[]>
  /** One for each key that has a sample at or after `notBeforeMs`. */
  last(keys: SeriesKey[], notBeforeMs: number): Promise<LastValue[]>
  top(query: TopQuery): Promise<Ranked[]>
  /** Keys in a fixed order, `limit` of them after `after`. */
  keys(after: SeriesKey | null, limit: number): Promise<SeriesKey[]>
  capacity(): Promise<Capacity>
  close(): Promise<void>
}

/** Of a store elsewhere: its name, batches that wait for it, and since when it is away. */
export interface Outside {
  readonly outside: { name: string; waiting: number; awaySinceMs: number | null }
}

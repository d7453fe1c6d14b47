import type { Lane, SampleColumns } from '@zongheng/collector/contract.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'

/** Which batch of which stream: a batch is idempotent by it. */
export interface BatchMark {
  collectorId: string
  epoch: string
  lane: Lane
  seq: number
}

/** Every entity × every metric, in steps of `stepMs` from `from` (inclusive) to `until` (exclusive); epoch ms. */
export interface StepQuery {
  entities: string[]
  metrics: MetricName[]
  from: number
  until: number
  stepMs: number
}

/** One series in steps: columns of one length. Increments are rates per second. Null where nothing was measured. */
export interface Steps {
  entity: string
  metric: MetricName
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

export interface TotalQuery {
  entity: string
  metric: MetricName
  from: number
  until: number
}

/** Where samples are kept. One embedded, others (VictoriaMetrics, InfluxDB) by configuration. */
export interface SeriesStore {
  /** Commits a batch together with its mark, durably; false when that batch was committed before. */
  append(mark: BatchMark, columns: SampleColumns[]): Promise<boolean>
  read(query: StepQuery): Promise<Steps[]>
  total(query: TotalQuery): Promise<Total>
  close(): Promise<void>
}

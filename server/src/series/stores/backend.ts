import type { MetricName } from '@zongheng/inventory/metric.ts'
import type { Samples } from '../samples.ts'
import type { Capacity } from '../contract.ts'
import type { Thinned } from '../thin.ts'

/** Instants `after` (exclusive) to `until` (inclusive), epoch ms: an increment belongs to the instant at which it ends. */
export interface Reach {
  after: number
  until: number
}

export interface SamplesQuery extends Reach {
  metric: MetricName
  entities: string[]
}

/** Of gauges: mean, min and max. Of increments: those of their rates per second, `sum`, and `spanMs` it took. */
export type Figure = 'mean' | 'min' | 'max' | 'sum' | 'spanMs'

export type StepColumns = Omit<Thinned, 'atMs'>

export const noSteps = ({ after, until, stepMs }: Reach & { stepMs: number }): StepColumns => {
  const nothing = () => new Array<number | null>(Math.ceil((until - after) / stepMs)).fill(null)
  return { mean: nothing(), min: nothing(), max: nothing() }
}

export interface Newest {
  atMs: number
  value: number
  /** Of increments. */
  spanMs: number | null
}

/** What is wrong with how a store is set up, for whoever runs it. */
export interface Complaint {
  zh: string
  en: string
}

/**
 * What differs between the servers that can hold the series. A sample is one point of the measurement `zongheng_METRIC` with the
 * tag `entity` and the field `value`; an increment has `span` besides: the ms it took. Everything throws SeriesStoreAway.
 */
export interface Backend {
  readonly name: string
  /** Path and query of its endpoint for line protocol with timestamps in ms. */
  readonly writePath: string
  /** How long after a write a crash of the store may still lose it; 0: never. */
  readonly unsafeMs: number
  /** When the store was started, or null where that does not matter. */
  startedAt(): Promise<number | null>
  samples(query: SamplesQuery): Promise<Map<string, Samples>>
  /** The first increment that ends after `after`, a day at most. */
  firstAfter(metric: MetricName, entities: string[], after: number): Promise<Map<string, Samples>>
  /** Columns of a row each `stepMs` from `after` on; an increment counts wholly where it ends. */
  steps(query: SamplesQuery & { stepMs: number }): Promise<Map<string, StepColumns>>
  figure(figure: Figure, query: SamplesQuery): Promise<Map<string, number>>
  newest(query: SamplesQuery): Promise<Map<string, Newest>>
  /** In the order of their names. */
  entitiesOf(metric: MetricName): Promise<string[]>
  capacity(): Promise<Capacity>
  /** Looks whether it is there and made for this. */
  inspect(): Promise<Complaint[]>
  /** Everything that was written can be read afterwards. */
  settle(): Promise<void>
}

export const measurementPrefix = 'zongheng_'
export const measurementOf = (metric: MetricName) => `${measurementPrefix}${metric}`
/** Increments are no longer than this: so far beyond a period's end one is sought that reaches into it. */
export const longestIncrementMs = 86_400_000

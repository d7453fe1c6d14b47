import { metrics, type MetricName } from '@zongheng/inventory/metric.ts'
import { noSamples, inOrder, type Samples } from '../samples.ts'
import type { Capacity } from '../contract.ts'
import { SeriesStoreRefused } from './away.ts'
import {
  longestIncrementMs,
  measurementOf,
  measurementPrefix,
  noSteps,
  type Backend,
  type Complaint,
  type Figure,
  type Newest,
  type SamplesQuery,
  type StepColumns,
} from './backend.ts'
import { fewAtATime, linesIn, StoreHttp, type Form, type StoreAddress } from './http.ts'
import { flagComplaints } from './victoria-metrics-flags.ts'

/** Peaks of increments are looked for at samples this far apart at least, over long periods among 5-minute means. */
const finestMs = 30_000
const peakMeanMs = 300_000
const dayMs = 86_400_000
/** Of one subquery: -search.maxPointsPerTimeseries is 30,000 unless it is told otherwise. */
const mostPoints = 25_000

/** One line of `/api/v1/export`. */
interface Exported {
  metric: { __name__: string; entity: string }
  values: number[]
  timestamps: number[]
}

/** An answer of the query API; seconds and numbers as text. */
interface Found {
  data: {
    result: {
      metric: { entity: string }
      value: [number, string]
      values: [number, string][]
    }[]
  }
}

/** VictoriaMetrics, single node, from 1.79 on: written by line protocol, read by PromQL and its export. */
export class VictoriaMetrics implements Backend {
  readonly name = 'VictoriaMetrics'
  readonly writePath = '/api/v2/write?precision=ms'
  /** It keeps what is new in memory, and writes it to disk every 5 s. */
  readonly unsafeMs = 30_000
  readonly #http: StoreHttp

  constructor(address: StoreAddress) {
    this.#http = new StoreHttp(address)
  }

  startedAt(): Promise<number> {
    return this.#sumOf(/^vm_app_start_timestamp (\d+)/)
  }

  async samples({ metric, entities, after, until }: SamplesQuery): Promise<Map<string, Samples>> {
    const form = {
      'match[]': selector(`${measurementOf(metric)}_(value|span)`, entities),
      start: seconds(after + 1),
      end: seconds(until + exportSlackMs),
    }
    const columns = new Map<string, { value?: Exported; span?: Exported }>()
    if (until <= after) return new Map()
    for await (const line of linesIn(await this.#http.ask('/api/v1/export', form))) {
      const exported = JSON.parse(line) as Exported
      const { __name__, entity } = exported.metric
      const both = columns.get(entity) ?? {}
      both[__name__.endsWith('_span') ? 'span' : 'value'] = exported
      columns.set(entity, both)
    }
    const increments = metrics[metric].kind === 'increment'
    return new Map(Array.from(columns, ([entity, both]) => [entity, upTo(until, joined(both, increments))]))
  }

  async firstAfter(metric: MetricName, entities: string[], after: number): Promise<Map<string, Samples>> {
    const until = after + longestIncrementMs
    const [value, span] = fieldsOf(metric, entities)
    const window = `[${longestIncrementMs}ms]`
    const [values, spans, ends] = await Promise.all(
      [`first_over_time(${value}${window})`, `first_over_time(${span}${window})`, `tfirst_over_time(${value}${window})`] // prettier-ignore
        .map((query) => this.#instant(query, until)),
    )
    const found = new Map<string, Samples>()
    for (const [entity, end] of ends!) {
      const at = Math.round(end * 1000)
      const [grown, took] = [values!.get(entity), spans!.get(entity)]
      if (at > after && grown !== undefined && took !== undefined)
        found.set(entity, { at: [at], start: [at - took], value: [grown] })
    }
    return found
  }

  async steps(query: SamplesQuery & { stepMs: number }): Promise<Map<string, StepColumns>> {
    const { metric, after, until, stepMs } = query
    const count = Math.ceil((until - after) / stepMs)
    const fewest = Math.max(1, Math.floor((mostPoints * finestMs) / stepMs) - 1)
    const found = new Map<string, StepColumns>()
    for (const figure of ['mean', 'min', 'max'] as const) {
      const atOnce = figure === 'mean' || metrics[metric].kind === 'gauge' ? count : fewest
      for (let first = 0; first < count; first += atOnce)
        await this.#addSteps(found, figure, query, { first, end: Math.min(first + atOnce, count) })
    }
    return found
  }

  async #addSteps(
    found: Map<string, StepColumns>,
    figure: 'mean' | 'min' | 'max',
    query: SamplesQuery & { stepMs: number },
    { first, end }: { first: number; end: number },
  ): Promise<void> {
    const { after, stepMs } = query
    const form = {
      query: expression(figure, query, stepMs),
      start: seconds(after + (first + 1) * stepMs),
      end: seconds(after + end * stepMs),
      step: `${stepMs}ms`,
    }
    for (const { metric, values } of (await this.#query('/api/v1/query_range', form)).data.result) {
      const steps = found.get(metric.entity) ?? noSteps(query)
      for (const [second, text] of values)
        steps[figure][Math.round((second * 1000 - after) / stepMs) - 1] = Number(text)
      found.set(metric.entity, steps)
    }
  }

  figure(figure: Figure, query: SamplesQuery): Promise<Map<string, number>> {
    return this.#instant(expression(figure, query, query.until - query.after), query.until)
  }

  async newest({ metric, entities, after, until }: SamplesQuery): Promise<Map<string, Newest>> {
    const [value, span] = fieldsOf(metric, entities)
    const window = `[${until - after}ms]`
    const [values, ends, spans] = await Promise.all([
      this.#instant(`last_over_time(${value}${window})`, until),
      this.#instant(`tlast_over_time(${value}${window})`, until),
      metrics[metric].kind === 'increment' ? this.#instant(`last_over_time(${span}${window})`, until) : null,
    ])
    return new Map(
      Array.from(values, ([entity, last]) => [
        entity,
        { value: last, atMs: Math.round(ends.get(entity)! * 1000), spanMs: spans?.get(entity) ?? null },
      ]),
    )
  }

  async entitiesOf(metric: MetricName): Promise<string[]> {
    const entities = await this.#labels('entity', `{__name__="${measurementOf(metric)}_value"}`)
    if (entities.length >= mostListed)
      throw new SeriesStoreRefused(
        `${metric} has more series than VictoriaMetrics lists: raise -search.maxTagValues`,
      )
    return entities.sort()
  }

  async capacity(): Promise<Capacity> {
    const names = await this.#labels('__name__', everyValue)
    const counts = await fewAtATime(
      names,
      4,
      async (name) => (await this.#labels('entity', `{__name__="${name}"}`)).length,
    )
    return {
      series: counts.reduce((sum, count) => sum + count, 0),
      mostSeries: null,
      bytes: await this.#sumOf(/^vm_data_size_bytes\{[^}]*\} (\S+)/),
      oldestMs: await this.#oldest(),
    }
  }

  /** By its index of days: to look for the oldest sample would read all of them. */
  async #oldest(): Promise<number | null> {
    const end = Math.ceil(Date.now() / dayMs) * dayMs
    const months = Array.from({ length: monthsBack }, (_, i) => end - (i + 1) * monthMs)
    const withData = await fewAtATime(months, 4, (start) => this.#hasNames(start, monthMs))
    const oldest = months[withData.lastIndexOf(true)]
    if (oldest === undefined) return null
    for (let day = oldest; day < oldest + monthMs; day += dayMs)
      if (await this.#hasNames(day, dayMs)) return day
    return oldest
  }

  async #hasNames(fromMs: number, lengthMs: number): Promise<boolean> {
    const period = { start: seconds(fromMs), end: seconds(fromMs + lengthMs - 1) }
    return (await this.#labels('__name__', everyValue, period)).length > 0
  }

  async #labels(label: string, match: string, period: Form = {}): Promise<string[]> {
    const answer = await this.#http.ask(`/api/v1/label/${label}/values`, { 'match[]': match, ...period })
    return ((await answer.json()) as { data: string[] }).data
  }

  async inspect(): Promise<Complaint[]> {
    const flags = await (await this.#http.ask('/flags')).text()
    return flagComplaints(flags)
  }

  /** It answers a write before all of it was worked off: that is over when it counts no more rows. */
  async settle(): Promise<void> {
    for (let before = NaN; ;) {
      const rows = await this.#rowsTaken()
      if (rows === before) break
      before = rows
    }
    await this.#http.ask('/internal/force_flush')
  }

  #rowsTaken(): Promise<number> {
    return this.#sumOf(/^vm_rows_inserted_total\{type="influx"\} (\d+)/)
  }

  async #query(path: string, form: Form): Promise<Found> {
    // Its cache would hide what arrives late, and its latency offset what is new.
    const answer = await this.#http.ask(path, { ...form, nocache: 1 })
    return (await answer.json()) as Found
  }

  async #instant(query: string, atMs: number): Promise<Map<string, number>> {
    const { data } = await this.#query('/api/v1/query', { query, time: seconds(atMs) })
    return new Map(data.result.map(({ metric, value }) => [metric.entity, Number(value[1])]))
  }

  /** Of its own metrics. */
  async #sumOf(pattern: RegExp): Promise<number> {
    let sum = 0
    for await (const line of linesIn(await this.#http.ask('/metrics')))
      sum += Number(pattern.exec(line)?.[1] ?? 0)
    return sum
  }
}

/** It cuts off what is less than a millisecond, and the nearest double may be less. */
const seconds = (ms: number) => (ms + 0.5) / 1000
/** Seen with 1.79.5: of hundreds of series its export leaves out a sample at the very end of the period here and there. */
const exportSlackMs = 1000

function upTo(until: number, { at, start, value }: Samples): Samples {
  const count = at.findLastIndex((one) => one <= until) + 1
  return { at: at.slice(0, count), start: start?.slice(0, count) ?? null, value: value.slice(0, count) }
}

const everyValue = `{__name__=~"${measurementPrefix}.*_value"}`
const monthMs = 31 * dayMs
const monthsBack = 120

/** The default of `-search.maxTagValues`: longer lists are cut off without a word. */
const mostListed = 100_000

const selector = (namePattern: string, entities: string[]) =>
  `{__name__=~${JSON.stringify(namePattern)},entity=~${JSON.stringify(entities.map(literal).join('|'))}}`

/** As a regular expression of Go [RE2]. */
const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

const fieldsOf = (metric: MetricName, entities: string[]): [value: string, span: string] => {
  const chosen = `{entity=~${JSON.stringify(entities.map(literal).join('|'))}}`
  const name = measurementOf(metric)
  return [`${name}_value${chosen}`, `${name}_span${chosen}`]
}

function expression(figure: Figure, { metric, entities }: SamplesQuery, windowMs: number): string {
  const [value, span] = fieldsOf(metric, entities)
  const window = `[${windowMs}ms]`
  if (figure === 'sum') return `sum_over_time(${value}${window})`
  if (figure === 'spanMs') return `sum_over_time(${span}${window})`
  if (metrics[metric].kind === 'gauge')
    return `${{ mean: 'avg', min: 'min', max: 'max' }[figure]}_over_time(${value}${window})`
  if (figure === 'mean') return `1000 * sum_over_time(${value}${window}) / sum_over_time(${span}${window})`
  const rate =
    windowMs > dayMs
      ? `(1000 * sum_over_time(${value}[${peakMeanMs}ms]) / sum_over_time(${span}[${peakMeanMs}ms]))[${windowMs}ms:${peakMeanMs}ms]`
      : `(1000 * ${value} / ${span})[${windowMs}ms:${finestMs}ms]`
  return `${figure}_over_time(${rate})`
}

/** Value and span at the same instants; of an increment one without the other is no sample. */
function joined({ value, span }: { value?: Exported; span?: Exported }, increments: boolean): Samples {
  const samples = noSamples(increments)
  if (!value) return samples
  if (!increments) return inOrder({ at: value.timestamps, start: null, value: value.values })
  const spans = new Map(span?.timestamps.map((at, i) => [at, span.values[i]!]))
  value.timestamps.forEach((at, i) => {
    const took = spans.get(at)
    if (took === undefined) return
    samples.at.push(at)
    samples.start!.push(at - took)
    samples.value.push(value.values[i]!)
  })
  return inOrder(samples)
}

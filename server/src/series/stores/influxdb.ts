import { metrics, type MetricName } from '@zongheng/inventory/metric.ts'
import { inOrder, noSamples, type Samples } from '../samples.ts'
import type { Capacity } from '../contract.ts'
import { SeriesStoreAway, SeriesStoreRefused } from './away.ts'
import {
  longestIncrementMs,
  measurementOf,
  noSteps,
  type Backend,
  type Complaint,
  type Figure,
  type Newest,
  type SamplesQuery,
  type StepColumns,
} from './backend.ts'
import { linesIn, StoreHttp, type StoreAddress } from './http.ts'

/** Rows of one series: columns as they were asked for, `time` (epoch ms) first. */
interface Table {
  name: string
  tags?: { entity: string }
  columns: string[]
  values: (number | string | boolean | null)[][]
}

interface Chunk {
  error?: string
  results?: { error?: string; series?: Table[] }[]
}

/** InfluxDB 1.x, from 1.6 on: written by line protocol, read by InfluxQL. */
export class InfluxDB implements Backend {
  readonly name = 'InfluxDB'
  readonly writePath: string
  /** Its log is on the disk before it answers. */
  readonly unsafeMs = 0
  readonly #http: StoreHttp
  readonly #database: string

  constructor(address: StoreAddress) {
    this.#database = address.database
    this.writePath = `/write?db=${encodeURIComponent(address.database)}&precision=ms`
    this.#http = new StoreHttp(address)
  }

  async startedAt(): Promise<null> {
    return null
  }

  async samples(query: SamplesQuery): Promise<Map<string, Samples>> {
    const increments = metrics[query.metric].kind === 'increment'
    const fields = increments ? 'value, span' : 'value'
    const found = new Map<string, Samples>()
    for await (const { tags, values } of this.#tables(
      `SELECT ${fields} FROM ${where(query)} GROUP BY entity`,
    )) {
      const samples = found.get(tags!.entity) ?? noSamples(increments)
      for (const [at, value, span] of values as number[][]) {
        samples.at.push(at!)
        samples.start?.push(at! - span!)
        samples.value.push(value!)
      }
      found.set(tags!.entity, samples)
    }
    for (const [entity, samples] of found) found.set(entity, inOrder(samples))
    return found
  }

  async firstAfter(metric: MetricName, entities: string[], after: number): Promise<Map<string, Samples>> {
    const query = { metric, entities, after, until: after + longestIncrementMs }
    const found = new Map<string, Samples>()
    const select = `SELECT first(value), span FROM ${where(query)} GROUP BY entity`
    for await (const { tags, values } of this.#tables(select)) {
      const [at, value, span] = values[0] as number[]
      found.set(tags!.entity, { at: [at!], start: [at! - span!], value: [value!] })
    }
    return found
  }

  async steps(query: SamplesQuery & { stepMs: number }): Promise<Map<string, StepColumns>> {
    const { after, stepMs } = query
    const first = after + 1
    const columns = figures.map((figure) => `${expression(figure, query.metric)} AS ${figure}`).join(', ')
    const groups = `GROUP BY entity, time(${stepMs}ms, ${first % stepMs}ms) fill(none)`
    const found = new Map<string, StepColumns>()
    const select = `SELECT ${columns} FROM (${rates(query)}) WHERE ${within(query)} ${groups}`
    for await (const { tags, values } of this.#tables(select)) {
      const steps = found.get(tags!.entity) ?? noSteps(query)
      for (const [at, ...row] of values as number[][])
        figures.forEach((figure, i) => (steps[figure][Math.round((at! - first) / stepMs)] = row[i]!))
      found.set(tags!.entity, steps)
    }
    return found
  }

  async figure(figure: Figure, query: SamplesQuery): Promise<Map<string, number>> {
    const select = `SELECT ${expression(figure, query.metric)} FROM (${rates(query)}) WHERE ${within(query)} GROUP BY entity`
    const found = new Map<string, number>()
    for await (const { tags, values } of this.#tables(select))
      if (typeof values[0]?.[1] === 'number') found.set(tags!.entity, values[0][1])
    return found
  }

  async newest(query: SamplesQuery): Promise<Map<string, Newest>> {
    const increments = metrics[query.metric].kind === 'increment'
    const found = new Map<string, Newest>()
    const select = `SELECT last(value)${increments ? ', span' : ''} FROM ${where(query)} GROUP BY entity`
    for await (const { tags, values } of this.#tables(select)) {
      const [atMs, value, spanMs = null] = values[0] as number[]
      found.set(tags!.entity, { atMs: atMs!, value: value!, spanMs })
    }
    return found
  }

  async entitiesOf(metric: MetricName): Promise<string[]> {
    const entities: string[] = []
    for await (const { values } of this.#tables(
      `SHOW TAG VALUES FROM ${quoted(measurementOf(metric))} WITH KEY = entity`,
    ))
      // prettier-ignore
      for (const [, entity] of values) entities.push(String(entity))
    return entities.sort()
  }

  async capacity(): Promise<Capacity> {
    const stats = await this.#all(`SHOW STATS`)
    const own = (name: string) =>
      stats.filter(
        (table) =>
          table.name === name &&
          (table.tags as unknown as Record<string, string> | undefined)?.database === this.#database,
      )
    const config = (await this.#all('SHOW DIAGNOSTICS')).find(({ name }) => name === 'config-data')
    const bound = config ? cell(config, 'max-series-per-database') : 0
    return {
      series: own('database').reduce((sum, table) => sum + cell(table, 'numSeries'), 0),
      mostSeries: bound || null,
      bytes: own('shard').reduce((sum, table) => sum + cell(table, 'diskBytes'), 0),
      oldestMs: await this.#oldest(),
    }
  }

  /** By the oldest shard: to look for the oldest point would read all of them. */
  async #oldest(): Promise<number | null> {
    const shards = (await this.#all('SHOW SHARDS')).find(({ name }) => name === this.#database)
    const column = shards?.columns.indexOf('start_time') ?? -1
    const starts = shards?.values.map((row) => Date.parse(String(row[column]))) ?? []
    return starts.length > 0 ? Math.min(...starts) : null
  }

  async inspect(): Promise<Complaint[]> {
    const complaints: Complaint[] = []
    const policies = await this.#all(`SHOW RETENTION POLICIES ON ${quoted(this.#database)}`)
    const [policy] = policies.flatMap(
      (table) =>
      table.values.filter((row) => row[table.columns.indexOf('default')] === true).map((row) => row[table.columns.indexOf('duration')]), // prettier-ignore
    )
    if (policy === undefined)
      complaints.push({
        zh: `InfluxDB 中没有数据库 ${this.#database} 或其默认保留策略：CREATE DATABASE ${this.#database}`,
        en: `InfluxDB has no database ${this.#database} with a default retention policy: CREATE DATABASE ${this.#database}`,
      })
    else if (policy !== '0s' && hoursOf(String(policy)) < 400 * 24)
      complaints.push({
        zh: `InfluxDB 数据库 ${this.#database} 只保留 ${policy}：更早的数据会被丢弃`,
        en: `InfluxDB keeps the database ${this.#database} for ${policy} only: older data is dropped`,
      })
    const config = (await this.#all('SHOW DIAGNOSTICS')).find(({ name }) => name === 'config-data')
    const delay = config?.values[0]?.[config.columns.indexOf('wal-fsync-delay')]
    if (delay !== undefined && delay !== '0s')
      complaints.push({
        zh: `InfluxDB 的 wal-fsync-delay 为 ${delay}：崩溃时会丢失最近的数据，应为 0s`,
        en: `wal-fsync-delay of InfluxDB is ${delay}: a crash loses the newest data; it should be 0s`,
      })
    const perTag = config ? cell(config, 'max-values-per-tag') : 0
    if (perTag !== 0 && perTag < 1_000_000)
      complaints.push({
        zh: `InfluxDB 的 max-values-per-tag 为 ${perTag}：对象超过此数时数据会被拒绝，建议 0（不限）`,
        en: `max-values-per-tag of InfluxDB is ${perTag}: samples of more entities are refused; 0 (no bound) is advised`,
      })
    return complaints
  }

  async settle(): Promise<void> {}

  async #all(query: string): Promise<Table[]> {
    const tables: Table[] = []
    for await (const table of this.#tables(query)) tables.push(table)
    return tables
  }

  /** The answer piece by piece: a series can come in several. */
  async *#tables(query: string): AsyncGenerator<Table> {
    const form = { q: query, db: this.#database, epoch: 'ms', chunked: 'true', chunk_size: 10_000 }
    for await (const line of linesIn(await this.#http.ask('/query', form))) {
      const { error, results = [] } = JSON.parse(line) as Chunk
      for (const result of [{ error }, ...results]) {
        if (result.error !== undefined) throw failureOf(result.error)
        if ('series' in result)
          for (const table of result.series ?? []) yield { ...table, values: table.values ?? [] }
      }
    }
  }
}

const figures = ['mean', 'min', 'max'] as const

const failureOf = (reason: string) =>
  /^database not found|timeout|hinted handoff|engine is closed/i.test(reason)
    ? new SeriesStoreAway(reason)
    : new SeriesStoreRefused(reason)

const quoted = (identifier: string) => `"${identifier.replace(/["\\]/g, '\\$&')}"`
/** As a regular expression of Go between slashes. */
const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

const within = ({ after, until }: SamplesQuery) => `time > ${after}ms AND time <= ${until}ms`
const where = (query: SamplesQuery) =>
  `${quoted(measurementOf(query.metric))} WHERE entity =~ /^(${query.entities.map(literal).join('|')})$/ AND ${within(query)}`

/** Samples with their rate per second as `r`. */
const rates = (query: SamplesQuery) =>
  metrics[query.metric].kind === 'increment'
    ? `SELECT value AS v, span AS s, value / span * 1000 AS r FROM ${where(query)} GROUP BY entity`
    : `SELECT value AS r FROM ${where(query)} GROUP BY entity`

function expression(figure: Figure, metric: MetricName): string {
  if (figure === 'sum') return 'sum(v)'
  if (figure === 'spanMs') return 'sum(s)'
  if (figure === 'mean' && metrics[metric].kind === 'increment') return 'sum(v) / sum(s) * 1000'
  return `${figure}(r)`
}

const cell = ({ columns, values }: Table, column: string) => Number(values[0]?.[columns.indexOf(column)] ?? 0)

/** `168h0m0s` */
const hoursOf = (duration: string) => Number(/^(\d+)h/.exec(duration)?.[1] ?? 0)

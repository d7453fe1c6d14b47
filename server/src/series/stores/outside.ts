import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { metrics, type MetricName } from '@zongheng/inventory/metric.ts'
import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import { knownColumns } from '../columns.ts'
import { concat, inOrder, noSamples, type Samples } from '../samples.ts'
import type {
  BatchMark,
  Capacity,
  LastValue,
  Outside,
  Period,
  Ranked,
  RawSamples,
  SeriesKey,
  SeriesStore,
  StepQuery,
  Steps,
  TopQuery,
  Total,
  TotalQuery,
} from '../contract.ts'
import { thin, totalOf } from '../thin.ts'
import type { Backend, Reach, SamplesQuery } from './backend.ts'
import { Forwarder } from './forwarder.ts'
import { fewAtATime, type StoreAddress } from './http.ts'
import { linesOf } from './lines.ts'
import { Outbox } from './outbox.ts'
import { LineWriter } from './writer.ts'

/** In one selection: the servers bound a query's length. */
const entitiesAtOnce = 200
const queriesAtOnce = 4
/** Above so many samples, long steps are left to the store; an increment counts wholly where it ends then. */
const mostExact = 500_000
const leastCoarseMs = 600_000
const usualIntervalMs = 60_000
/** Volumes of longer periods are added up by the store, but for the edges. */
const longTotalMs = 40 * 86_400_000

export interface OutsideOptions {
  address: StoreAddress
  outboxPath: string
  mostWaitingBytes?: number
  clock: Clock
  log: Log
}

/**
 * Series kept by another server. A batch is committed to an outbox on our own disk together with its mark, and carried on from
 * there: while the store is away, measuring and judging go on until the outbox is full. Reads throw SeriesStoreAway meanwhile.
 */
export class OutsideSeries implements SeriesStore, Outside {
  readonly #backend: Backend
  readonly #outbox: Outbox
  readonly #forwarder: Forwarder
  readonly #clock: Clock
  readonly #log: Log
  #listed: { metric: MetricName; entities: string[] } | null = null

  constructor(backend: Backend, { address, outboxPath, mostWaitingBytes, clock, log }: OutsideOptions) {
    const writer = new LineWriter(address, backend.writePath)
    this.#backend = backend
    this.#clock = clock
    this.#log = log
    this.#outbox = new Outbox(
      outboxPath,
      mostWaitingBytes === undefined ? {} : { mostBytes: mostWaitingBytes },
    )
    const write = (lines: string[]) => writer.write(lines)
    this.#forwarder = new Forwarder({ backend, outbox: this.#outbox, write, clock, log })
  }

  async append(mark: BatchMark, columns: SampleColumns[]): Promise<boolean> {
    const isNew = this.#outbox.put(mark, linesOf(knownColumns(columns)))
    if (isNew) this.#forwarder.wake()
    return isNew
  }

  get outside() {
    return {
      name: this.#backend.name,
      waiting: this.#outbox.waiting,
      awaySinceMs: this.#forwarder.awaySince,
    }
  }

  /** Once everything that was appended was taken by the store. */
  sent(): Promise<void> {
    return this.#forwarder.settled()
  }

  /** Once everything that was appended can be read: for copying and tests. */
  async settle(): Promise<void> {
    await this.sent()
    await this.#backend.settle()
  }

  /** Says in the log what is wrong with how the store is set up; never throws. */
  async tellComplaints(): Promise<void> {
    const { name } = this.#backend
    try {
      for (const { en } of await this.#backend.inspect()) this.#log.error(en)
    } catch (err) {
      this.#log.warn({ err }, `${name} could not be looked at`)
    }
  }

  async read({ entities, metrics: names, from, until, stepMs }: StepQuery): Promise<Steps[]> {
    const samples = (entities.length * names.length * (until - from)) / usualIntervalMs
    const isCoarse = stepMs >= leastCoarseMs && samples > mostExact
    const byMetric = new Map<MetricName, Map<string, Omit<Steps, keyof SeriesKey>>>()
    for (const metric of names) {
      const query = { metric, entities, from, until, stepMs }
      byMetric.set(metric, await (isCoarse ? this.#coarse(query) : this.#exact(query)))
    }
    return entities.flatMap((entity) =>
      names.map((metric) => ({ entity, metric, ...byMetric.get(metric)!.get(entity)! })),
    )
  }

  async #exact({ metric, entities, from, until, stepMs }: OneMetric & { stepMs: number }) {
    const found = await this.#overlapping({ metric, entities, from, until })
    const none = noSamples(isIncrement(metric))
    return new Map(entities.map((entity) => [entity, thin(found.get(entity) ?? none, from, until, stepMs)]))
  }

  async #coarse({ metric, entities, from, until, stepMs }: OneMetric & { stepMs: number }) {
    const query = { metric, entities, ...reachOf(metric, { from, until }), stepMs }
    const atMs = Array.from({ length: Math.ceil((until - from) / stepMs) }, (_, i) => from + i * stepMs)
    const nothing = () => atMs.map(() => null)
    const found = await this.#inChunks(query, (chunk) => this.#backend.steps({ ...query, ...chunk }))
    return new Map(
      entities.map((entity) => [
        entity,
        { atMs, ...(found.get(entity) ?? { mean: nothing(), min: nothing(), max: nothing() }) },
      ]),
    )
  }

  async total({ entity, metric, from, until }: TotalQuery): Promise<Total> {
    const one = { metric, entities: [entity] }
    const nothing = noSamples(isIncrement(metric))
    const over = async (period: Period) =>
      totalOf(
        (await this.#overlapping({ ...one, ...period })).get(entity) ?? nothing,
        period.from,
        period.until,
      )
    if (until - from <= longTotalMs || !isIncrement(metric)) return over({ from, until })
    // An hour's samples at each edge pro rata; between them whole increments, less what the edges have of them.
    const [first, last] = [from + edgeMs, until - edgeMs]
    const middle = { ...one, after: first, until: last }
    const [head, tail, sum, span, atFirst, atLast] = await Promise.all([
      over({ from, until: first }),
      over({ from: last, until }),
      this.#backend.figure('sum', middle),
      this.#backend.figure('spanMs', middle),
      this.#backend.firstAfter(metric, [entity], first),
      this.#backend.firstAfter(metric, [entity], last),
    ])
    const before = totalOf(atFirst.get(entity) ?? nothing, -Infinity, first)
    const beyond = totalOf(atLast.get(entity) ?? nothing, -Infinity, last)
    const coveredMs =
      head.coveredMs + tail.coveredMs + (span.get(entity) ?? 0) - before.coveredMs + beyond.coveredMs
    return {
      total: head.total + tail.total + (sum.get(entity) ?? 0) - before.total + beyond.total,
      // The store counts time twice that increments share.
      coveredMs: Math.min(coveredMs, until - from),
    }
  }

  async raw(keys: SeriesKey[], period: Period): Promise<RawSamples[]> {
    const found = await this.#byKey(keys, (metric, entities) =>
      this.#overlapping({ metric, entities, ...period }),
    )
    return keys.map((key, i) => {
      const { at, start, value } = found[i] ?? noSamples(isIncrement(key.metric))
      return { ...key, atMs: at, ...(start ? { startMs: start } : {}), values: value }
    })
  }

  async last(keys: SeriesKey[], notBeforeMs: number): Promise<LastValue[]> {
    const reach = { after: notBeforeMs - 1, until: Math.max(this.#clock(), notBeforeMs) + futureMs }
    const found = await this.#byKey(keys, (metric, entities) =>
      this.#inChunks({ metric, entities, ...reach }, (chunk) => this.#backend.newest(chunk)),
    )
    return keys.flatMap((key, i) => {
      const newest = found[i]
      if (!newest) return []
      const { atMs, value, spanMs } = newest
      if (!isIncrement(key.metric)) return [{ ...key, atMs, value }]
      return spanMs ? [{ ...key, atMs, value: (value / spanMs) * 1000 }] : []
    })
  }

  async top({ metric, entities, from, until, by, limit }: TopQuery): Promise<Ranked[]> {
    const figure = by === 'total' ? 'sum' : by
    const query = { metric, entities, ...reachOf(metric, { from, until }) }
    const found = await this.#inChunks(query, (chunk) => this.#backend.figure(figure, chunk))
    return Array.from(found, ([entity, value]) => ({ entity, value }))
      .sort((a, b) => b.value - a.value || (a.entity < b.entity ? -1 : 1))
      .slice(0, limit)
  }

  async keys(after: SeriesKey | null, limit: number): Promise<SeriesKey[]> {
    const keys: SeriesKey[] = []
    for (const metric of names) {
      if (after && metric < after.metric) continue
      const entities = await this.#entitiesOf(metric, after !== null)
      for (const entity of entities) {
        if (after?.metric === metric && entity <= after.entity) continue
        if (keys.push({ entity, metric }) === limit) return keys
      }
    }
    return keys
  }

  /** A page after another needs no new list. */
  async #entitiesOf(metric: MetricName, isSame: boolean): Promise<string[]> {
    if (!isSame || this.#listed?.metric !== metric)
      this.#listed = { metric, entities: await this.#backend.entitiesOf(metric) }
    return this.#listed.entities
  }

  capacity(): Promise<Capacity> {
    return this.#backend.capacity()
  }

  async close(): Promise<void> {
    await this.#forwarder.stop()
    this.#outbox.close()
  }

  /** Samples within the period; increments also when they only overlap it. */
  async #overlapping({ metric, entities, from, until }: OneMetric): Promise<Map<string, Samples>> {
    const query = { metric, entities, ...reachOf(metric, { from, until }) }
    const found = await this.#inChunks(query, (chunk) => this.#backend.samples(chunk))
    if (!isIncrement(metric) || until > this.#clock() + futureMs) return found
    const next = await this.#inChunks(query, (chunk) =>
      this.#backend.firstAfter(metric, chunk.entities, until),
    )
    for (const [entity, samples] of next)
      if (samples.start![0]! < until)
        found.set(entity, inOrder(concat([found.get(entity) ?? noSamples(true), samples], true)))
    return found
  }

  async #inChunks<T>(
    query: SamplesQuery,
    ask: (query: SamplesQuery) => Promise<Map<string, T>>,
  ): Promise<Map<string, T>> {
    const { entities } = query
    const chunks: string[][] = []
    for (let i = 0; i < entities.length; i += entitiesAtOnce)
      chunks.push(entities.slice(i, i + entitiesAtOnce))
    const answers = await fewAtATime(chunks, queriesAtOnce, (some) => ask({ ...query, entities: some }))
    return answers[0] && answers.length === 1 ? answers[0] : new Map(answers.flatMap((answer) => [...answer]))
  }

  /** One answer per key, in their order. */
  async #byKey<T>(
    keys: SeriesKey[],
    ask: (metric: MetricName, entities: string[]) => Promise<Map<string, T>>,
  ): Promise<(T | undefined)[]> {
    const asked = Array.from(Map.groupBy(keys, (key) => key.metric))
    const answers = await fewAtATime(asked, queriesAtOnce, async ([metric, some]) => {
      return [metric, await ask(metric, [...new Set(some.map((key) => key.entity))])] as const
    })
    const byMetric = new Map(answers)
    return keys.map(({ entity, metric }) => byMetric.get(metric)?.get(entity))
  }
}

interface OneMetric extends Period {
  metric: MetricName
  entities: string[]
}

const names = (Object.keys(metrics) as MetricName[]).sort()
const edgeMs = 3_600_000
/** A collector's clock may be ahead of ours by so much. */
const futureMs = 3_600_000

const isIncrement = (metric: MetricName) => metrics[metric].kind === 'increment'

/** A gauge belongs to the step that begins at its instant, an increment to the one that ends there. */
const reachOf = (metric: MetricName, { from, until }: Period): Reach =>
  isIncrement(metric) ? { after: from, until } : { after: from - 1, until: until - 1 }

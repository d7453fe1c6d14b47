/** What a Prometheus server scrapes: names, help and where each figure comes from. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { CollectorSight, SelfSight } from './sight.ts'

const requestBucketsS = [0.005, 0.025, 0.1, 0.5, 2.5, 10]

type Labelled = { labels: Record<string, string>; value: number }
type Figures = number | Labelled[]
interface Source {
  name: string
  help: string
  labels?: string[]
  read: (sight: SelfSight) => Figures | Promise<Figures>
}

/** The default metrics watch the event loop and the garbage collector: from the first scrape on. */
export class Exposition {
  readonly #registry = new Registry()
  readonly #sight: SelfSight
  readonly #requests: Histogram<'method' | 'route' | 'status'>
  #isWatching = false

  constructor(sight: SelfSight) {
    this.#sight = sight
    const registers = [this.#registry]
    this.#requests = new Histogram({
      name: 'zongheng_http_request_duration_seconds',
      help: 'Requests answered, by route and class of status',
      labelNames: ['method', 'route', 'status'],
      buckets: requestBucketsS,
      registers,
    })
    for (const source of counters) this.#add(new Counter({ ...described(source), registers }), source)
    for (const source of gauges) this.#add(new Gauge({ ...described(source), registers }), source)
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  answered(method: string, route: string, status: number, tookMs: number): void {
    this.#requests.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, tookMs / 1000)
  }

  async text(): Promise<string> {
    if (!this.#isWatching) collectDefaultMetrics({ register: this.#registry })
    this.#isWatching = true
    return this.#registry.metrics()
  }

  /** Read at each scrape. */
  #add(metric: Counter | Gauge, { read }: Source): void {
    const sight = this.#sight
    Object.assign(metric, {
      async collect() {
        const figures = await read(sight)
        metric.reset()
        if (typeof figures === 'number') metric.inc(figures)
        else for (const { labels, value } of figures) metric.inc(labels, value)
      },
    })
  }
}

const described = ({ name, help, labels = [] }: Source) => ({ name, help, labelNames: labels })

const by = (label: string, values: Record<string, number>): Labelled[] =>
  Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }))

const ofCollectors =
  (figure: (health: CollectorSight) => number | null | undefined) =>
  ({ collectors }: SelfSight): Labelled[] =>
    collectors().flatMap((one) => {
      const value = figure(one)
      return value == null ? [] : [{ labels: { collector: one.name, id: one.id }, value }]
    })

const perCollector = ['collector', 'id']

const counters: Source[] = [
  {
    name: 'zongheng_batches_total',
    help: 'Batches of collectors that were committed',
    labels: ['lane'],
    read: ({ measures }) => by('lane', measures.batches),
  },
  { name: 'zongheng_samples_total', help: 'Samples in them', read: ({ measures }) => measures.samples },
  {
    name: 'zongheng_commit_failures_total',
    help: 'Batches and judgements that could not be committed',
    read: ({ measures }) => measures.failedCommits,
  },
  {
    name: 'zongheng_judgements_total',
    help: 'Times that all states were judged',
    read: ({ measures }) => measures.judgements,
  },
  {
    name: 'zongheng_judging_seconds_total',
    help: 'Time that took, with its commits',
    read: ({ measures }) => measures.judgingMs / 1000,
  },
  {
    name: 'zongheng_notify_failures_total',
    help: 'Steps of alarms of which people could not be told at first',
    read: (sight) => sight.notifyFailures(),
  },
]

const gauges: Source[] = [
  {
    name: 'zongheng_decided_timestamp_seconds',
    help: 'When states were judged last; 0: never',
    read: ({ measures }) => (measures.decidedAtMs ?? 0) / 1000,
  },
  {
    name: 'zongheng_alarms_firing',
    help: 'Root alarms that are firing',
    labels: ['severity'],
    read: async (sight) => by('severity', await sight.rootAlarms()),
  },
  {
    name: 'zongheng_incidents_open',
    help: 'Incidents neither resolved nor closed',
    read: (sight) => sight.openIncidents(),
  },
  {
    name: 'zongheng_sockets',
    help: 'Connections of consoles and collectors',
    read: (sight) => sight.sockets(),
  },
  {
    name: 'zongheng_series',
    help: 'Series in the store',
    read: async (sight) => (await sight.capacity()).series,
  },
  {
    name: 'zongheng_series_limit',
    help: 'Series that the store is made for; 0: no bound of its own',
    read: async (sight) => (await sight.capacity()).mostSeries ?? 0,
  },
  {
    name: 'zongheng_series_bytes',
    help: 'Size of the series store',
    read: async (sight) => (await sight.capacity()).bytes,
  },
  {
    name: 'zongheng_database_bytes',
    help: 'Size of the main database',
    read: (sight) => sight.databaseBytes(),
  },
  {
    name: 'zongheng_collector_up',
    help: 'Whether the collector gave a sign within 45 s',
    labels: perCollector,
    read: ofCollectors(({ isAway }) => (isAway ? 0 : 1)),
  },
  {
    name: 'zongheng_collector_lag_seconds',
    help: 'How far behind its schedule its latest poll began',
    labels: perCollector,
    read: ofCollectors(({ health }) => health && health.lagMs / 1000),
  },
  {
    name: 'zongheng_collector_on_time_ratio',
    help: "Share of its last minute's polls that began in their place",
    labels: perCollector,
    read: ofCollectors(({ health }) => (health?.onTimePercent == null ? null : health.onTimePercent / 100)),
  },
  {
    name: 'zongheng_collector_spool_bytes',
    help: 'What it holds that was not acknowledged',
    labels: perCollector,
    read: ofCollectors(({ health }) => health?.spooledBytes),
  },
  {
    name: 'zongheng_collector_faults',
    help: 'Faults that it tells of',
    labels: perCollector,
    read: ofCollectors(({ health }) => health?.faults?.length),
  },
]

import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { monthBounds, officeCalendar, dateOf, monthOf, startOfDate } from '@zongheng/inventory/calendar.ts'
import { kindOfId } from '@zongheng/inventory/id.ts'
import { metrics, type MetricName } from '@zongheng/inventory/metric.ts'
import { nextDate } from '@zongheng/inventory/zone.ts'
import type { Readable } from 'node:stream'
import type { Static } from 'typebox'
import type { Clock } from '../clock.ts'
import type { Language } from '../http/problem-messages.ts'
import { notFound, unprocessable } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import { seriesReader, type SeriesReader } from './answering.ts'
import { percentileOf, volumeOf } from './billing.ts'
import { csvOf } from './csv.ts'
import { knownMetric, refuseMore, refusePeriod, stepOf } from './limits.ts'
import type {
  LastAnswer,
  LastQuery,
  Percentile,
  PercentileQuery,
  Series,
  SeriesFileQuery,
  SeriesQuery,
  SeriesStatus,
  Ranking,
  TopQuery,
  VolumeAnswer,
  VolumeQuery,
} from './schema.ts'
import type { BatchMark, Outside, Period, SeriesStore, Steps, Total } from './contract.ts'
import { scaled, shownOf, shownVolumeOf, type Shown } from './units.ts'

type Scope = Pick<Viewer, 'regionPaths'>
export type RankedKind = NonNullable<Static<typeof TopQuery>['of']>
type Candidate = { id: string; trafficId: string } & Omit<
  Ranking['items'][number],
  'entityId' | 'measuredId' | 'value'
>

/** What the series ask of the estate: who may see what, what it is called, and in what a sensor counts. */
export interface MeasuredEntities {
  visible(viewer: Scope, entityIds: string[]): Promise<Set<string>>
  unitsOfSensors(sensorIds: string[]): Promise<Map<string, string>>
  namesOf(entityIds: string[]): Promise<Map<string, string>>
  /** Those of a kind that the viewer sees; `trafficId` carries the series of what an interface counts. */
  measured(viewer: Scope, kind: RankedKind, regionId: string | null): Promise<Candidate[]>
  /** The interface that counts a circuit's traffic, or the id itself. */
  trafficOf(entityId: string): Promise<string>
}

export interface SeriesDeps {
  store: SeriesStore & Partial<Outside>
  entities: MeasuredEntities
  clock: Clock
  timezone: string
}

/** Steps of all series of one answer together; in a file that is streamed, cells. */
const mostSteps = 200_000
const mostCells = 5_000_000
const usualRows = 2000
const mostRanked = 20_000
const mostPeriods = 400
const recentMs = 3_600_000

export class SeriesService {
  readonly #deps: SeriesDeps
  readonly #reader: SeriesReader

  constructor(deps: SeriesDeps) {
    this.#deps = deps
    this.#reader = seriesReader(deps.store)
  }

  /** Commits a batch durably; false when it was committed before. Throws MalformedSamples. */
  append(mark: BatchMark, columns: SampleColumns[]): Promise<boolean> {
    return this.#deps.store.append(mark, columns)
  }

  /** What an interface's counter grew by, exactly, and for how much of the period that is known. */
  volume(entity: string, metric: MetricName, from: number, until: number): Promise<Total> {
    return this.#reader.total({ entity, metric, from, until })
  }

  /** Series for a chart; an entity that the viewer may not see does not exist. */
  async read(viewer: Scope, request: Static<typeof SeriesQuery>): Promise<Series[]> {
    const { entity: entities, from, until, points = 300 } = request
    refusePeriod(from, until)
    const names = request.metric.map(knownMetric)
    await this.#refuseHidden(viewer, entities)
    const stepMs = stepOf(until - from, Math.min(points, mostSteps / (entities.length * names.length)))
    const aligned = { from: Math.floor(from / stepMs) * stepMs, until, stepMs }
    const shown = await this.#shown(entities)
    const series = await this.#reader.read({ entities, metrics: names, ...aligned })
    return series.map((steps) => seriesView(steps, stepMs, shown(steps.entity, steps.metric)))
  }

  /** The same as a file, streamed. */
  async csv(viewer: Scope, request: Static<typeof SeriesFileQuery>, language: Language): Promise<Readable> {
    const { entity: entities, from, until, stepS } = request
    refusePeriod(from, until)
    const names = request.metric.map(knownMetric)
    await this.#refuseHidden(viewer, entities)
    const stepMs = stepS === undefined ? stepOf(until - from, usualRows) : stepS * 1000
    const cells = Math.ceil((until - from) / stepMs) * entities.length * names.length
    refuseMore(cells, mostCells, { zh: '数据点数', en: 'values' })
    const [shown, called] = [await this.#shown(entities), await this.#deps.entities.namesOf(entities)]
    const query = { entities, metrics: names, from: Math.floor(from / stepMs) * stepMs, until, stepMs }
    return csvOf(this.#reader, {
      query,
      timeZone: this.#deps.timezone,
      language,
      nameOf: (entity) => called.get(entity) ?? entity,
      shownOf: ({ entity, metric }) => shown(entity, metric),
    })
  }

  async last(viewer: Scope, request: Static<typeof LastQuery>): Promise<Static<typeof LastAnswer>['items']> {
    const { entity: entities, sinceMs = this.#deps.clock() - recentMs } = request
    const names = request.metric.map(knownMetric)
    await this.#refuseHidden(viewer, entities)
    const shown = await this.#shown(entities)
    const keys = entities.flatMap((entity) => names.map((metric) => ({ entity, metric })))
    return (await this.#reader.last(keys, sinceMs)).map(({ entity, metric, atMs, value }) => {
      const { unit, factor } = shown(entity, metric)
      return { entityId: entity, metric, unit, atMs, value: value * factor }
    })
  }

  /** The highest of what the viewer sees. */
  async top(viewer: Scope, request: Static<typeof TopQuery>): Promise<Ranking> {
    const { from, until, by = 'mean', limit = 10, regionId = null } = request
    refusePeriod(from, until)
    const metric = knownMetric(request.metric)
    const kind = rankedKind(metric, request.of, by)
    const candidates = await this.#deps.entities.measured(viewer, kind, regionId)
    refuseMore(candidates.length, mostRanked, { zh: '对象数', en: 'entities' })
    const carrier = metrics[metric].entity === 'interface' ? 'trafficId' : 'id'
    const byMeasured = new Map(candidates.map((candidate) => [candidate[carrier], candidate]))
    const query = { metric, entities: [...byMeasured.keys()], by, limit, from, until }
    const ranked = query.entities.length > 0 ? await this.#reader.top(query) : []
    const { unit, factor } = by === 'total' ? shownVolumeOf(metric) : shownOf(metric)
    const items = ranked.map(({ entity, value }) => {
      const { id, trafficId: _, ...facts } = byMeasured.get(entity)!
      return { entityId: id, measuredId: entity, ...facts, value: value * factor }
    })
    return { unit, items }
  }

  /** What an interface, or a circuit, carried; period by period. */
  async volumes(viewer: Scope, request: Static<typeof VolumeQuery>): Promise<Static<typeof VolumeAnswer>> {
    const { entity, from, until, per = 'period' } = request
    refusePeriod(from, until)
    const measuredId = await this.#trafficOf(viewer, entity)
    const periods =
      per === 'period' ? [{ from, until }] : [...calendarPeriods({ from, until }, per, this.#deps.timezone)]
    refuseMore(periods.length, mostPeriods, { zh: '时段数', en: 'periods' })
    const items = []
    for (const period of periods) items.push(await volumeOf(this.#reader, measuredId, period))
    return { entityId: entity, items }
  }

  async percentile(viewer: Scope, request: Static<typeof PercentileQuery>): Promise<Percentile> {
    const { entity, month, hours = 'all', percentile = 95 } = request
    const { timezone, clock } = this.#deps
    const period = monthBounds(month, timezone)
    const measuredId = await this.#trafficOf(viewer, entity)
    const calendar = hours === 'working' ? officeCalendar(timezone) : null
    const asked = { entity: measuredId, ...period, percentile, calendar, nowMs: clock() }
    return { entityId: entity, ...period, percentile, hours, ...(await percentileOf(this.#reader, asked)) }
  }

  async status(): Promise<SeriesStatus> {
    const { store } = this.#deps
    const { name, waiting, awaySinceMs } = store.outside ?? {
      name: 'embedded',
      waiting: 0,
      awaySinceMs: null,
    }
    return { store: name, ...(await this.#reader.capacity()), waitingBatches: waiting, awaySinceMs }
  }

  close(): Promise<void> {
    return this.#deps.store.close()
  }

  async #refuseHidden(viewer: Scope, ids: string[]): Promise<void> {
    const visible = await this.#deps.entities.visible(viewer, ids)
    if (ids.some((id) => !visible.has(id))) throw notFound('entity')
  }

  async #trafficOf(viewer: Scope, entity: string): Promise<string> {
    await this.#refuseHidden(viewer, [entity])
    const measuredId = await this.#deps.entities.trafficOf(entity)
    if (kindOfId(measuredId) === 'interface') return measuredId
    throw unprocessable('no-traffic', undefined, [
      { path: '/querystring/entity', code: 'kind', message: 'must be an interface or a circuit' },
    ])
  }

  async #shown(entities: string[]): Promise<(entity: string, metric: MetricName) => Shown> {
    const units = await this.#deps.entities.unitsOfSensors(entities.filter((id) => kindOfId(id) === 'sensor'))
    return (entity, metric) => shownOf(metric, units.get(entity))
  }
}

function seriesView({ entity, metric, atMs, ...columns }: Steps, stepMs: number, shown: Shown): Series {
  const [mean, min, max] = [columns.mean, columns.min, columns.max].map((column) => scaled(column, shown))
  return { entityId: entity, metric, unit: shown.unit, stepMs, atMs, mean: mean!, min: min!, max: max! }
}

const rankedKinds: readonly string[] = ['device', 'interface', 'circuit', 'sensor'] satisfies RankedKind[]

/** What carries the metric, unless an interface's is asked of circuits. */
function rankedKind(metric: MetricName, of: RankedKind | undefined, by: string): RankedKind {
  const { entity, kind } = metrics[metric]
  const fits = of === undefined || of === entity || (of === 'circuit' && entity === 'interface')
  if (fits && rankedKinds.includes(entity) && (by !== 'total' || kind === 'increment'))
    return of ?? (entity as RankedKind)
  throw unprocessable('not-ranked', undefined, [
    { path: '/querystring/metric', code: 'rank', message: `${metric} cannot be ranked so` },
  ])
}

/** The installation's days or months that lie in a period, cut at its edges. */
function* calendarPeriods(
  { from, until }: Period,
  per: 'day' | 'month',
  timeZone: string,
): Generator<Period> {
  for (let start = from; start < until;) {
    const end =
      per === 'month'
        ? monthBounds(monthOf(start, timeZone), timeZone).until
        : startOfDate(nextDate(dateOf(start, timeZone)), timeZone)
    yield { from: start, until: Math.min(end, until) }
    start = end
  }
}

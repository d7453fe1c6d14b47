import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { kindOfId } from '@zongheng/inventory/id.ts'
import { isMetric, metrics, type MetricName } from '@zongheng/inventory/metric.ts'
import { notFound, unprocessable } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Series } from './schema.ts'
import type { BatchMark, SeriesStore, Steps, Total } from './store.ts'

/** What the series ask of the estate: who may see what, and in what a sensor counts. */
export interface MeasuredEntities {
  visible(viewer: Pick<Viewer, 'regionPaths'>, entityIds: string[]): Promise<Set<string>>
  unitsOfSensors(sensorIds: string[]): Promise<Map<string, string>>
}

export interface SeriesRequest {
  entity: string[]
  metric: string[]
  from: number
  until: number
  points?: number
}

/** Steps are whole seconds; a finer one would show the probing's rhythm, not the line. */
const leastStepMs = 1000
const longestMs = 400 * 24 * 3_600_000
/** Steps of all series of one answer together. */
const mostSteps = 200_000

export class SeriesService {
  readonly #store: SeriesStore
  readonly #entities: MeasuredEntities

  constructor(store: SeriesStore, entities: MeasuredEntities) {
    this.#store = store
    this.#entities = entities
  }

  /** Commits a batch durably; false when it was committed before. Throws MalformedSamples. */
  append(mark: BatchMark, columns: SampleColumns[]): Promise<boolean> {
    return this.#store.append(mark, columns)
  }

  /** What an interface's counter grew by, exactly, and for how much of the period that is known. */
  volume(entity: string, metric: MetricName, from: number, until: number): Promise<Total> {
    return this.#store.total({ entity, metric, from, until })
  }

  /** Series for a chart; an entity that the viewer may not see does not exist. */
  async read(viewer: Pick<Viewer, 'regionPaths'>, request: SeriesRequest): Promise<Series[]> {
    const { entity: entities, from, until, points = 300 } = request
    refusePeriod(from, until)
    const names = request.metric.map(knownMetric)
    const visible = await this.#entities.visible(viewer, entities)
    if (entities.some((id) => !visible.has(id))) throw notFound('entity')
    const stepMs = stepOf(until - from, Math.min(points, mostSteps / (entities.length * names.length)))
    const aligned = { from: Math.floor(from / stepMs) * stepMs, until, stepMs }
    const units = await this.#entities.unitsOfSensors(entities.filter((id) => kindOfId(id) === 'sensor'))
    const series = await this.#store.read({ entities, metrics: names, ...aligned })
    return series.map((steps) => seriesView(steps, stepMs, units.get(steps.entity)))
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}

const stepOf = (lengthMs: number, points: number) =>
  Math.max(leastStepMs, Math.ceil(lengthMs / points / 1000) * 1000)

function knownMetric(name: string, i: number): MetricName {
  if (isMetric(name)) return name
  throw unprocessable('unknown-metric', undefined, [
    { path: `/querystring/metric/${i}`, code: 'enum', message: `no metric is called ${name}` },
  ])
}

function refusePeriod(from: number, until: number): void {
  if (from < until && until - from <= longestMs) return
  const message = 'must be after from, by 400 days at most'
  throw unprocessable('bad-period', undefined, [{ path: '/querystring/until', code: 'period', message }])
}

const bitsPerOctet = 8
const rateUnits = { octets: 'bit/s', packets: '1/s' } as const

/** Octets per second are shown as bit/s, the unit lines are rented in. */
function seriesView(
  { entity, metric, atMs, mean, min, max }: Steps,
  stepMs: number,
  sensorUnit = '',
): Series {
  const { unit } = metrics[metric]
  const scaled =
    unit === 'octets'
      ? (column: (number | null)[]) => column.map((v) => v && v * bitsPerOctet)
      : (column: (number | null)[]) => column
  return {
    entityId: entity,
    metric,
    unit: unit === 'octets' || unit === 'packets' ? rateUnits[unit] : unit === 'sensor' ? sensorUnit : unit,
    stepMs,
    atMs,
    mean: scaled(mean),
    min: scaled(min),
    max: scaled(max),
  }
}

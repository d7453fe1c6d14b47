/** What a collector is asked about, and therefore may speak of: the one place that says it. */
import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { isMetric, metrics, type MetricName } from '@zongheng/inventory/metric.ts'
import type { CheckModel, CheckPointModel, CircuitModel, DeviceModel, EstateModel } from '../estate/model.ts'

/** `routed`: circuits whose routing neighbour it reads, whoever probes their legs. */
type Carrier = (typeof metrics)[MetricName]['entity'] | 'routed'
/** Ids by what carries a metric. */
export type Own = Record<Carrier, ReadonlySet<string>>

/** A clock that is wrong by more is no clock; a spool that is older was thinned long ago. */
const aheadAtMostMs = 5 * 60_000
const agedAtMostMs = 366 * 24 * 3_600_000

export const devicesOf = ({ devices }: EstateModel, collectorId: string): DeviceModel[] =>
  [...devices.values()].filter((device) => device.collectorId === collectorId)

/** A leg is probed by the collector of its lower end. */
export const legsOf = ({ circuits, devices }: EstateModel, collectorId: string): CircuitModel[] =>
  [...circuits.values()].filter(
    ({ leg, z }) => leg !== null && devices.get(z.deviceId)?.collectorId === collectorId,
  )

/** The device that is asked for the routing neighbour across a circuit: the upper one, which answers when the line does not. */
export function routerOf({ a, z, leg }: CircuitModel, { devices }: EstateModel): DeviceModel | null {
  if (!leg) return null
  const isAsked = (device: DeviceModel | undefined) =>
    device?.collectorId != null && device.snmpCredentialId !== null
  return [devices.get(a.deviceId), devices.get(z.deviceId)].find(isAsked) ?? null
}

const routedBy = (model: EstateModel, collectorId: string): CircuitModel[] =>
  [...model.circuits.values()].filter((circuit) => routerOf(circuit, model)?.collectorId === collectorId)

/** Checks that are on, with the point of this collector. */
export const checksOf = (
  { checks }: EstateModel,
  collectorId: string,
): { check: CheckModel; point: CheckPointModel }[] =>
  [...checks.values()].flatMap((check) =>
    !check.isEnabled
      ? []
      : check.points.filter((point) => point.collectorId === collectorId).map((point) => ({ check, point })),
  )

const known = new WeakMap<EstateModel, Map<string, Own>>()

/** Reckoned once for each estate. */
export function ownOf(model: EstateModel, collectorId: string): Own {
  let byCollector = known.get(model)
  if (!byCollector) known.set(model, (byCollector = new Map()))
  let own = byCollector.get(collectorId)
  if (!own) byCollector.set(collectorId, (own = reckon(model, collectorId)))
  return own
}

function reckon(model: EstateModel, collectorId: string): Own {
  const devices = devicesOf(model, collectorId)
  const ids = (items: { id: string }[]) => new Set(items.map(({ id }) => id))
  return {
    device: ids(devices),
    interface: ids(devices.flatMap(({ interfaces }) => interfaces)),
    sensor: ids(devices.flatMap(({ sensors }) => sensors)),
    circuit: ids(legsOf(model, collectorId)),
    routed: ids(routedBy(model, collectorId)),
    check: ids(checksOf(model, collectorId).map(({ point }) => point)),
    collector: new Set([collectorId]),
  }
}

export interface Kept {
  columns: SampleColumns[]
  /** Values about what is not its own, or at an instant that cannot be. */
  dropped: number
}

const carrierOf = (metric: MetricName): Carrier =>
  metric === 'neighbourState' ? 'routed' : metrics[metric].entity

/** Of these samples, those that this collector may speak of. Metrics of a newer one are left out. */
export function keepOwn(batch: SampleColumns[], own: Own, nowMs: number): Kept {
  const kept: Kept = { columns: [], dropped: 0 }
  for (const columns of batch) {
    const count = columns.atMs.length
    const { metric } = columns
    const rows = isMetric(metric) ? ownRows(columns, own[carrierOf(metric)], nowMs) : []
    if (!rows) kept.columns.push(columns)
    else if (rows.length > 0) kept.columns.push(pick(columns, rows))
    kept.dropped += rows ? count - rows.length : 0
  }
  return kept
}

/** The rows that are kept; null when all of them are. */
function ownRows(
  { ids, entities, atMs, startMs }: SampleColumns,
  own: ReadonlySet<string>,
  nowMs: number,
): number[] | null {
  const marks = ownMarks(ids, own)
  const oldest = nowMs - agedAtMostMs
  const newest = nowMs + aheadAtMostMs
  let rows: number[] | null = null
  for (let row = 0; row < atMs.length; row++) {
    const at = atMs[row]!
    const entity = entities[row]!
    if (marks[entity] === unknown) marks[entity] = own.has(ids[entity]!) ? mine : foreign
    const isKept =
      marks[entity] === mine && at <= newest && at >= oldest && !(startMs && startMs[row]! < oldest)
    if (!isKept) rows ??= Array.from({ length: row }, (_, i) => i)
    else rows?.push(row)
  }
  return rows
}

const [unknown, mine, foreign] = [0, 1, 2]
const marksOfIds = new WeakMap<readonly string[], WeakMap<ReadonlySet<string>, Uint8Array>>()

/** What is known of the ids of a connection, as long as both the ids and what is its own are the same. */
function ownMarks(ids: readonly string[], own: ReadonlySet<string>): Uint8Array {
  let ofIds = marksOfIds.get(ids)
  if (!ofIds) marksOfIds.set(ids, (ofIds = new WeakMap()))
  let marks = ofIds.get(own)
  if (marks && marks.length >= ids.length) return marks
  const grown = new Uint8Array(ids.length + (marks ? ids.length : 0))
  grown.set(marks ?? [])
  ofIds.set(own, (marks = grown))
  return marks
}

function pick(
  { metric, ids, entities, atMs, startMs, values }: SampleColumns,
  rows: number[],
): SampleColumns {
  const of = (column: ArrayLike<number>) => Float64Array.from(rows, (row) => column[row]!)
  return {
    metric,
    ids,
    entities: Uint32Array.from(rows, (row) => entities[row]!),
    atMs: of(atMs),
    ...(startMs ? { startMs: of(startMs) } : {}),
    values: of(values),
  }
}

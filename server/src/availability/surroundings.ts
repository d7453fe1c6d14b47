/** What else was seen around outages, read at once for many circuits. */
import { upsKeys } from '@zongheng/inventory/sensor.ts'
import type { AlarmSpan } from '../alarms/overlapping.ts'
import type { CircuitModel, DeviceModel, EstateModel } from '../estate/model.ts'
import type { StatefulType } from '../events.ts'
import type { Period, Span } from '../state/availability.ts'
import { lookbackMs, settleMs, type Ends, type Surroundings } from './cause.ts'

/** Where the signs come from. */
export interface SignSources {
  spansOf(type: StatefulType, ids: readonly string[], period: Period): Promise<Map<string, Span[]>>
  mainsLost(period: Period): Promise<AlarmSpan[]>
  /** When these sensors of a UPS said battery. */
  batteryReadings(sensorIds: string[], period: Period): Promise<Map<string, number[]>>
}

const nothing: Surroundings = { mainsLost: new Map(), onBattery: new Map(), histories: new Map() }

/** Ends of circuits, with the UPS that stand there. */
export class EndsBook {
  readonly #model: EstateModel
  readonly #upsAt: Map<string, DeviceModel[]>

  constructor(model: EstateModel) {
    this.#model = model
    const all = [...model.devices.values()].filter(({ role }) => role === 'ups')
    this.#upsAt = Map.groupBy(all, ({ siteId }) => siteId)
  }

  of({ a, z }: CircuitModel): Ends {
    const deviceIds = [a.deviceId, z.deviceId]
    const siteIds = [...new Set(deviceIds.flatMap((id) => this.#model.devices.get(id)?.siteId ?? []))]
    const upsIds = siteIds.flatMap((id) => this.#upsAt.get(id) ?? []).map(({ id }) => id)
    return { siteIds, deviceIds, upsIds }
  }

  /** The sensors that tell what a UPS runs on. */
  sourceSensors(upsId: string): string[] {
    const sensors = this.#model.devices.get(upsId)?.sensors ?? []
    return sensors.filter(({ key }) => key === upsKeys.outputSource).map(({ id }) => id)
  }
}

/** Begins of outages at these ends: the earliest and the latest. */
export interface Asked {
  ends: readonly Ends[]
  begins: readonly number[]
}

export async function lookAround(
  { ends, begins }: Asked,
  book: EndsBook,
  sources: SignSources,
): Promise<Surroundings> {
  if (begins.length === 0) return nothing
  const [first, last] = begins.reduce(([a, b], at) => [Math.min(a, at), Math.max(b, at)], [Infinity, 0])
  const period = { fromMs: first - lookbackMs, untilMs: last + settleMs }
  const ids = (of: keyof Ends) => [...new Set(ends.flatMap((one) => one[of]))]
  const [sites, devices, mains] = await Promise.all([
    sources.spansOf('site', ids('siteIds'), period),
    sources.spansOf('device', [...ids('deviceIds'), ...ids('upsIds')], period),
    sources.mainsLost(period),
  ])
  const mainsLost = Map.groupBy(
    mains.map((one) => ({ ...one, untilMs: one.untilMs ?? Infinity })),
    ({ entityId }) => entityId,
  )
  const onBattery = await batteryPeriods(ends, begins, { book, sources, devices, mainsLost })
  return { mainsLost, onBattery, histories: new Map([...sites, ...devices]) }
}

interface Known {
  book: EndsBook
  sources: SignSources
  devices: ReadonlyMap<string, Span[]>
  mainsLost: ReadonlyMap<string, readonly Period[]>
}

/**
 * Late evidence raises no alarm of lost mains: what a UPS measured says it. Only those are asked that were not well then, and at
 * whose sites no alarm tells it already.
 */
async function batteryPeriods(
  ends: readonly Ends[],
  begins: readonly number[],
  { book, sources, devices, mainsLost }: Known,
): Promise<Map<string, Period[]>> {
  const asked = new Set<string>()
  for (const { siteIds, upsIds } of ends)
    if (!siteIds.some((id) => mainsLost.has(id)))
      for (const id of upsIds) if (devices.get(id)?.some(({ state }) => state === 'degraded')) asked.add(id)
  const upsOf = new Map([...asked].flatMap((id) => book.sourceSensors(id).map((sensor) => [sensor, id] as const))) // prettier-ignore
  const found = new Map<string, Period[]>()
  if (upsOf.size === 0) return found
  for (const period of clusters(begins))
    for (const [sensor, times] of await sources.batteryReadings([...upsOf.keys()], period)) {
      const upsId = upsOf.get(sensor)!
      const told = times.map((atMs) => ({ fromMs: atMs, untilMs: atMs + 1 }))
      found.set(upsId, [...(found.get(upsId) ?? []), ...told])
    }
  return found
}

/** Looking back from each of these, without reading anything twice. */
function clusters(begins: readonly number[]): Period[] {
  const periods: Period[] = []
  for (const at of [...begins].sort((a, b) => a - b)) {
    const last = periods.at(-1)
    if (last && at - lookbackMs <= last.untilMs) last.untilMs = at
    else periods.push({ fromMs: at - lookbackMs, untilMs: at })
  }
  return periods
}

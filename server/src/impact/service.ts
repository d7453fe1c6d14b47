import { impactOf, type Detour } from '@zongheng/inventory/causes.ts'
import type { Clock } from '../clock.ts'
import type { CircuitModel, EstateModel } from '../estate/model.ts'
import { decodeCursor, encodeCursor, type PageOf } from '../http/paging.ts'
import type { StateService } from '../state/service.ts'
import { sitesOf } from '../state/estate-topology.ts'
import { failingOf } from './failing.ts'
import type { BusyLoad } from './load.ts'
import { Places, type Scope } from './places.ts'
import type { ImpactAnswer, TakenOver, WeakPoint, WeakPointQuery } from './schema.ts'
import { inOrder, weakPointsOf } from './weak-points.ts'

/** A business service that would be hit. */
export interface HitService {
  id: string
  name: string
  regionId: string
}

export interface ImpactDeps {
  state: Pick<StateService, 'judge' | 'model' | 'activeCircuitOf' | 'circuit'>
  clock: Clock
  busy: Pick<BusyLoad, 'of'>
  /** Services that would be down without these sites, devices, links and circuits. */
  servicesHit?: (entityIds: ReadonlySet<string>) => HitService[]
}

const mostItems = 500
/** Of the rented bandwidth: above this a line drops what it is given. */
const fullPercent = 100

/** What would be, if: from the estate and from what has failed by now. Changes nothing. */
export class ImpactService {
  readonly #deps: ImpactDeps
  #weak: { model: EstateModel; points: WeakPoint[] } | undefined

  constructor(deps: ImpactDeps) {
    this.#deps = deps
  }

  async whatIf(viewer: Scope, ids: readonly string[]): Promise<ImpactAnswer> {
    const { state } = this.#deps
    const { model } = state
    const { graph, failed } = state.judge.faults
    const places = new Places(model, viewer)
    const failing = failingOf(ids, model, places)
    const impact = impactOf({
      graph,
      failed,
      roots: graph.roots(sitesOf(model.collectors.values())),
      failing: failing.flatMap(({ parts }) => parts.map((id) => graph.vertex(id))).filter((v) => v >= 0),
      carrying: (linkId) => state.activeCircuitOf(linkId),
    })
    const [sites, devices] = [impact.cutSites, impact.cutDevices].map((list) => list.map((v) => graph.ids[v]!)) as [string[], string[]] // prettier-ignore
    const seesLink = (id: string) => places.seesLink(model.links.get(id))
    const linkRef = (id: string) => ({ id, name: model.links.get(id)!.name })
    const services = this.#deps.servicesHit?.(new Set([...sites, ...devices, ...impact.lostLinks])) ?? []
    const takenOver = await this.#takenOver(impact.detours)
    return {
      failing: failing.map(({ type, id, name }) => ({ type, id, name })),
      sites: seen(sites, (id) => places.seesSite(id), (id) => siteView(id, model)),
      devices: {
        total: devices.filter((id) => places.seesDevice(id)).length,
        outside: devices.filter((id) => !places.seesDevice(id)).length,
      },
      services: seen(services, ({ regionId }) => places.seesRegion(regionId), ({ id, name }) => ({ id, name })),
      lostLinks: seen(impact.lostLinks, seesLink, linkRef),
      bareLinks: seen(impact.bareLinks, seesLink, linkRef),
      takenOver: seen(takenOver, ({ link }) => seesLink(link.id), (one) => one),
    } // prettier-ignore
  }

  /** Single points of failure, of what the viewer may see; how much each cuts off is told whole. */
  weakPoints(viewer: Scope, query: WeakPointQuery): PageOf<WeakPoint> {
    const { model } = this.#deps.state
    const { limit = 50, cursor, type, regionId } = query
    const places = new Places(model, viewer)
    const after = cursor === undefined ? null : decodeCursor(cursor, 2)
    const last = after && { sites: Number(after[0]), id: String(after[1]) }
    const isWithin = (id: string | null) =>
      regionId === undefined || (model.regions.get(id ?? '')?.path.includes(`/${regionId}/`) ?? false)
    const found = this.#allWeakPoints().filter(
      (point) =>
        (type === undefined || point.type === type) &&
        (last === null || inOrder(last, point) < 0) &&
        (point.regionId === null
          ? places.seesCarrier(point.id)
          : isWithin(point.regionId) && sees(places, point)),
    )
    const items = found.slice(0, limit)
    const end = found.length > limit ? items.at(-1) : undefined
    return { items, next: end ? encodeCursor([end.sites, end.id]) : null }
  }

  /** Found once for each estate. */
  #allWeakPoints(): WeakPoint[] {
    const { model, judge } = this.#deps.state
    if (this.#weak?.model !== model) {
      const { graph } = judge.faults
      this.#weak = {
        model,
        points: weakPointsOf(model, graph, graph.roots(sitesOf(model.collectors.values()))),
      }
    }
    return this.#weak.points
  }

  /** What the lines that stand in would carry, fullest first. */
  async #takenOver(detours: readonly Detour[]): Promise<TakenOver[]> {
    const { state, busy, clock } = this.#deps
    const { circuits, links } = state.model
    const involved = [...new Set(detours.flatMap(({ from, over }) => [from, ...over]))]
    const known = involved.flatMap((id) => circuits.get(id) ?? [])
    const p95 = await busy.of(known.map(({ a }) => a.interfaceId), clock()) // prettier-ignore
    const loadOf = (circuit: CircuitModel | undefined) =>
      (circuit && (p95.get(circuit.a.interfaceId) ?? this.#lastBps(circuit.id))) ?? 0
    const added = new Map<string, number>()
    for (const { from, over } of detours)
      for (const id of over) added.set(id, (added.get(id) ?? 0) + loadOf(circuits.get(from)))
    return [...added]
      .flatMap(([id, addedBps]): TakenOver[] => {
        const circuit = circuits.get(id)
        const link = links.get(circuit?.linkId ?? '')
        if (!circuit || !link) return []
        const { number, bandwidthBps } = circuit
        const ownBps = loadOf(circuit)
        const percent = (100 * (ownBps + addedBps)) / bandwidthBps
        const basis = p95.has(circuit.a.interfaceId) ? 'p95' : 'last'
        const isOverloaded = percent > fullPercent
        const ref = { id: link.id, name: link.name }
        return [
          { circuitId: id, number, link: ref, ownBps, addedBps, bandwidthBps, percent, isOverloaded, basis },
        ]
      })
      .sort((a, b) => b.percent - a.percent || (a.circuitId < b.circuitId ? -1 : 1))
  }

  #lastBps(circuitId: string): number {
    const { inBps = null, outBps = null } = this.#deps.state.circuit(circuitId) ?? {}
    return Math.max(inBps ?? 0, outBps ?? 0)
  }
}

const sees = (places: Places, { type, id }: WeakPoint) =>
  type === 'circuit'
    ? places.seesCircuit(id)
    : type === 'device'
      ? places.seesDevice(id)
      : places.seesSite(id)

const siteView = (id: string, { sites }: EstateModel) => {
  const { name, regionId } = sites.get(id)!
  return { id, name, regionId }
}

function seen<T, V>(all: readonly T[], isSeen: (one: T) => boolean, view: (one: T) => V) {
  const visible = all.filter(isSeen)
  return {
    items: visible.slice(0, mostItems).map(view),
    total: visible.length,
    outside: all.length - visible.length,
  }
}

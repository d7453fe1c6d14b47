import { impactOf, weakPoints, type EstateGraph } from '@zongheng/inventory/causes.ts'
import type { EstateModel } from '../estate/model.ts'
import type { WeakPoint } from './schema.ts'

/**
 * Single points of failure of the estate as it is built, whatever has failed just now: sites, devices, circuits; and carriers, whose
 * circuits would all fail together, also where that only leaves links without a backup. Those that cut off the most first.
 * O(estate × carriers).
 */
export function weakPointsOf(model: EstateModel, graph: EstateGraph, roots: readonly number[]): WeakPoint[] {
  const points = weakPoints(graph, roots).flatMap(({ vertex, sites }) =>
    pointOf(graph.ids[vertex]!, sites, model),
  )
  return [...points, ...carriersOf(model, graph, roots)].sort(inOrder)
}

export const inOrder = (a: Pick<WeakPoint, 'sites' | 'id'>, b: Pick<WeakPoint, 'sites' | 'id'>) =>
  b.sites - a.sites || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

function pointOf(id: string, sites: number, model: EstateModel): WeakPoint[] {
  const ref = (one: { id: string; name: string } | undefined) => (one ? { id: one.id, name: one.name } : null)
  const [site, device, circuit] = [model.sites.get(id), model.devices.get(id), model.circuits.get(id)]
  if (site)
    return [{ type: 'site', id, name: site.name, of: null, regionId: site.regionId, sites, bareLinks: 0 }]
  if (device) {
    const { name, regionId, siteId } = device
    return [{ type: 'device', id, name, of: ref(model.sites.get(siteId)), regionId, sites, bareLinks: 0 }]
  }
  const link = model.links.get(circuit?.linkId ?? '')
  if (!circuit || !link) return []
  return [
    {
      type: 'circuit',
      id,
      name: circuit.number,
      of: ref(link),
      regionId: link.regionId,
      sites,
      bareLinks: 0,
    },
  ]
}

function carriersOf(model: EstateModel, graph: EstateGraph, roots: readonly number[]): WeakPoint[] {
  const failed = new Uint8Array(graph.size)
  const rented = Map.groupBy(model.circuits.values(), ({ carrierId }) => carrierId)
  return [...rented].flatMap(([id, circuits]): WeakPoint[] => {
    const failing = circuits.map((circuit) => graph.vertex(circuit.id)).filter((v) => v >= 0)
    const impact = impactOf({ graph, failed, roots, failing, carrying: () => null })
    const [sites, bareLinks] = [impact.cutSites.length, impact.bareLinks.length]
    if (!sites && !bareLinks) return []
    return [{ type: 'carrier', id, name: circuits[0]!.carrier, of: null, regionId: null, sites, bareLinks }]
  })
}

import { Topology } from '@zongheng/inventory/topology.ts'
import type { EstateModel, LinkModel } from './model.ts'

interface Named {
  id: string
  name: string
}

/** The lower site, every site below it, and the devices at all of them. */
export function belowLink(model: EstateModel, link: LinkModel): { sites: Named[]; devices: Named[] } {
  const sites = topologyOf(model).sitesBelow(link.id)
  const within = new Set(sites)
  const devices = [...model.devices.values()].filter((device) => within.has(device.siteId))
  return {
    sites: sites.map((id) => named(model.sites, id)),
    devices: devices.map(({ id, name }) => ({ id, name })),
  }
}

/** The estate as a graph, seen from where its collectors stand. */
export function topologyOf(model: EstateModel): Topology {
  const links = [...model.links.values()].map((link) => ({
    ...link,
    circuits: link.circuits.map(({ id, a, z }) => ({ id, aDeviceId: a.deviceId, zDeviceId: z.deviceId })),
  }))
  const roots = [...model.collectors.values()].flatMap((collector) => collector.siteId ?? [])
  return new Topology(links, roots)
}

const named = (of: ReadonlyMap<string, Named>, id: string): Named => ({ id, name: of.get(id)?.name ?? '' })

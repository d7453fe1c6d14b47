/** The facts of a link that an incident or a page needs, from the estate in memory. */
import type { Access } from '@zongheng/inventory/access.ts'
import type { CircuitRole } from '@zongheng/inventory/circuit.ts'
import { Topology } from '@zongheng/inventory/topology.ts'
import type { CircuitEndModel, EstateModel, LinkModel } from './model.ts'

interface Named {
  id: string
  name: string
}

export interface DescribedCircuit {
  id: string
  role: CircuitRole
  number: string
  carrier: string
  hotline: string | null
  access: Access
  bandwidthBps: number
  a: { device: Named; ifName: string }
  z: { device: Named; ifName: string }
}

export interface DescribedLink {
  id: string
  name: string
  regionId: string
  upperSite: Named
  lowerSite: Named
  /** Primary first. */
  circuits: DescribedCircuit[]
  /** The lower site and everything that hangs below it by links. */
  below: { sites: Named[]; devices: Named[] }
}

export function describeLink(model: EstateModel, linkId: string): DescribedLink | undefined {
  const link = model.links.get(linkId)
  if (!link) return undefined
  return {
    id: link.id,
    name: link.name,
    regionId: link.regionId,
    upperSite: named(model.sites, link.upperSiteId),
    lowerSite: named(model.sites, link.lowerSiteId),
    circuits: link.circuits.map(({ id, role, number, carrier, hotline, access, bandwidthBps, a, z }) => {
      return { id, role, number, carrier, hotline, access, bandwidthBps, a: end(model, a), z: end(model, z) }
    }),
    below: belowLink(model, link),
  }
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
  return new Topology(model.devices.values(), links, roots)
}

const named = (of: ReadonlyMap<string, Named>, id: string): Named => ({ id, name: of.get(id)?.name ?? '' })

const end = (model: EstateModel, { deviceId, ifName }: CircuitEndModel) => ({
  device: named(model.devices, deviceId),
  ifName,
})

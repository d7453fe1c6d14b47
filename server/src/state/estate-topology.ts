import { Topology } from '@zongheng/inventory/topology.ts'
import type { EstateModel } from '../estate/model.ts'

/** The estate as it is seen from the sites where these collectors stand. */
export function topologyFrom(
  { devices, links }: EstateModel,
  collectors: Iterable<{ siteId: string | null }>,
): Topology {
  const joined = [...links.values()].map((link) => ({
    ...link,
    circuits: link.circuits.map(({ id, a, z }) => ({ id, aDeviceId: a.deviceId, zDeviceId: z.deviceId })),
  }))
  const siteIds = [...collectors].flatMap(({ siteId }) => siteId ?? [])
  return new Topology(devices.values(), joined, new Set(siteIds))
}

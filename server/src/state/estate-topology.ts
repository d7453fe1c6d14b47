import { Causes, EstateGraph, type Faults, type GraphLink } from '@zongheng/inventory/causes.ts'
import { Topology } from '@zongheng/inventory/topology.ts'
import type { EstateModel } from '../estate/model.ts'

type Places = Iterable<{ siteId: string | null }>

/** The estate as it is seen from the sites where these collectors stand. */
export function topologyFrom(model: EstateModel, collectors: Places): Topology {
  return new Topology(linksOf(model), sitesOf(collectors))
}

export function graphOf(model: EstateModel): EstateGraph {
  return new EstateGraph(model.devices.values(), linksOf(model), model.sites.keys())
}

/** What explains what, as the collectors see it: a site that one of them sees is reached. */
export function causesFrom(faults: Faults, collectors: Places): Causes {
  return new Causes(faults, sitesOf(collectors))
}

/** The same from some of them, who do not know what the others see. */
export function causesAlone(faults: Faults, collectors: Places): Causes {
  return new Causes(faults, sitesOf(collectors), false)
}

export const sitesOf = (collectors: Places): Set<string> =>
  new Set([...collectors].flatMap(({ siteId }) => siteId ?? []))

const linksOf = ({ links }: EstateModel): GraphLink[] =>
  Array.from(links.values(), ({ id, upperSiteId, lowerSiteId, circuits }) => ({
    id,
    upperSiteId,
    lowerSiteId,
    circuits: circuits.map(({ id, a, z }) => ({
      id,
      aDeviceId: a.deviceId,
      zDeviceId: z.deviceId,
      aInterfaceId: a.interfaceId,
      zInterfaceId: z.interfaceId,
    })),
  }))

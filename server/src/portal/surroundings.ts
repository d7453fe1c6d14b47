/** What of the estate a site stands and falls with. Pure, over the estate in memory. */
import { criticalities } from '@zongheng/inventory/business-service.ts'
import type { EstateModel, LinkModel } from '../estate/model.ts'
import type { ServiceModel } from '../estate/services-model.ts'

export interface Surroundings {
  /** From the site up to the centre, nearest first. */
  links: LinkModel[]
  services: ServiceModel[]
  /** All of it by id: the site, its devices, its lines and those above, their circuits, its services. */
  entityIds: string[]
}

const servicesAtMost = 30

/** O(devices + links). */
export function surroundingsOf(model: EstateModel, siteId: string): Surroundings {
  const links = linksUp(model, siteId)
  const path = model.regions.get(model.sites.get(siteId)?.regionId ?? '')?.path ?? ''
  const services = [...model.services.values()]
    .filter(({ regionId }) => path.startsWith(model.regions.get(regionId)?.path ?? '-'))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'zh'))
    .slice(0, servicesAtMost)
  const devices = [...model.devices.values()].filter((device) => device.siteId === siteId)
  const things = [...devices, ...links, ...links.flatMap(({ circuits }) => circuits), ...services]
  return { links, services, entityIds: [siteId, ...things.map(({ id }) => id)] }
}

const rank = ({ criticality }: ServiceModel) => criticalities.indexOf(criticality)

function linksUp({ links }: EstateModel, siteId: string): LinkModel[] {
  const byLower = Map.groupBy(links.values(), ({ lowerSiteId }) => lowerSiteId)
  const found = new Map<string, LinkModel>()
  let level = [siteId]
  while (level.length > 0) {
    const up = level.flatMap((id) => byLower.get(id) ?? []).filter(({ id }) => !found.has(id))
    for (const link of up) found.set(link.id, link)
    level = [...new Set(up.map(({ upperSiteId }) => upperSiteId))]
  }
  return [...found.values()]
}

import { kindOfId } from '@zongheng/inventory/id.ts'
import type { CircuitModel, EstateModel } from '../estate/model.ts'
import type { Finding } from '../state/finding.ts'

/**
 * For each thing the ids by which a window may cover it: itself, what it is part of, where it stands, all regions above, and every
 * business service that any of these carries.
 */
export class ScopeChains {
  readonly #model: EstateModel
  readonly #deviceOf = new Map<string, string>()

  constructor(model: EstateModel) {
    this.#model = model
    for (const { id, sensors, interfaces } of model.devices.values())
      for (const part of [...sensors, ...interfaces]) this.#deviceOf.set(part.id, id)
  }

  /** Empty for a stranger. */
  of(id: string): string[] {
    const places = this.#places(id)
    return [...places, ...this.#model.needs.affected(places)]
  }

  #places(id: string): string[] {
    const { devices, sites, regions, circuits, checks, collectors, links, services } = this.#model
    const device = devices.get(id) ?? devices.get(this.#deviceOf.get(id) ?? '')
    if (device) return [id, device.id, ...this.#place(device.siteId, device.regionId)]
    const circuit = circuits.get(id)
    if (circuit) return this.#circuit(circuit)
    const link = links.get(id)
    if (link) return [id]
    if (sites.has(id)) return this.#place(id, null)
    if (regions.has(id)) return this.#regions(id)
    const check = checks.get(id)
    if (check) return [id, ...(check.deviceId ? [check.deviceId] : []), ...this.#place(check.siteId, check.regionId)] // prettier-ignore
    const service = services.get(id)
    if (service) return [id, ...this.#regions(service.regionId)]
    const collector = collectors.get(id)
    return collector ? [id, ...this.#place(collector.siteId, collector.regionId)] : []
  }

  /** Also of what the estate does not know: rooms. */
  ofFinding({ entityId, deviceId, siteId, regionId }: Finding): string[] {
    const known = this.of(entityId)
    if (known.length > 0) return known
    return [entityId, ...(deviceId ? [deviceId] : []), ...this.#place(siteId, regionId)]
  }

  /** Paths of the regions a scope lies in: of both ends for a circuit or a link. */
  regionPathsOf(id: string): string[] {
    const { devices, sites, regions, circuits, links, services } = this.#model
    const ends = circuits.get(id)
    const link = links.get(id)
    const ids = ends
      ? [devices.get(ends.z.deviceId)?.regionId, devices.get(ends.a.deviceId)?.regionId]
      : link
        ? [sites.get(link.lowerSiteId)?.regionId ?? link.regionId, sites.get(link.upperSiteId)?.regionId]
        : [devices.get(id)?.regionId ?? sites.get(id)?.regionId ?? services.get(id)?.regionId ?? (kindOfId(id) === undefined || regions.has(id) ? id : undefined)] // prettier-ignore
    return ids.flatMap((region) => regions.get(region ?? '')?.path ?? [])
  }

  #circuit({ id, linkId, a, z }: CircuitModel): string[] {
    const ends = [a, z].flatMap(({ deviceId }) => [deviceId, ...this.#places(deviceId)])
    return [...new Set([id, linkId, ...ends])]
  }

  #place(siteId: string | null, regionId: string | null): string[] {
    const site = siteId === null ? undefined : this.#model.sites.get(siteId)
    return [...(site ? [site.id] : []), ...this.#regions(site?.regionId ?? regionId)]
  }

  #regions(id: string | null): string[] {
    const path = this.#model.regions.get(id ?? '')?.path
    return path ? path.split('/').filter(Boolean).reverse() : []
  }
}

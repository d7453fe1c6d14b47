import type { EstateModel, LinkModel } from '../estate/model.ts'
import { covers, type Viewer } from '../identity/viewer.ts'

export type Scope = Pick<Viewer, 'regionPaths'>

/** Who may see what of an estate in memory. */
export class Places {
  readonly #model: EstateModel
  readonly #viewer: Scope

  constructor(model: EstateModel, viewer: Scope) {
    this.#model = model
    this.#viewer = viewer
  }

  seesRegion(regionId: string | undefined): boolean {
    const region = this.#model.regions.get(regionId ?? '')
    return region !== undefined && covers(this.#viewer, region.path)
  }

  seesSite(siteId: string): boolean {
    return this.seesRegion(this.#model.sites.get(siteId)?.regionId)
  }

  seesDevice(deviceId: string): boolean {
    return this.seesRegion(this.#model.devices.get(deviceId)?.regionId)
  }

  /** From both its ends. */
  seesLink(link: LinkModel | undefined): boolean {
    if (!link) return false
    return this.seesRegion(link.regionId) || this.seesSite(link.upperSiteId)
  }

  seesCircuit(circuitId: string): boolean {
    return this.seesLink(this.#model.links.get(this.#model.circuits.get(circuitId)?.linkId ?? ''))
  }

  /** One of its circuits. */
  seesCarrier(carrierId: string): boolean {
    for (const circuit of this.#model.circuits.values())
      if (circuit.carrierId === carrierId && this.seesCircuit(circuit.id)) return true
    return false
  }
}

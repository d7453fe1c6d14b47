import type { CircuitModel, EstateModel } from '../estate/model.ts'
import { ScopeChains } from '../windows/scope-chains.ts'

/** Where things stand towards each other in an estate: what a change of one means to what is planned for another. */
export class Surrounding {
  readonly chains: ScopeChains
  readonly #model: EstateModel
  readonly #circuitsAt = new Map<string, CircuitModel[]>()

  constructor(model: EstateModel) {
    this.#model = model
    this.chains = new ScopeChains(model)
    for (const circuit of model.circuits.values())
      for (const { deviceId } of [circuit.a, circuit.z]) this.#put(deviceId, circuit)
  }

  /** Each with what it is part of and where it stands. */
  within(ids: readonly string[]): Set<string> {
    return new Set(ids.flatMap((id) => this.chains.of(id)))
  }

  /** The lines that end at it, and what stands at their other ends. */
  beside(ids: readonly string[]): Set<string> {
    const lines = ids.flatMap((id) => this.#linesOf(id))
    return new Set(lines.flatMap(({ id, linkId, a, z }) => [id, linkId, a.deviceId, z.deviceId]))
  }

  regionPathsOf(ids: readonly string[]): string[] {
    return [...new Set(ids.flatMap((id) => this.chains.regionPathsOf(id)))]
  }

  #linesOf(id: string): CircuitModel[] {
    const { circuits, links, sites, devices } = this.#model
    const circuit = circuits.get(id)
    if (circuit) return links.get(circuit.linkId)?.circuits ?? [circuit]
    if (links.has(id)) return links.get(id)!.circuits
    if (!sites.has(id)) return this.#circuitsAt.get(id) ?? []
    return [...devices.values()]
      .filter(({ siteId }) => siteId === id)
      .flatMap((device) => this.#circuitsAt.get(device.id) ?? [])
  }

  #put(deviceId: string, circuit: CircuitModel): void {
    const known = this.#circuitsAt.get(deviceId)
    if (known) known.push(circuit)
    else this.#circuitsAt.set(deviceId, [circuit])
  }
}

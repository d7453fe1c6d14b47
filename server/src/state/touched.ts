import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { CircuitModel, EstateModel } from '../estate/model.ts'

/** Which circuits samples are about: by their legs, and by the ports at their ends. Made anew for each estate. */
export class TouchedCircuits {
  readonly #circuits = new Map<string, CircuitModel[]>()
  /** By the ids of a connection: 1 for entities that are known to be of no circuit. */
  readonly #marks = new WeakMap<readonly string[], Uint8Array>()

  constructor({ circuits }: Pick<EstateModel, 'circuits'>) {
    for (const circuit of circuits.values())
      for (const id of [circuit.id, circuit.a.interfaceId, circuit.z.interfaceId])
        this.#circuits.set(id, [...(this.#circuits.get(id) ?? []), circuit])
  }

  of(batch: readonly SampleColumns[]): CircuitModel[] {
    const touched = new Set<CircuitModel>()
    for (const { ids, entities } of batch) {
      const marks = this.#marksOf(ids)
      for (let i = 0; i < entities.length; i++) {
        const entity = entities[i]!
        if (marks[entity] === 1) continue
        const circuits = this.#circuits.get(ids[entity]!)
        if (circuits) for (const circuit of circuits) touched.add(circuit)
        else marks[entity] = 1
      }
    }
    return [...touched]
  }

  #marksOf(ids: readonly string[]): Uint8Array {
    const known = this.#marks.get(ids)
    if (known && known.length >= ids.length) return known
    const marks = new Uint8Array(known ? ids.length * 2 : ids.length)
    marks.set(known ?? [])
    this.#marks.set(ids, marks)
    return marks
  }
}

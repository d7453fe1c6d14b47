import type { Fault, NewFault } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'

/** The faults that are switched on in the simulated province. */
export class Faults {
  items = $state.raw<Fault[]>([])
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  busy = $state(false)

  async load() {
    try {
      this.items = (await api.get<{ items: Fault[] }>('/demo/faults')).items
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
    this.loaded = true
  }

  /** Those of `wanted` that are not on yet. Throws what was refused. */
  start(wanted: readonly NewFault[]): Promise<void> {
    return this.#change(async () => {
      const missing = wanted.filter(({ kind, target }) => !this.on(kind, target))
      await Promise.all(missing.map((fault) => api.post<Fault>('/demo/faults', fault)))
    })
  }

  stop(faults: readonly Fault[]): Promise<void> {
    return this.#change(async () => {
      await Promise.all(faults.map(({ id }) => api.del(`/demo/faults/${id}`)))
    })
  }

  on(kind: Fault['kind'], target: string): Fault | undefined {
    return this.items.find((fault) => fault.kind === kind && fault.target.id === target)
  }

  async #change(act: () => Promise<void>): Promise<void> {
    this.busy = true
    try {
      await act()
    } finally {
      await this.load()
      this.busy = false
    }
  }
}

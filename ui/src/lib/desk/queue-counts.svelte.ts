import { api, ApiProblem } from '../api/client.ts'
import { live } from '../live.svelte.ts'
import { scope } from '../scope.svelte.ts'
import { Soon } from '../soon.ts'
import type { Filters, Tab } from './queue.ts'

const settleMs = 400
/** A count stops here; beyond it a queue is simply long. */
const countedAtMost = 1000

/** How many open tickets wait in each queue. */
export class QueueCounts {
  queues = $state.raw<Partial<Record<Tab, number>>>({})
  readonly #filters: Filters
  readonly #asking = new Soon(() => this.#load(), settleMs)

  constructor(filters: Filters) {
    this.#filters = filters
  }

  follow(): () => void {
    void this.#asking.now()
    const stops = [
      live.on('ticket', this.#asking.soon),
      live.on('reconnected', this.#asking.now),
      this.#asking.stop,
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** `1000+` where counting stopped, nothing where it is not known. */
  shown(tab: Tab): string {
    const count = this.queues[tab]
    if (count === undefined) return ''
    return count >= countedAtMost ? `${countedAtMost}+` : String(count)
  }

  async #load() {
    try {
      const { queues } = await api.get<{ queues: Record<Tab, number> }>('/tickets/counts', {
        ...this.#filters,
        ...scope.query,
      })
      this.queues = queues
    } catch (problem) {
      // The numbers are an aid: the list itself says when the server is away.
      if (!(problem instanceof ApiProblem)) throw problem
    }
  }
}

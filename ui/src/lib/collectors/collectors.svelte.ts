import type { Collector, CollectorPatch, CollectorToken, NewCollector } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { live } from '../live.svelte.ts'
import { scope } from '../scope.svelte.ts'

/** They say how they fare every 10 s. */
const everyMs = 10_000

/** The collectors of the scope, asked for again and again while the page shows them. */
export class Collectors {
  all = $state.raw<Collector[]>([])
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  /** One without a region belongs to the installation as a whole. */
  inScope = $derived(this.all.filter(({ region }) => (region ? scope.covers(region.id) : !scope.narrowed)))

  /** Loads and follows; call the returned function to stop. */
  follow(): () => void {
    void this.load()
    const timer = setInterval(() => void this.load(), everyMs)
    const stop = live.on('reconnected', () => void this.load())
    return () => {
      clearInterval(timer)
      stop()
    }
  }

  async load() {
    try {
      this.all = (await api.get<{ items: Collector[] }>('/collectors')).items
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
    this.loaded = true
  }

  invite = (body: NewCollector) => this.#then(api.post<CollectorToken>('/collectors', body))
  change = (id: string, patch: CollectorPatch) => this.#then(api.patch<Collector>(`/collectors/${id}`, patch))
  renew = (id: string, reason: string) =>
    this.#then(api.post<CollectorToken>(`/collectors/${id}/token`, undefined, { reason }))
  upgrade = (id: string, release: string, reason: string) =>
    this.#then(api.post<Collector>(`/collectors/${id}/upgrade`, { release }, { reason }))
  revoke = (id: string, reason: string) =>
    this.#then(api.post<Collector>(`/collectors/${id}/revoke`, undefined, { reason }))

  async #then<T>(asked: Promise<T>): Promise<T> {
    const answer = await asked
    await this.load()
    return answer
  }
}

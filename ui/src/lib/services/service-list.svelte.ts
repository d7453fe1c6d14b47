import type { BusinessService } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { oncePerFrame } from '../frame.ts'
import { live } from '../live.svelte.ts'
import { scope } from '../scope.svelte.ts'

export const serviceStates = ['down', 'unreachable', 'degraded', 'unknown', 'up'] as const
export const isWell = ({ state }: { state: string }) => state === 'up'

/** Every service one may see, states kept current by the live connection. Worst first. */
export class ServiceList {
  all = $state.raw<BusinessService[]>([])
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  inScope = $derived(
    this.all
      .filter(({ region }) => !scope.narrowed || scope.covers(region.id))
      .sort((a, b) => serviceStates.indexOf(a.state) - serviceStates.indexOf(b.state)),
  )
  #again = oncePerFrame(() => void this.load())

  /** Loads and follows; call the returned function to stop. */
  follow(): () => void {
    const stops = [live.on('service', () => this.#again()), live.on('reconnected', () => void this.load())]
    void this.load()
    return () => stops.forEach((stop) => stop())
  }

  async load() {
    try {
      this.all = await api.all<BusinessService>('/services')
      this.loaded = true
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }
}

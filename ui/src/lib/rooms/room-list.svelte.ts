import type { RoomSummary } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { oncePerFrame } from '../frame.ts'
import { live } from '../live.svelte.ts'
import { scope } from '../scope.svelte.ts'

const worstFirst = ['down', 'unreachable', 'degraded', 'unknown', 'up']

/** Every room one may see, states kept current by the live connection. Worst first. */
export class RoomList {
  all = $state.raw<RoomSummary[]>([])
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  inScope = $derived(
    this.all
      .filter(({ region }) => !scope.narrowed || scope.covers(region.id))
      .sort((a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state)),
  )
  #again = oncePerFrame(() => void this.load())

  /** Follows; call the returned function to stop. */
  follow(): () => void {
    const stops = [live.on('room', () => this.#again()), live.on('reconnected', () => void this.load())]
    return () => stops.forEach((stop) => stop())
  }

  async load() {
    try {
      this.all = await api.all<RoomSummary>('/rooms')
      this.loaded = true
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }
}

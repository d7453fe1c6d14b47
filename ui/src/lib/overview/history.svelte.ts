import type { Bands } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { live } from '../live.svelte.ts'
import { scope } from '../scope.svelte.ts'

const dayMs = 24 * 3_600_000
const refreshMs = 5 * 60_000

/** The last 24 hours of every link in scope, read anew every five minutes; the present comes from the live links. */
export class History {
  bands = $state.raw<Bands['items']>([])
  until = $state(Date.now())
  from = $derived(this.until - dayMs)
  problem = $state.raw<unknown>(null)

  async load() {
    const until = Date.now()
    try {
      const answer = await api.get<Bands>('/links/bands', { from: until - dayMs, until, ...scope.query })
      Object.assign(this, { bands: answer.items, until, problem: null })
    } catch (problem) {
      this.problem = problem
    }
  }

  /** Loads and follows; call the returned function to stop. */
  follow(): () => void {
    void this.load()
    const timer = setInterval(() => void this.load(), refreshMs)
    const stop = live.on('reconnected', () => void this.load())
    return () => {
      clearInterval(timer)
      stop()
    }
  }
}

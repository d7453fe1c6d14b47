import type { Percentile, VolumeOfPeriod } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { toLocal } from './local-time.ts'
import type { Period } from './look.ts'

/** What an interface or a circuit carried in a period, and what its calendar month would be billed by. */
export class TrafficFigures {
  volume = $state.raw<VolumeOfPeriod | null>(null)
  percentile = $state.raw<Percentile | null>(null)
  month = $state('')
  /** Which hours count for the percentile. */
  hours = $state<'all' | 'working'>('all')
  #latest: AbortController | null = null

  /** Gives up what it was loading; call the returned function to stop. */
  load(entity: string, period: Period, onfailed: (problem: unknown) => void): () => void {
    const abort = (this.#latest = new AbortController())
    const month = toLocal(period.until).slice(0, 7)
    const { signal } = abort
    const { hours } = this
    const [from, until] = [Math.round(period.from), Math.round(period.until)]
    Promise.all([
      api.get<{ items: VolumeOfPeriod[] }>('/series/volume', { entity, from, until }, signal),
      api.get<Percentile>('/series/percentile', { entity, month, hours }, signal),
    ]).then(
      ([volume, percentile]) => {
        if (this.#latest !== abort) return
        this.volume = volume.items[0] ?? null
        this.percentile = percentile
        this.month = month
      },
      (problem: unknown) => !signal.aborted && onfailed(problem),
    )
    return () => abort.abort()
  }
}

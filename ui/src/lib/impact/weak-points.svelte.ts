import type { WeakPoint } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'

export const weakTypes = ['site', 'device', 'circuit', 'carrier'] as const

interface Page {
  items: WeakPoint[]
  next: string | null
}

/** Single points of failure, page by page. */
export class WeakPoints {
  items = $state.raw<WeakPoint[] | null>(null)
  next = $state.raw<string | null>(null)
  problem = $state.raw<unknown>(null)
  #query: { type?: string; regionId?: string; limit: number } = { limit: 100 }

  /** Call the returned function to give it up. */
  load(query: { type?: string; regionId?: string; limit?: number }): () => void {
    const abort = new AbortController()
    this.#query = { limit: 100, ...query }
    this.#read(null, abort.signal)
    return () => abort.abort()
  }

  more() {
    if (this.next) this.#read(this.next)
  }

  #read(cursor: string | null, signal?: AbortSignal) {
    api.get<Page>('/impact/weak-points', { ...this.#query, cursor }, signal).then(
      ({ items, next }) => {
        if (signal?.aborted) return
        this.items = cursor === null ? items : [...(this.items ?? []), ...items]
        this.next = next
        this.problem = null
      },
      (problem: unknown) => {
        if (!signal?.aborted) this.problem = problem
      },
    )
  }
}

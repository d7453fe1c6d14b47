import type { Point } from '@zongheng/server/api.ts'
import { api, type Query } from '../api/client.ts'

const pageSize = 200

/** Points by a filter that the server applies, a page at a time. */
export class PointList {
  items = $state.raw<Point[]>([])
  next = $state<string | null>(null)
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  #query: Query = {}
  #asked = 0

  /** From the first; an answer to an earlier question is not shown. */
  load(query: Query): Promise<void> {
    this.#query = query
    return this.#read(null)
  }

  again = () => this.#read(null)
  more = () => this.#read(this.next)

  async #read(cursor: string | null) {
    const mine = ++this.#asked
    try {
      const page = await api.get<{ items: Point[]; next: string | null }>('/points', { ...this.#query, limit: pageSize, cursor }) // prettier-ignore
      if (mine !== this.#asked) return
      this.items = cursor === null ? page.items : [...this.items, ...page.items]
      this.next = page.next
      this.problem = null
    } catch (problem) {
      if (mine === this.#asked) this.problem = problem
    }
    this.loaded = true
  }
}

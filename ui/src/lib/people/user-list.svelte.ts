import type { User } from '@zongheng/server/api.ts'
import { api, type Query } from '#lib/api/client.ts'

interface Page {
  items: User[]
  next: string | null
}

const pauseMs = 120

/** People the server finds for a query; they appear page by page. */
export class UserList {
  all = $state.raw<User[]>([])
  /** Whether the first page is there. */
  loaded = $state(false)
  complete = $state(false)
  problem = $state.raw<unknown>(null)

  /** Asks a moment after the last change; call the returned function when the query changed. */
  follow(query: Query): () => void {
    const abort = new AbortController()
    const timer = setTimeout(() => void this.#load(query, abort.signal), this.loaded ? pauseMs : 0)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }

  async #load(query: Query, signal: AbortSignal) {
    this.complete = false
    try {
      let page: Page = { items: [], next: null }
      let found: User[] = []
      do {
        page = await api.get<Page>('/users', { limit: 200, ...query, cursor: page.next }, signal)
        this.all = found = [...found, ...page.items]
        this.loaded = true
      } while (page.next)
      this.complete = true
      this.problem = null
    } catch (problem) {
      if (!signal.aborted) this.problem = problem
    }
  }
}

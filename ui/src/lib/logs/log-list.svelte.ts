import type { LogRecord } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { live } from '../live.svelte.ts'

interface Page {
  items: LogRecord[]
  next: string | null
}

const pageSize = 100
/** What the live view holds; older ones are read on demand. */
const liveAtMost = 500

/** Logs, newest first: as they come while it is live, older ones page by page. */
export class LogList {
  items = $state.raw<LogRecord[]>([])
  next = $state<string | null>(null)
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  isLive = $state(true)
  /** Something came while it was not live. */
  hasNew = $state(false)
  readonly #query: () => Record<string, string | number>
  readonly #size: number
  #run = 0

  /** `query`: read anew each time, since it may speak of the last hour. */
  constructor(query: () => Record<string, string | number>, size = pageSize) {
    this.#query = query
    this.#size = size
  }

  /** Follows what arrives; call the returned function to stop. */
  follow(): () => void {
    const arrived = () => {
      if (this.isLive) void this.#fresh()
      else this.hasNew = true
    }
    const stops = [live.on('logs', arrived), live.on('reconnected', arrived)]
    return () => stops.forEach((stop) => stop())
  }

  async load() {
    const run = ++this.#run
    try {
      const page = await this.#page(null)
      if (run !== this.#run) return
      this.items = page.items
      this.next = page.next
      this.hasNew = false
      this.loaded = true
      this.problem = null
    } catch (problem) {
      if (run === this.#run) this.problem = problem
    }
  }

  async more() {
    if (!this.next) return
    const run = this.#run
    this.isLive = false // what is read must not run away
    try {
      const page = await this.#page(this.next)
      if (run !== this.#run) return
      this.items = [...this.items, ...page.items]
      this.next = page.next
    } catch (problem) {
      this.problem = problem
    }
  }

  setLive(isLive: boolean) {
    this.isLive = isLive
    if (isLive) void this.load()
  }

  /** What is new stands above what is there; after a pause too long to tell, only what is new. */
  async #fresh() {
    const run = this.#run
    try {
      const page = await this.#page(null)
      if (run !== this.#run) return
      const known = new Set(this.items.map(({ id }) => id))
      const added = page.items.filter(({ id }) => !known.has(id))
      if (added.length === page.items.length && page.next)
        return void ((this.items = page.items), (this.next = page.next))
      this.items = [...added, ...this.items].slice(0, liveAtMost)
    } catch (problem) {
      this.problem = problem
    }
  }

  #page(cursor: string | null): Promise<Page> {
    return api.get<Page>('/logs', { ...this.#query(), limit: this.#size, ...(cursor && { cursor }) })
  }
}

import type { ChangeBrief } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'

/** Changes, newest first; further ones as they are asked for. */
export class ChangeList {
  items = $state.raw<ChangeBrief[]>([])
  next = $state<string | null>(null)
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  #open = true

  show(open: boolean): Promise<void> {
    this.#open = open
    return this.#load(null)
  }

  more(): Promise<void> {
    return this.#load(this.next)
  }

  async #load(cursor: string | null): Promise<void> {
    try {
      const query = { limit: 100, ...(this.#open && { state: 'open' }), ...(cursor && { cursor }) }
      const page = await api.get<{ items: ChangeBrief[]; next: string | null }>('/changes/tickets', query)
      this.items = cursor ? [...this.items, ...page.items] : page.items
      this.next = page.next
      this.problem = null
    } catch (failure) {
      this.problem = failure
    }
    this.loaded = true
  }
}

import { api } from '../api/client.ts'
import { live } from '../live.svelte.ts'

/** What hangs on a ticket, read again whenever the ticket changes; a late answer about another one is dropped. */
export class TicketPart<T> {
  value = $state.raw<T | null>(null)
  /** For the ticket that is followed, be it with or without one. */
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  readonly #path: (ticketId: string) => string
  #ticketId = ''

  constructor(path: (ticketId: string) => string) {
    this.#path = path
  }

  /** For an effect: until the returned function is called. */
  follow(ticketId: string): () => void {
    if (ticketId !== this.#ticketId) this.loaded = false
    this.#ticketId = ticketId
    void this.load()
    return live.on('ticket', ({ id }) => id === ticketId && void this.load())
  }

  async load(): Promise<void> {
    const ticketId = this.#ticketId
    try {
      const value = await api.get<T>(this.#path(ticketId))
      if (ticketId !== this.#ticketId) return
      this.value = value
      this.loaded = true
      this.problem = null
    } catch (failure) {
      this.problem = failure
    }
  }
}

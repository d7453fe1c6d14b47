import type { Ticket, TicketDetail } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { live } from '../live.svelte.ts'

export type Visibility = 'public' | 'internal'

/** One ticket with its timeline, kept current while it is open. */
export class TicketPage {
  readonly id: string
  ticket = $state.raw<TicketDetail | null>(null)
  problem = $state.raw<unknown>(null)
  busy = $state(false)
  #stale = false
  #loading: Promise<void> | null = null

  constructor(id: string) {
    this.id = id
  }

  /** Loads, and loads again at each change; call the returned function to stop. */
  follow(): () => void {
    const stops = [
      live.on('ticket', (ticket) => ticket.id === this.id && void this.refresh()),
      live.on('reconnected', () => void this.refresh()),
    ]
    void this.refresh()
    return () => stops.forEach((stop) => stop())
  }

  /** Calls while one is under way make one more, not many. */
  async refresh(): Promise<void> {
    this.#stale = true
    this.#loading ??= this.#load().finally(() => (this.#loading = null))
    await this.#loading
  }

  comment = (text: string, visibility: Visibility) =>
    this.#act(() => api.post<TicketDetail>(`/tickets/${this.id}/comments`, { text, visibility }))

  assign = (to: { teamId?: string; assigneeId?: string | null }) =>
    this.#act(() => api.post<TicketDetail>(`/tickets/${this.id}/assign`, to))

  move = (to: Ticket['state'], more: { reason?: string; text?: string } = {}) =>
    this.#act(() => api.post<TicketDetail>(`/tickets/${this.id}/move`, { to, ...more }))

  /** The answer is the ticket as it is now. Throws what the server refused. */
  async #act(send: () => Promise<TicketDetail>) {
    this.busy = true
    try {
      this.ticket = await send()
    } finally {
      this.busy = false
    }
  }

  async #load() {
    while (this.#stale) {
      this.#stale = false
      try {
        this.ticket = await api.get<TicketDetail>(`/tickets/${this.id}`)
        this.problem = null
      } catch (problem) {
        this.problem = problem
      }
    }
  }
}

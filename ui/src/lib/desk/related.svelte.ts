import { api, ApiProblem } from '../api/client.ts'
import { live } from '../live.svelte.ts'
import type { RelatedTickets as Related } from '@zongheng/server/api.ts'

/** Tickets and people around a ticket, read anew at each of its changes. */
export class RelatedTickets {
  known = $state.raw<Related | null>(null)
  problem = $state.raw<unknown>(null)
  readonly #id: string

  constructor(id: string) {
    this.#id = id
  }

  follow(): () => void {
    void this.load()
    return live.on('ticket', (ticket) => ticket.id === this.#id && void this.load())
  }

  async load() {
    try {
      this.known = await api.get<Related>(`/tickets/${this.#id}/related`)
      this.problem = null
    } catch (problem) {
      // A reporter is not told of other people's tickets.
      const hidden = problem instanceof ApiProblem && (problem.status === 403 || problem.status === 404)
      this.problem = hidden ? null : problem
    }
  }
}

import type { Ticket } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { live } from '../live.svelte.ts'
import { scope } from '../scope.svelte.ts'
import { session } from '../session.svelte.ts'
import { inTab, isOver, type Self, type Tab } from './queue.ts'

interface Page {
  items: Ticket[]
}

/** Tickets that are over, as many as a queue shows. */
const overAtMost = 50

/** One who sees only what they reported themselves. */
export const isReporter = () => session.can('desk.report') && !session.can('desk.write')

/** The tickets of the scope that somebody works on, and the latest that are over; kept current. */
export class TicketQueue {
  all = $state.raw<Ticket[]>([])
  loaded = $state(false)
  problem = $state.raw<unknown>(null)

  /** Loads and follows; call the returned function to stop. */
  follow(): () => void {
    void this.load()
    const stops = [
      live.on('ticket', (ticket) => this.put(ticket)),
      live.on('reconnected', () => void this.load()),
    ]
    return () => stops.forEach((stop) => stop())
  }

  async load() {
    try {
      this.all = isReporter() ? await this.#reporters() : await this.#staffs()
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
    this.loaded = true
  }

  put(ticket: Ticket) {
    if (!scope.covers(ticket.region.id)) return
    this.all = [ticket, ...this.all.filter(({ id }) => id !== ticket.id)]
  }

  inTab(tab: Tab, self: Self): Ticket[] {
    return this.all.filter((ticket) => inTab(ticket, tab, self))
  }

  openIn(tab: Tab, self: Self): number {
    return this.inTab(tab, self).filter((ticket) => !isOver(ticket)).length
  }

  async #staffs(): Promise<Ticket[]> {
    const [open, resolved] = await Promise.all([
      api.all<Ticket>('/tickets', { state: 'open', ...scope.query }),
      api.get<Page>('/tickets', { state: 'resolved', limit: overAtMost, ...scope.query }),
    ])
    return [...open, ...resolved.items]
  }

  /** What one reported oneself, whatever became of it. */
  async #reporters(): Promise<Ticket[]> {
    return (await api.get<Page>('/tickets', { limit: 200 })).items
  }
}

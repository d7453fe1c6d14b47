import type { Ticket } from '@zongheng/server/api.ts'
import { api, type Query } from '../api/client.ts'
import { live } from '../live.svelte.ts'
import { scope } from '../scope.svelte.ts'
import { session } from '../session.svelte.ts'
import { Soon } from '../soon.ts'
import { belongs, isOver, queriesOf, type Filters, type Self, type Tab } from './queue.ts'

interface Page {
  items: Ticket[]
  next: string | null
}
/** One list the queue is made of, and where it goes on. */
interface Part {
  query: Query
  next: string | null
}

const pageSize = 100
/** Tickets that are over, as many as a queue shows. */
const overAtMost = 30
/** Changes that only the server can judge are asked about together. */
const settleMs = 400

/** One who sees only what they reported themselves. */
export const isReporter = () => session.can('desk.report') && !session.can('desk.write')

/** The tickets of one queue: the open ones page by page, what is due first; the latest that are over. Kept current. */
export class TicketQueue {
  all = $state.raw<Ticket[]>([])
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  #parts = $state.raw<Part[]>([])
  readonly more = $derived(this.#parts.some(({ next }) => next !== null))
  readonly #tab: Tab
  readonly #filters: Filters
  readonly #self: Self
  readonly #asking = new Soon(() => this.#load(), settleMs)

  constructor(tab: Tab, filters: Filters, self: Self) {
    this.#tab = tab
    this.#filters = filters
    this.#self = self
  }

  /** Loads and follows; call the returned function to stop. */
  follow(): () => void {
    void this.load()
    const stops = [
      live.on('ticket', (ticket) => this.put(ticket)),
      live.on('reconnected', () => void this.load()),
      this.#asking.stop,
    ]
    return () => stops.forEach((stop) => stop())
  }

  load = (): Promise<void> => this.#asking.now()

  async #load() {
    try {
      const asked = await Promise.all(this.#queries().map((query) => this.#page({ query, next: null })))
      this.#parts = asked.map(({ part }) => part)
      this.all = unique(asked.flatMap(({ items }) => items))
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
    this.loaded = true
  }

  /** The next page of what is not yet shown. */
  async loadMore() {
    try {
      const open = this.#parts.filter(({ next }) => next !== null)
      const asked = await Promise.all(open.map((part) => this.#page(part)))
      this.#parts = asked.map(({ part }) => part)
      this.all = unique([...this.all, ...asked.flatMap(({ items }) => items)])
    } catch (problem) {
      this.problem = problem
    }
  }

  put(ticket: Ticket) {
    const others = this.all.filter(({ id }) => id !== ticket.id)
    const fits = scope.covers(ticket.region.id) && belongs(ticket, this.#tab, this.#filters, this.#self)
    // an answer that is on its way may not know of it yet
    if (fits === null || this.#asking.isAsking) this.#asking.soon()
    if (fits === null) return
    if (fits || others.length < this.all.length) this.all = fits ? [ticket, ...others] : others
  }

  #queries(): Query[] {
    if (isReporter()) return [{ limit: pageSize }]
    const narrowed = queriesOf(this.#tab, this.#filters, this.#self).map((query) => ({ ...query, ...scope.query })) // prettier-ignore
    const open = narrowed.map((query) => ({ state: 'open', sort: 'due', limit: pageSize, ...query }))
    if (this.#tab === 'waiting' || this.#tab === 'breached' || this.#tab === 'offered') return open
    const done = narrowed.map((query) => ({ phase: 'done', sort: 'updated', limit: overAtMost, ...query }))
    return [...open, ...done]
  }

  async #page({ query, next }: Part): Promise<{ part: Part; items: Ticket[] }> {
    const page = await api.get<Page>('/tickets', { ...query, cursor: next })
    // What is over is looked up by search: its queue shows the latest.
    return { part: { query, next: query.phase === 'done' ? null : page.next }, items: page.items }
  }
}

const unique = (tickets: Ticket[]) => [...new Map(tickets.map((ticket) => [ticket.id, ticket])).values()]
export const openAmong = (tickets: readonly Ticket[]) => tickets.filter((ticket) => !isOver(ticket)).length

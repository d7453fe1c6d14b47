import type { Alarm, StateChange, Ticket } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { live } from '../live.svelte.ts'
import { scope } from '../scope.svelte.ts'
import { session } from '../session.svelte.ts'
import { Soon } from '../soon.ts'

interface Page<T> {
  items: T[]
  next: string | null
}
const empty = { items: [], next: null }

const severityRank = { critical: 0, major: 1, minor: 2, warning: 3 } as const
const closed = ['resolved', 'closed', 'cancelled']
/** Changes are read anew at most this often. */
const settleMs = 800

const byId = <T extends { id: string }>(items: T[], item: T) => [
  item,
  ...items.filter((other) => other.id !== item.id),
]
const isRoot = (alarm: Alarm) => alarm.state === 'firing' && alarm.causeId === null

/** What stands beside the map: root alarms, open tickets, the latest changes, of the scope and kept current. */
export class Aside {
  alarms = $state.raw<Alarm[]>([])
  tickets = $state.raw<Ticket[]>([])
  /** There are more tickets than were read. */
  moreTickets = $state(false)
  changes = $state.raw<StateChange[]>([])
  loaded = $state(false)
  problem = $state.raw<unknown>(null)

  roots = $derived(
    [...this.alarms].sort(
      (a, b) => severityRank[a.severity] - severityRank[b.severity] || b.startedAt - a.startedAt,
    ),
  )
  open = $derived(
    [...this.tickets].sort((a, b) => a.priority.localeCompare(b.priority) || a.createdAt - b.createdAt),
  )

  readonly #asking = new Soon(() => this.#load(), settleMs)
  load = (): Promise<void> => this.#asking.now()

  async #load() {
    const query = { limit: 50, ...scope.query }
    const read = async <T>(permission: string, path: string, more: object = {}): Promise<Page<T>> =>
      session.can(permission) ? api.get<Page<T>>(path, { ...query, ...more }) : empty
    try {
      const [alarms, tickets, changes] = await Promise.all([
        read<Alarm>('alarms.read', '/alarms', { state: 'firing', root: true }),
        read<Ticket>('desk.read', '/tickets', { state: 'open' }),
        read<StateChange>('state.read', '/changes', { limit: 12 }),
      ])
      this.alarms = alarms.items
      this.tickets = tickets.items
      this.moreTickets = tickets.next !== null
      this.changes = changes.items
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
    this.loaded = true
  }

  /** Loads and follows; call the returned function to stop. */
  follow(): () => void {
    void this.load()
    const stops = [
      live.on('alarm', (alarm) => this.#alarm(alarm)),
      live.on('ticket', (ticket) => this.#ticket(ticket)),
      ...(['link', 'site', 'device', 'reconnected'] as const).map((event) =>
        live.on(event, this.#asking.soon),
      ),
      this.#asking.stop,
    ]
    return () => stops.forEach((stop) => stop())
  }

  #alarm(alarm: Alarm) {
    if (isRoot(alarm) && scope.covers(alarm.region.id)) this.alarms = byId(this.alarms, alarm)
    else this.alarms = this.alarms.filter((other) => other.id !== alarm.id)
  }

  #ticket(ticket: Ticket) {
    if (!closed.includes(ticket.state) && scope.covers(ticket.region.id))
      this.tickets = byId(this.tickets, ticket)
    else this.tickets = this.tickets.filter((other) => other.id !== ticket.id)
  }
}

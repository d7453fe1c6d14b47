import type { Ticket } from '@zongheng/server/api.ts'
import type { Query } from '../api/client.ts'

/** The queues beside one another; the rest are behind the filter. */
export const tabs = ['team', 'mine', 'unassigned', 'all'] as const
export const queues = [...tabs, 'waiting', 'breached', 'watching', 'offered'] as const
export type Tab = (typeof queues)[number]
export const isTab = (name: string | null): name is Tab => queues.some((queue) => queue === name)

/** What narrows a queue, kept in the address under the same names. */
export const filterNames = ['kind', 'priority', 'category', 'tag', 'channel', 'siteId', 'teamId', 'assignee', 'major', 'q'] as const // prettier-ignore
export type Filters = Partial<Record<(typeof filterNames)[number], string>>

export const filtersOf = (search: Pick<URLSearchParams, 'get'>): Filters =>
  Object.fromEntries(
    filterNames.flatMap((name) => (search.get(name) ? [[name, search.get(name)!]] : [])),
  ) as Filters

/** Who looks at the queue. */
export interface Self {
  userId: string
  teamIds: readonly string[]
}

/** What the API is asked for a queue; the team's is asked once for each of one's teams. */
export function queriesOf(tab: Tab, filters: Filters, self: Self): Query[] {
  const of: Record<Tab, Query[]> = {
    team: self.teamIds.map((teamId) => ({ teamId })),
    mine: [{ assignee: 'me' }],
    unassigned: [{ assignee: 'none' }],
    all: [{}],
    waiting: [{ phase: 'waiting' }],
    breached: [{ breached: true }],
    watching: [{ watching: true }],
    offered: [{ offered: true }],
  }
  return of[tab].map((query) => ({ ...query, ...filters }))
}

export const groups = ['active', 'waiting', 'today', 'earlier'] as const
export type Group = (typeof groups)[number]
type Stand = Pick<Ticket, 'kind' | 'state'>

/** Done or over, in whichever kind; what a requester was refused is over, what a change was refused goes back to its author. */
const over: readonly Ticket['state'][] = ['resolved', 'fulfilled', 'closed', 'cancelled']
export const isOver = ({ kind, state }: Stand) =>
  over.includes(state) || (kind === 'request' && state === 'rejected')

/** Somebody else’s turn: the clocks that list it stand still. */
const waiting: readonly Ticket['state'][] = ['pending', 'approval', 'submitted', 'assessed', 'approved', 'scheduled', 'rejected'] // prettier-ignore
export const isWaiting = (ticket: Stand) => !isOver(ticket) && waiting.includes(ticket.state)

const dayMs = 86_400_000
const shanghaiMs = 8 * 3_600_000
/** The installation's midnight; China keeps one offset the year round. */
export const startOfDay = (nowMs: number) => Math.floor((nowMs + shanghaiMs) / dayMs) * dayMs - shanghaiMs

const inQueue: Record<Tab, (ticket: Ticket, self: Self) => boolean | null> = {
  team: ({ team }, { teamIds }) => team !== null && teamIds.includes(team.id),
  mine: ({ assignee }, { userId }) => assignee?.id === userId,
  unassigned: ({ assignee }) => assignee === null,
  all: () => true,
  waiting: isWaiting,
  breached: () => null,
  watching: () => null,
  offered: () => null,
}

/** Whether a ticket belongs in the queue; null: only the server can tell. */
export function belongs(ticket: Ticket, tab: Tab, filters: Filters, self: Self): boolean | null {
  const { kind, priority, category, channel, siteId, teamId, major, assignee, tag, q } = filters
  const differs =
    (kind && ticket.kind !== kind) ||
    (priority && ticket.priority !== priority) ||
    (category && ticket.category !== category) ||
    (channel && ticket.channel !== channel) ||
    (siteId && ticket.site?.id !== siteId) ||
    (teamId && ticket.team?.id !== teamId) ||
    (major && !ticket.isMajor)
  if (differs) return false
  const stands = inQueue[tab](ticket, self)
  return stands && (tag || q || assignee) ? null : stands
}

export const endedAt = (ticket: Ticket) => ticket.resolvedAt ?? ticket.closedAt ?? ticket.updatedAt

export function groupOf(ticket: Ticket, nowMs: number): Group {
  if (isWaiting(ticket)) return 'waiting'
  if (!isOver(ticket)) return 'active'
  return endedAt(ticket) >= startOfDay(nowMs) ? 'today' : 'earlier'
}

/** What is due first; what has no clock after it, the gravest first, the oldest of them first. */
const urgentFirst = (a: Ticket, b: Ticket) =>
  (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity) ||
  a.priority.localeCompare(b.priority) ||
  a.createdAt - b.createdAt ||
  a.number.localeCompare(b.number)
const latestFirst = (a: Ticket, b: Ticket) => endedAt(b) - endedAt(a)

export interface QueueGroup {
  group: Group
  tickets: Ticket[]
}

/** The queue in its groups, empty ones left out. */
export function grouped(tickets: readonly Ticket[], nowMs: number): QueueGroup[] {
  return groups.flatMap((group) => {
    const own = tickets.filter((ticket) => groupOf(ticket, nowMs) === group)
    const order = group === 'active' || group === 'waiting' ? urgentFirst : latestFirst
    return own.length > 0 ? [{ group, tickets: own.sort(order) }] : []
  })
}

const prefixes: Partial<Record<Ticket['kind'], string>> = { request: 'REQ ', problem: 'PRB ', change: 'CHG ' }
/** `INC20261123-0007` is called 0007 among its day's; other kinds say what they are. */
export const shortNumber = ({ number, kind }: Pick<Ticket, 'number' | 'kind'>) =>
  (prefixes[kind] ?? '') + number.slice(number.lastIndexOf('-') + 1)

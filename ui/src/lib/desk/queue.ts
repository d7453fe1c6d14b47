import type { Ticket } from '@zongheng/server/api.ts'

export const tabs = ['team', 'mine', 'unassigned', 'all'] as const
export type Tab = (typeof tabs)[number]

/** Who looks at the queue. */
export interface Self {
  userId: string
  teamIds: readonly string[]
}

export const groups = ['active', 'waiting', 'today', 'earlier'] as const
export type Group = (typeof groups)[number]

const over: readonly Ticket['state'][] = ['resolved', 'closed', 'cancelled']
export const isOver = (ticket: Pick<Ticket, 'state'>) => over.includes(ticket.state)

const dayMs = 86_400_000
const shanghaiMs = 8 * 3_600_000
/** The installation's midnight; China keeps one offset the year round. */
export const startOfDay = (nowMs: number) => Math.floor((nowMs + shanghaiMs) / dayMs) * dayMs - shanghaiMs

export function inTab(ticket: Ticket, tab: Tab, self: Self): boolean {
  if (tab === 'mine') return ticket.assignee?.id === self.userId
  if (tab === 'unassigned') return ticket.assignee === null
  if (tab === 'team') return ticket.team !== null && self.teamIds.includes(ticket.team.id)
  return true
}

export const endedAt = (ticket: Ticket) => ticket.resolvedAt ?? ticket.closedAt ?? ticket.updatedAt

export function groupOf(ticket: Ticket, nowMs: number): Group {
  if (ticket.state === 'pending') return 'waiting'
  if (!isOver(ticket)) return 'active'
  return endedAt(ticket) >= startOfDay(nowMs) ? 'today' : 'earlier'
}

/** The gravest first, the oldest of them first. */
const urgentFirst = (a: Ticket, b: Ticket) =>
  a.priority.localeCompare(b.priority) || a.createdAt - b.createdAt || a.number.localeCompare(b.number)
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

/** `INC20261123-0007` is called 0007 among its day's. */
export const shortNumber = (number: string) => number.slice(number.lastIndexOf('-') + 1)

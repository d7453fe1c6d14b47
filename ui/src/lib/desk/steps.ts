import type { Ticket, TicketDetail } from '@zongheng/server/api.ts'

type State = Ticket['state']

export interface Step {
  state: State
  /** When it came there last; null for what it has not reached. */
  at: number | null
  reached: 'done' | 'now' | 'ahead'
}

const path: readonly State[] = ['new', 'assigned', 'in_progress', 'pending', 'resolved', 'closed']

/** The way of an incident: what it went through, where it is, what lies ahead. Steps it skipped are left out. */
export function stepsOf(ticket: Pick<TicketDetail, 'state' | 'createdAt' | 'timeline'>): Step[] {
  const reachedAt = new Map<string, number>([['new', ticket.createdAt]])
  for (const { kind, at, values } of ticket.timeline) {
    if (kind === 'state' && typeof values.to === 'string') reachedAt.set(values.to, at)
  }
  const cancelled = ticket.state === 'cancelled'
  const here = cancelled ? path.length : path.indexOf(ticket.state)
  const before = path
    .slice(0, here)
    .filter((state) => reachedAt.has(state))
    .map((state): Step => ({ state, at: reachedAt.get(state)!, reached: 'done' }))
  const now: Step = { state: ticket.state, at: reachedAt.get(ticket.state) ?? null, reached: 'now' }
  const ahead = cancelled ? [] : path.slice(here + 1)
  return [...before, now, ...ahead.map((state): Step => ({ state, at: null, reached: 'ahead' }))]
}

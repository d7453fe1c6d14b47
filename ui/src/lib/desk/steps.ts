import type { Ticket, TicketDetail } from '@zongheng/server/api.ts'

type State = Ticket['state']

export interface Step {
  state: State
  /** When it came there last; null for what it has not reached. */
  at: number | null
  reached: 'done' | 'now' | 'ahead'
}

const paths: Record<Ticket['kind'], readonly State[]> = {
  incident: ['new', 'assigned', 'in_progress', 'pending', 'resolved', 'closed'],
  request: ['new', 'approval', 'in_progress', 'pending', 'fulfilled', 'closed'],
  problem: ['new', 'investigating', 'known_error', 'resolved', 'closed'],
  change: ['draft', 'submitted', 'assessed', 'approved', 'scheduled', 'implementing', 'review', 'closed'],
}
/** Where a ticket leaves its way. */
const aside: readonly State[] = ['cancelled', 'rejected']

/** The way of a ticket: what it went through, where it is, what lies ahead. Steps it skipped are left out. */
export function stepsOf(ticket: Pick<TicketDetail, 'kind' | 'state' | 'createdAt' | 'timeline'>): Step[] {
  const path = paths[ticket.kind]
  const reachedAt = new Map<string, number>([[path[0]!, ticket.createdAt]])
  for (const { kind, at, values } of ticket.timeline) {
    if (kind === 'state' && typeof values.to === 'string') reachedAt.set(values.to, at)
  }
  const left = aside.includes(ticket.state)
  const here = left ? path.length : path.indexOf(ticket.state)
  const before = path
    .slice(0, here)
    .filter((state) => reachedAt.has(state))
    .map((state): Step => ({ state, at: reachedAt.get(state)!, reached: 'done' }))
  const now: Step = { state: ticket.state, at: reachedAt.get(ticket.state) ?? null, reached: 'now' }
  const ahead = left ? [] : path.slice(here + 1)
  return [...before, now, ...ahead.map((state): Step => ({ state, at: null, reached: 'ahead' }))]
}

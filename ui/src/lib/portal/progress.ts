import type { Ticket } from '@zongheng/server/api.ts'
import type { IconName } from '../components/icons.ts'

export const categories = [
  ['network', 'wifi'],
  ['system', 'window'],
  ['computer', 'monitor'],
  ['printer', 'print'],
  ['phone', 'phone'],
  ['video', 'video'],
  ['other', 'desk'],
] as const satisfies [string, IconName][]
export type Category = (typeof categories)[number][0]

/** Sent, taken up, worked on, solved. */
export const steps = 4

/** How many of the steps are behind a ticket; the next is under way. */
export function stepsDone({ state, assignee }: Pick<Ticket, 'state' | 'assignee'>): number {
  if (['resolved', 'fulfilled', 'closed', 'cancelled', 'rejected'].includes(state)) return steps
  if (state === 'new' || state === 'draft' || state === 'submitted') return assignee ? 2 : 1
  return 2
}

export const isDone = ({ state }: Pick<Ticket, 'state'>) => state === 'resolved' || state === 'fulfilled'
export const isOver = ({ state }: Pick<Ticket, 'state'>) =>
  ['closed', 'cancelled', 'rejected'].includes(state)

/** What a list of tickets is narrowed by, and in which order it is read. */
import type { Paging } from '../http/paging.ts'
import { statesIn, type TicketKind, type TicketState } from './kinds.ts'

/** `done`: all that is not open, `over`: of it what nothing moves any more. */
export const listPhases = ['open', 'waiting', 'done', 'over'] as const
export type ListPhase = (typeof listPhases)[number]

/** Due: what ends first, then what has no clock; priority: P1 first, of equals the longest open; else the newest first. */
export const listSorts = ['due', 'updated', 'created', 'priority'] as const
export type ListSort = (typeof listSorts)[number]

export interface TicketFilter extends Paging {
  kind?: TicketKind | undefined
  phase?: ListPhase | undefined
  state?: TicketState | 'open' | undefined
  teamId?: string | undefined
  /** Null: nobody's. */
  assigneeId?: string | null | undefined
  regionId?: string | undefined
  siteId?: string | undefined
  priority?: string | undefined
  category?: string | undefined
  channel?: string | undefined
  requesterId?: string | undefined
  parentId?: string | undefined
  entityId?: string | undefined
  tag?: string | undefined
  /** Whoever watches it. */
  watcherId?: string | undefined
  /** Offered to one of these teams, which have not said yes or no. */
  offeredTo?: readonly string[] | undefined
  dueBeforeMs?: number | undefined
  major?: boolean | undefined
  /** Found by words. */
  ids?: readonly string[] | undefined
  sort?: ListSort | undefined
}

/** Whether only open tickets are asked for: what has no end has no clock, and is worth no order by grade. */
export const isOpenOnly = ({ phase, state, dueBeforeMs, sort, offeredTo }: TicketFilter): boolean =>
  phase === 'open' ||
  phase === 'waiting' ||
  dueBeforeMs !== undefined ||
  offeredTo !== undefined ||
  state === 'open' ||
  (state !== undefined && !endStates.has(state)) ||
  (phase === undefined && state === undefined && (sort === 'due' || sort === 'priority'))

/** What is over is read by time alone. */
export function sortOf(filter: TicketFilter): ListSort {
  const { sort = 'created' } = filter
  return isOpenOnly(filter) || sort === 'created' ? sort : 'updated'
}

/** States that are asked for beside being open or not. */
export const statesOf = ({ phase, state }: TicketFilter): readonly string[] | undefined =>
  state !== undefined && state !== 'open' ? [state]
  : phase === 'waiting' ? statesIn('waiting')
  : phase === 'over' ? statesIn('over')
  : undefined // prettier-ignore

/** States of what is not open, as the indexes have them. */
export const endStates: ReadonlySet<string> = new Set([
  'resolved',
  'fulfilled',
  'rejected',
  'closed',
  'cancelled',
])

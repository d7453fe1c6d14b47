/** What the table of kinds allows, and what arriving in a state does to a ticket. Pure. */
import { phaseOf, tableOf, type Actor, type MoveRule, type TicketKind } from './kinds.ts'
import type { TicketRow } from './store.ts'

export interface Life {
  kind: TicketKind
  state: string
  /** When it was resolved or fulfilled. */
  resolvedAtMs: number | null
}

export const lifeOf = ({ kind, state, resolved_at }: TicketRow): Life => ({
  kind: kind as TicketKind,
  state,
  resolvedAtMs: resolved_at,
})

const isInTime = ({ withinMs }: MoveRule, { resolvedAtMs }: Life, nowMs: number) =>
  withinMs === undefined || nowMs - (resolvedAtMs ?? nowMs) <= withinMs

/** Every move the table has from here now, whoever makes it. */
export const movesFrom = (life: Life, nowMs: number): MoveRule[] =>
  (tableOf(life.kind).states[life.state]?.moves ?? []).filter((rule) => isInTime(rule, life, nowMs))

export const mayMake = ({ by }: MoveRule, actors: ReadonlySet<Actor>): boolean =>
  by.some((actor) => actors.has(actor))

/** Moves of these actors. */
export const movesOf = (life: Life, actors: ReadonlySet<Actor>, nowMs: number): MoveRule[] =>
  movesFrom(life, nowMs).filter((rule) => mayMake(rule, actors))

/** What leaving for another state sets besides. */
export function arriving(ticket: TicketRow, to: string, nowMs: number) {
  const kind = ticket.kind as TicketKind
  const [from, phase] = [phaseOf(kind, ticket.state), phaseOf(kind, to)]
  const comesBack = from === 'done' && phase !== 'over'
  return {
    ...(phase === 'done' && { resolved_at: nowMs }),
    ...(to === 'closed' && { closed_at: nowMs }),
    ...(comesBack && { resolved_at: null, reopened: ticket.reopened + 1 }),
    ...(from === 'fresh' && phase === 'working' && { responded_at: ticket.responded_at ?? nowMs }),
  }
}

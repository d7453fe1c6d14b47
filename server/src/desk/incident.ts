/** The incident's life, as a table: from each state, where people may move it. */
export const incidentStates = [
  'new',
  'assigned',
  'in_progress',
  'pending',
  'resolved',
  'closed',
  'cancelled',
] as const
export type IncidentState = (typeof incidentStates)[number]

export const pendingReasons = ['requester', 'carrier', 'vendor', 'spare', 'change'] as const
export type PendingReason = (typeof pendingReasons)[number]

export const incidentMoves: Record<IncidentState, readonly IncidentState[]> = {
  new: ['assigned', 'in_progress', 'cancelled'],
  assigned: ['in_progress', 'cancelled'],
  in_progress: ['pending', 'resolved'],
  pending: ['in_progress', 'resolved'],
  resolved: ['in_progress', 'closed'],
  closed: [],
  cancelled: [],
}

/** States that recovery of the alarm may resolve from. */
export const resolvedByRecovery: readonly IncidentState[] = ['new', 'assigned', 'in_progress', 'pending']

/** A resolved incident may be reopened for seven days. */
export const reopenWithinMs = 7 * 24 * 3_600_000

export const isOpen = (state: IncidentState) => resolvedByRecovery.includes(state)

export interface IncidentLife {
  state: IncidentState
  resolvedAtMs: number | null
}

/** Where people may move it now. */
export function movesFrom({ state, resolvedAtMs }: IncidentLife, nowMs: number): readonly IncidentState[] {
  const moves = incidentMoves[state]
  const tooLate = state === 'resolved' && nowMs - (resolvedAtMs ?? 0) > reopenWithinMs
  return tooLate ? moves.filter((to) => to === 'closed') : moves
}

/** What leaving for another state does to a ticket besides. */
export function arriving(to: IncidentState, nowMs: number) {
  return {
    ...(to === 'resolved' && { resolved_at: nowMs }),
    ...(to === 'closed' && { closed_at: nowMs }),
    ...((to === 'in_progress' || to === 'assigned') && { resolved_at: null }),
  }
}

/** The incident's life, as a table: from each state, where people may move it. */
export const incidentStates = ['new', 'assigned', 'in_progress', 'pending', 'resolved', 'closed', 'cancelled'] as const
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

/** The lives of the four kinds of ticket, as one table: states, moves, who makes them, what they ask for. One engine reads it. */

/** `waiting`: clocks that list its reason pause; `done`: resolved, may come back; `over`: nothing moves any more. */
export type Phase = 'fresh' | 'working' | 'waiting' | 'done' | 'over'

/**
 * Who makes a move: `worker` may work on the ticket; `requester` reported it; `approver` was asked; `manager` answers for the
 * region; `system` is recovery, approval or a clock.
 */
export type Actor = 'worker' | 'requester' | 'approver' | 'manager' | 'system'

/** What a move asks for: a field of the move or of the ticket. */
export type Need =
  | 'assignee'
  | 'reason'
  | 'text'
  | 'resolution'
  | 'approval'
  | 'assessment'
  | 'schedule'
  | 'workaround'
  | 'rootCause'
  | 'outcome'
  | 'review'
  | 'receipt'
  | 'tasksDone'

export interface MoveRule {
  to: string
  by: readonly Actor[]
  needs?: readonly Need[]
  /** Since the state was entered; later the move is closed. */
  withinMs?: number
}

export interface KindTable {
  prefix: string
  first: string
  states: Readonly<Record<string, { phase: Phase; moves: readonly MoveRule[] }>>
}

const day = 24 * 3_600_000
/** A resolved incident may be reopened for seven days. */
export const reopenWithinMs = 7 * day

const worker: readonly Actor[] = ['worker']
const system: readonly Actor[] = ['system']
const workerOrSystem: readonly Actor[] = ['worker', 'system']
const either: readonly Actor[] = ['worker', 'requester']
const all: readonly Actor[] = ['worker', 'requester', 'system']
const approved: readonly Actor[] = ['approver', 'system']

const cancelled = { to: 'cancelled', by: either, needs: ['text'] } as const
const toWork = { to: 'in_progress', by: worker } as const
const toPending = { to: 'pending', by: worker, needs: ['reason'] } as const
/** An incident is resolved by one press; what was done is said in the conversation. */
const toResolved = { to: 'resolved', by: workerOrSystem } as const

export const kinds = {
  incident: {
    prefix: 'INC',
    first: 'new',
    states: {
      new: {
        phase: 'fresh',
        moves: [
          { to: 'assigned', by: worker, needs: ['assignee'] },
          toWork,
          { to: 'resolved', by: system },
          { to: 'cancelled', by: all },
        ],
      },
      assigned: {
        phase: 'fresh',
        moves: [toWork, { to: 'resolved', by: system }, { to: 'cancelled', by: all }],
      },
      in_progress: { phase: 'working', moves: [toPending, toResolved] },
      pending: { phase: 'waiting', moves: [{ to: 'in_progress', by: all }, toResolved] },
      resolved: {
        phase: 'done',
        moves: [
          { to: 'in_progress', by: all, withinMs: reopenWithinMs },
          { to: 'closed', by: all },
        ],
      },
      closed: { phase: 'over', moves: [] },
      cancelled: { phase: 'over', moves: [] },
    },
  },
  request: {
    prefix: 'REQ',
    first: 'new',
    states: {
      new: {
        phase: 'fresh',
        moves: [{ to: 'approval', by: system }, { to: 'in_progress', by: workerOrSystem }, cancelled],
      },
      approval: {
        phase: 'waiting',
        moves: [
          { to: 'in_progress', by: approved, needs: ['approval'] },
          { to: 'rejected', by: approved, needs: ['text'] },
          cancelled,
        ],
      },
      in_progress: {
        phase: 'working',
        moves: [toPending, { to: 'fulfilled', by: workerOrSystem, needs: ['tasksDone'] }, cancelled],
      },
      pending: { phase: 'waiting', moves: [{ to: 'in_progress', by: all }, cancelled] },
      fulfilled: {
        phase: 'done',
        moves: [
          { to: 'in_progress', by: either, needs: ['text'], withinMs: reopenWithinMs },
          { to: 'closed', by: all, needs: ['receipt'] },
        ],
      },
      closed: { phase: 'over', moves: [] },
      rejected: { phase: 'over', moves: [] },
      cancelled: { phase: 'over', moves: [] },
    },
  },
  problem: {
    prefix: 'PRB',
    first: 'new',
    states: {
      new: { phase: 'fresh', moves: [{ to: 'investigating', by: worker }, cancelled] },
      investigating: {
        phase: 'working',
        moves: [
          { to: 'known_error', by: worker, needs: ['workaround'] },
          { to: 'resolved', by: worker, needs: ['rootCause', 'resolution'] },
          cancelled,
        ],
      },
      known_error: {
        phase: 'working',
        moves: [
          { to: 'investigating', by: worker },
          { to: 'resolved', by: worker, needs: ['rootCause', 'resolution'] },
        ],
      },
      resolved: {
        phase: 'done',
        moves: [
          { to: 'investigating', by: worker, needs: ['text'] },
          { to: 'closed', by: workerOrSystem },
        ],
      },
      closed: { phase: 'over', moves: [] },
      cancelled: { phase: 'over', moves: [] },
    },
  },
  change: {
    prefix: 'CHG',
    first: 'draft',
    states: {
      draft: { phase: 'fresh', moves: [{ to: 'submitted', by: worker, needs: ['schedule'] }, cancelled] },
      submitted: {
        phase: 'waiting',
        moves: [
          { to: 'assessed', by: worker, needs: ['assessment'] },
          // A standard change is approved with its model; an emergency is approved in its review.
          { to: 'scheduled', by: system },
          { to: 'implementing', by: workerOrSystem },
          { to: 'draft', by: worker, needs: ['text'] },
          cancelled,
        ],
      },
      assessed: {
        phase: 'waiting',
        moves: [
          { to: 'approved', by: approved, needs: ['approval'] },
          { to: 'rejected', by: approved, needs: ['text'] },
          { to: 'draft', by: worker, needs: ['text'] },
          cancelled,
        ],
      },
      rejected: { phase: 'waiting', moves: [{ to: 'draft', by: worker }, cancelled] },
      approved: {
        phase: 'waiting',
        moves: [{ to: 'scheduled', by: workerOrSystem, needs: ['schedule'] }, cancelled],
      },
      scheduled: {
        phase: 'waiting',
        moves: [
          { to: 'implementing', by: workerOrSystem },
          { to: 'draft', by: worker, needs: ['text'] },
          cancelled,
        ],
      },
      implementing: {
        phase: 'working',
        moves: [{ to: 'review', by: worker, needs: ['outcome', 'tasksDone'] }],
      },
      review: { phase: 'working', moves: [{ to: 'closed', by: ['manager'], needs: ['review'] }] },
      closed: { phase: 'over', moves: [] },
      cancelled: { phase: 'over', moves: [] },
    },
  },
} as const satisfies Record<string, KindTable>

export type TicketKind = keyof typeof kinds
export type StateOf<K extends TicketKind> = keyof (typeof kinds)[K]['states'] & string
export type TicketState = { [K in TicketKind]: StateOf<K> }[TicketKind]

export const ticketKinds = Object.keys(kinds) as TicketKind[]
export const pendingReasons = ['requester', 'carrier', 'vendor', 'spare', 'change'] as const
export type PendingReason = (typeof pendingReasons)[number]

export const tableOf = (kind: TicketKind): KindTable => kinds[kind]

/** Throws for a state that the kind does not have. */
export function phaseOf(kind: TicketKind, state: string): Phase {
  const found = tableOf(kind).states[state]
  if (!found) throw new Error(`${kind} has no state ${state}`)
  return found.phase
}

export const isOpenPhase = (phase: Phase): boolean =>
  phase === 'fresh' || phase === 'working' || phase === 'waiting'

/** Every state of any kind, each once. */
export const ticketStates = [
  ...new Set(ticketKinds.flatMap((kind) => Object.keys(kinds[kind].states))),
] as readonly TicketState[]

const phasesOf = (state: string): Phase[] =>
  ticketKinds.flatMap((kind) => tableOf(kind).states[state]?.phase ?? [])

/** States that are in one of these phases in every kind that has them. For queries, which look at the state alone. */
export const statesIn = (...phases: Phase[]): TicketState[] =>
  ticketStates.filter((state) => phasesOf(state).every((phase) => phases.includes(phase)))

/** A change that was rejected lies with its author: it is no open work. */
export const openStates = statesIn('fresh', 'working', 'waiting')

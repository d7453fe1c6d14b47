import { describe, expect, it } from 'vitest'
import { movesFrom, movesOf } from './engine.ts'
import { kinds, openStates, phaseOf, reopenWithinMs, ticketKinds, ticketStates, type Actor, type TicketKind } from './kinds.ts' // prettier-ignore

const nowMs = Date.UTC(2026, 10, 22, 4)

/** The model's tables, once more, by hand: to each move the initials of those who make it (worker, requester, approver, manager, system). */
const byHand: Record<TicketKind, Record<string, string>> = {
  incident: {
    new: 'assigned/w in_progress/w resolved/s cancelled/wrs',
    assigned: 'in_progress/w resolved/s cancelled/wrs',
    in_progress: 'pending/w resolved/ws',
    pending: 'in_progress/wrs resolved/ws',
    resolved: 'in_progress/wrs closed/wrs',
    closed: '',
    cancelled: '',
  },
  request: {
    new: 'approval/s in_progress/ws cancelled/wr',
    approval: 'in_progress/as rejected/as cancelled/wr',
    in_progress: 'pending/w fulfilled/ws cancelled/wr',
    pending: 'in_progress/wrs cancelled/wr',
    fulfilled: 'in_progress/wr closed/wrs',
    closed: '',
    rejected: '',
    cancelled: '',
  },
  problem: {
    new: 'investigating/w cancelled/wr',
    investigating: 'known_error/w resolved/w cancelled/wr',
    known_error: 'investigating/w resolved/w',
    resolved: 'investigating/w closed/ws',
    closed: '',
    cancelled: '',
  },
  change: {
    draft: 'submitted/w cancelled/wr',
    submitted: 'assessed/w scheduled/s implementing/ws draft/w cancelled/wr',
    assessed: 'approved/as rejected/as draft/w cancelled/wr',
    rejected: 'draft/w cancelled/wr',
    approved: 'scheduled/ws cancelled/wr',
    scheduled: 'implementing/ws draft/w cancelled/wr',
    implementing: 'review/w',
    review: 'closed/m',
    closed: '',
    cancelled: '',
  },
}
const initials: Record<string, Actor> = { w: 'worker', r: 'requester', a: 'approver', m: 'manager', s: 'system' } // prettier-ignore
const actors = Object.values(initials)

const cases = ticketKinds.flatMap((kind) =>
  Object.keys(kinds[kind].states).flatMap((from) => actors.map((actor) => [kind, from, actor] as const)),
)
const allowed = (kind: TicketKind, from: string, actor: Actor) =>
  byHand[kind][from]!.split(' ')
    .filter(Boolean)
    .map((move) => move.split('/') as [string, string])
    .filter(([, who]) => [...who].some((one) => initials[one] === actor))
    .map(([to]) => to)

describe('the lives of tickets', () => {
  it.each(cases)('%s in %s: what a %s may do', (kind, from, actor) => {
    const moves = movesOf({ kind, state: from, resolvedAtMs: nowMs }, new Set([actor]), nowMs)
    expect(moves.map(({ to }) => to).sort()).toEqual(allowed(kind, from, actor).sort())
  })

  it.each(ticketKinds)(
    '%s: every state is reached from the first, and each move ends in one it has',
    (kind) => {
      const { first, states } = kinds[kind] as {
        first: string
        states: Record<string, { moves: readonly { to: string }[] }>
      }
      const reached = new Set([first])
      for (const state of reached) for (const { to } of states[state]!.moves) reached.add(to)
      expect([...reached].sort()).toEqual(Object.keys(states).sort())
    },
  )

  it.each([
    ['incident', 'resolved', 'on the seventh day', reopenWithinMs, ['in_progress', 'closed']],
    ['incident', 'resolved', 'afterwards', reopenWithinMs + 1, ['closed']],
    ['request', 'fulfilled', 'on the seventh day', reopenWithinMs, ['in_progress', 'closed']],
    ['request', 'fulfilled', 'afterwards', reopenWithinMs + 1, ['closed']],
  ] as const)('%s %s comes back until a week is over: %s', (kind, state, _, ageMs, moves) => {
    const life = { kind, state, resolvedAtMs: nowMs - ageMs }
    expect(movesFrom(life, nowMs).map(({ to }) => to)).toEqual(moves)
  })

  it('a state means the same in each kind that has it, but for what is rejected: a change may be drafted anew', () => {
    const differ = ticketStates.filter((state) => {
      const having = ticketKinds.filter((kind) => state in kinds[kind].states)
      return new Set(having.map((kind) => phaseOf(kind, state))).size > 1
    })
    expect(differ).toEqual(['rejected'])
  })

  it('what is resolved, rejected or over is no open work', () => {
    expect(ticketStates.filter((state) => !openStates.includes(state)).sort()).toEqual(
      ['cancelled', 'closed', 'fulfilled', 'rejected', 'resolved'].sort(),
    )
  })

  it('a kind has no other states than its own', () => {
    expect(() => phaseOf('incident', 'draft')).toThrow(/no state draft/)
  })
})

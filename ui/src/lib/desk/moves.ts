import type { Ticket } from '@zongheng/server/api.ts'

type State = Ticket['state']

interface Button {
  to: State
  /** Beside the composer's send, or among the quiet ones. */
  place: 'main' | 'quiet'
}
/** Something has to be said first, or it cannot be taken back. */
export interface AskingMove extends Button {
  name: 'wait' | 'close' | 'cancel'
  manner: 'ask'
}
export interface PromptMove extends Button {
  name: 'take' | 'resume' | 'resolve' | 'reopen'
  manner: 'now'
}
/** A button of the ticket: its words are `desk.move.<name>`. */
export type Move = AskingMove | PromptMove

const take = { name: 'take', to: 'in_progress', manner: 'now', place: 'main' } as const
const wait = { name: 'wait', to: 'pending', manner: 'ask', place: 'quiet' } as const
const resolve = { name: 'resolve', to: 'resolved', manner: 'now', place: 'main' } as const
const cancel = { name: 'cancel', to: 'cancelled', manner: 'ask', place: 'quiet' } as const

/** What is offered in each state; giving it to somebody is not a button but the assignment. */
const offered: Partial<Record<State, readonly Move[]>> = {
  new: [cancel, take],
  assigned: [cancel, take],
  in_progress: [wait, resolve],
  pending: [{ name: 'resume', to: 'in_progress', manner: 'now', place: 'quiet' }, resolve],
  resolved: [
    { name: 'reopen', to: 'in_progress', manner: 'now', place: 'quiet' },
    { name: 'close', to: 'closed', manner: 'ask', place: 'main' },
  ],
  closed: [],
  cancelled: [],
}

/** The buttons of a ticket that the server allows. */
export const movesOf = (state: State, allowed: readonly State[]): Move[] =>
  (offered[state] ?? []).filter(({ to }) => allowed.includes(to))

/** Where a move can be taken back to at once; null where it cannot. */
export const undoOf = (from: State, to: State): State | null =>
  (from === 'in_progress' || from === 'pending') && to === 'resolved' ? 'in_progress' : null

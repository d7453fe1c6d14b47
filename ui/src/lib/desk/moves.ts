import type { Ticket } from '@zongheng/server/api.ts'

type State = Ticket['state']
type Kind = Ticket['kind']
/** What is asked before it is done. */
export type MoveField = 'reason' | 'text' | 'resolution'

/** What was said. */
export type MoveWords = Partial<Record<MoveField, string>>

interface Button {
  to: State
  /** Beside the composer's send, or among the quiet ones. */
  place: 'main' | 'quiet'
}
/** Something has to be said first, or it cannot be taken back. */
export interface AskingMove extends Button {
  name: 'resolve' | 'wait' | 'close' | 'cancel' | 'drop' | 'again'
  manner: 'ask'
  fields: readonly MoveField[]
  /** Without words it is refused. */
  mustSay?: true
}
export interface PromptMove extends Button {
  name: 'take' | 'resume' | 'reopen' | 'fulfil' | 'sign'
  manner: 'now'
}
/** A button of the ticket: its words are `desk.move.<name>`. */
export type Move = AskingMove | PromptMove

const now = (name: PromptMove['name'], to: State, place: Move['place'] = 'main') => ({ name, to, place, manner: 'now' }) as const // prettier-ignore
const ask = (name: AskingMove['name'], to: State, place: Move['place'], fields: readonly MoveField[] = ['text']) => ({ name, to, place, manner: 'ask', fields }) as const // prettier-ignore

const take = now('take', 'in_progress')
const wait = ask('wait', 'pending', 'quiet', ['reason', 'text'])
const resume = now('resume', 'in_progress', 'quiet')
const resolve = ask('resolve', 'resolved', 'main', ['resolution'])
const cancel = ask('cancel', 'cancelled', 'quiet')
const drop = { ...ask('drop', 'cancelled', 'quiet'), mustSay: true } as const

/** What is offered in each state; giving it to somebody is not a button but the assignment, deciding is the panel's. */
const offered: Record<Kind, Partial<Record<State, readonly Move[]>>> = {
  incident: {
    new: [cancel, take],
    assigned: [cancel, take],
    in_progress: [wait, resolve],
    pending: [resume, resolve],
    resolved: [now('reopen', 'in_progress', 'quiet'), ask('close', 'closed', 'main')],
  },
  request: {
    new: [drop, take],
    approval: [drop],
    in_progress: [wait, drop, now('fulfil', 'fulfilled')],
    pending: [resume, drop],
    fulfilled: [{ ...ask('again', 'in_progress', 'quiet'), mustSay: true }, now('sign', 'closed')],
  },
  // Their panels carry them out.
  problem: {},
  change: {},
}

/** The buttons of a ticket that the server allows. */
export const movesOf = (kind: Kind, state: State, allowed: readonly State[]): Move[] =>
  (offered[kind][state] ?? []).filter(({ to }) => allowed.includes(to))

/** Where a move can be taken back to at once; null where it cannot. */
export const undoOf = (from: State, to: State): State | null =>
  (from === 'in_progress' || from === 'pending') && to === 'resolved' ? 'in_progress' : null

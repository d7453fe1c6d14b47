/** What modules beside the desk may hang on a ticket's life: clocks, approvals, tasks, changes, mail. All of it in the desk's transaction. */
import type { Note } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { NewEntry } from './entry.ts'
import type { Need, TicketKind } from './kinds.ts'
import type { TicketRow } from './store.ts'

export type { TicketRow } from './store.ts'

export interface MoveInput {
  to: string
  reason?: string | undefined
  text?: string | undefined
  resolution?: string | undefined
  resolutionCode?: string | undefined
}

export interface Moving {
  tx: Db
  ticket: TicketRow
  move: MoveInput
  /** Null: the system. */
  viewer: Viewer | null
  note: Note
  nowMs: number
}

/** What one kind wants besides the table. */
export interface KindRules {
  /** Whether a need of the table is met; a need that nobody answers for is not. Throws a ProblemError to say what is missing. */
  meets?: Partial<Record<Need, (moving: Moving) => Promise<boolean>>>
  /** Moves of the table that do not apply to this ticket, as `submitted → assessed` to a standard change. */
  closed?: (ticket: TicketRow, to: string, db: Db) => Promise<boolean>
  /** After the row is changed: opens its window, asks its approvers. */
  moved?: (moving: Moving & { from: string }) => Promise<void>
}

/** Told of each change of each ticket, within its transaction; `before` is null for a new one. */
export interface TicketObserver {
  changed(tx: Db, before: TicketRow | null, after: TicketRow, nowMs: number): Promise<void>
  /** Lines that were added to it without changing it, as comments are. */
  added?(tx: Db, ticket: TicketRow, entries: readonly NewEntry[], nowMs: number): Promise<void>
}

/** What `DeskService` takes at start: `desk.extend('change', rules)`, `desk.observe(clocks)`. */
export interface TicketLife {
  extend(kind: TicketKind, rules: KindRules): void
  observe(observer: TicketObserver): void
}

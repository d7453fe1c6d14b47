/** Two tickets of one matter become one: the one that ends hands over its people and its children, and points to the other. */
import type { Note } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import { conflict } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import { movesOf, lifeOf } from './engine.ts'
import type { NewEntry } from './entry.ts'
import { mustBeOpen } from './escalating.ts'
import * as gathered from './gathering-store.ts'
import type { MeToos } from './me-too.ts'
import type { Actor } from './kinds.ts'
import type { Parts } from './parts.ts'
import { wrongMove } from './problems.ts'
import * as record from './record.ts'
import { ticketsByIds, type TicketRow } from './store.ts'

const worker: ReadonlySet<Actor> = new Set<Actor>(['worker', 'system'])

export class Merging {
  readonly #parts: Parts
  readonly #meToos: MeToos

  constructor(parts: Parts, meToos: MeToos) {
    this.#parts = parts
    this.#meToos = meToos
  }

  /** Throws `cannot-merge` for tickets of two kinds, for changes, and for one with itself. */
  async merge(viewer: Viewer, id: string, intoId: string): Promise<void> {
    const { audit, book, clock, reach } = this.#parts
    await reach.worked(viewer, id)
    await reach.worked(viewer, intoId)
    if (id === intoId) throw conflict('cannot-merge')
    await audit.write(async (tx, note) => {
      const held = await gathered.heldTickets(tx, [id, intoId])
      const [row, into] = [held.get(id)!, held.get(intoId)!]
      mustBeOpen(row)
      mustBeOpen(into)
      const mayMerge =
        row.kind === into.kind && row.kind !== 'change' && (row.major === 0 || into.major === 1)
      if (!mayMerge) throw conflict('cannot-merge')
      const nowMs = clock()
      await this.#handOver(tx, row, into, nowMs)
      const said = { event: 'merged-into', number: into.number }
      const pointing: NewEntry = { kind: 'link', authorId: viewer.userId, values: said }
      const merged = await book.change(tx, row, { merged_into: into.id, parent_id: null }, [pointing])
      await this.#end(tx, note, merged, into, viewer)
      const values = { event: 'merged', number: row.number, title: row.title }
      await book.add(tx, intoId, [{ kind: 'link', visibility: 'internal', authorId: viewer.userId, values }])
      note(record.done('desk.ticket-merged', row, { into: into.number }))
    })
  }

  async #handOver(tx: Db, row: TicketRow, into: TicketRow, nowMs: number): Promise<void> {
    await gathered.addWatchers(tx, into.id, await gathered.watchersOf(tx, row.id), nowMs)
    await this.#meToos.handOver(tx, row, into, nowMs)
    // a child without a parent that gathers would hang on what is over
    if (into.major === 1 || into.kind !== 'incident') await gathered.adoptChildren(tx, row.id, into.id)
    const link = {
      from_id: row.id,
      to_id: into.id,
      kind: 'duplicate',
      created_by: null,
      created_at: nowMs,
    } as const
    await gathered.insertLink(tx, link)
  }

  /** Along the table of its kind: cancelled where that is open to it, else resolved and closed. */
  async #end(tx: Db, note: Note, row: TicketRow, into: TicketRow, viewer: Viewer): Promise<void> {
    const { book, clock } = this.#parts
    const text = `并入 ${into.number}`
    const open = movesOf(lifeOf(row), worker, clock()).map(({ to }) => to)
    const steps = open.includes('cancelled')
      ? ['cancelled']
      : open.includes('resolved')
        ? ['resolved', 'closed']
        : []
    if (steps.length === 0) throw wrongMove(row.state, open)
    for (const to of steps) {
      const [fresh] = await ticketsByIds(tx, [row.id])
      if (fresh)
        await book.moveAs(tx, note, row.id, { to, text, reason: 'merged', resolution: text }, viewer, worker)
    }
  }
}

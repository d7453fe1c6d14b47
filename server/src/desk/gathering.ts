/** A major incident and its children: one outage, many reports, one voice. */
import type { Db } from '../db/database.ts'
import { conflict, notFound } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import { arriving } from './engine.ts'
import type { NewEntry } from './entry.ts'
import { mustBeOpen } from './escalating.ts'
import { heldTicket, heldTickets, openChildrenOf } from './gathering-store.ts'
import { phaseOf, type TicketKind } from './kinds.ts'
import type { Parts } from './parts.ts'
import * as record from './record.ts'
import type { Major } from './schema-together.ts'
import { ticketsByIds, type TicketRow } from './store.ts'

/** What a ticket of a kind may belong to. An incident belongs to another only where that one is major. */
const parentsOf: Record<TicketKind, readonly TicketKind[]> = {
  incident: ['incident', 'problem', 'change'],
  request: ['change'],
  problem: ['change'],
  change: [],
}

export class Gathering {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** `text`: the first public word on it. Throws `has-children` for one that others hang on still. */
  async setMajor(viewer: Viewer, id: string, { major, text }: Major): Promise<void> {
    const { audit, book, reach } = this.#parts
    await reach.worked(viewer, id)
    await audit.write(async (tx, note) => {
      const row = await heldTicket(tx, id)
      mustBeOpen(row)
      if (row.kind !== 'incident') throw conflict('wrong-kind')
      if (row.major === Number(major)) return
      if (major && row.parent_id !== null && (await isIncident(tx, row.parent_id)))
        throw conflict('wrong-parent-ticket')
      if (!major && (await openChildrenOf(tx, id)).length > 0) throw conflict('has-children')
      const authorId = viewer.userId
      const event = major ? 'major' : 'not-major'
      await book.change(tx, row, { major: Number(major) }, [{ kind: 'link', authorId, values: { event } }])
      if (text?.trim()) await book.add(tx, id, [{ kind: 'comment', authorId, text }])
      note(record.done('desk.ticket-major', row, { major, text }))
    })
  }

  /** Throws `wrong-parent-ticket` for what it cannot belong to. */
  async setParent(viewer: Viewer, id: string, parentId: string | null): Promise<void> {
    const { audit, book, reach } = this.#parts
    await reach.worked(viewer, id)
    if (parentId !== null) await reach.seen(viewer, parentId)
    await audit.write(async (tx, note) => {
      const held = await heldTickets(tx, parentId === null ? [id] : [id, parentId])
      const row = held.get(id)!
      const parent = parentId === null ? undefined : held.get(parentId)!
      if (row.parent_id === parentId) return
      if (parent) mustTake(parent, row)
      const former = row.parent_id === null ? undefined : (await ticketsByIds(tx, [row.parent_id]))[0]
      const values = { event: parent ? 'parent' : 'no-parent', number: (parent ?? former)?.number ?? null }
      await book.change(tx, row, { parent_id: parentId }, [{ kind: 'link', authorId: viewer.userId, values }])
      if (parent) await book.add(tx, parent.id, [adopted(row, viewer.userId)])
      note(record.done('desk.ticket-parented', row, { parent: parent?.number ?? null }))
    })
  }

  /** With a major incident its children are resolved. */
  async changed(tx: Db, before: TicketRow | null, after: TicketRow, nowMs: number): Promise<void> {
    const isResolved = after.major === 1 && isDone(after) && before !== null && !isDone(before)
    if (!isResolved) return
    for (const child of await openChildrenOf(tx, after.id)) {
      if (child.kind !== 'incident') continue
      const values = { from: child.state, to: 'resolved', reason: 'major', number: after.number }
      const { resolution, resolution_code } = after
      const set = { state: 'resolved', pending_reason: null, resolution, resolution_code, ...arriving(child, 'resolved', nowMs) } // prettier-ignore
      await this.#parts.book.change(tx, child, set, [{ kind: 'state', values }], 'state')
    }
  }

  /** What is said publicly of a major incident is said to all who reported it. */
  async added(tx: Db, ticket: TicketRow, entries: readonly NewEntry[]): Promise<void> {
    const said = entries.filter(({ kind, visibility }) => kind === 'comment' && visibility !== 'internal')
    if (said.length === 0 || ticket.major !== 1) return
    const passedOn = said.map((entry) => ({ ...entry, values: { event: 'major', number: ticket.number } }))
    for (const child of await openChildrenOf(tx, ticket.id))
      if (child.kind === 'incident') await this.#parts.book.add(tx, child.id, passedOn)
  }
}

const isDone = ({ kind, state }: TicketRow) => phaseOf(kind as TicketKind, state) === 'done'

/** Internal: who else reported it is nobody's business who did. */
const adopted = ({ number, title }: TicketRow, authorId: string): NewEntry => ({
  kind: 'link',
  visibility: 'internal',
  authorId,
  values: { event: 'child', number, title },
})

async function isIncident(tx: Db, id: string): Promise<boolean> {
  const [row] = await ticketsByIds(tx, [id])
  if (!row) throw notFound('ticket')
  return row.kind === 'incident'
}

/** One level of incidents, and kinds above kinds: nothing can come to belong to itself. */
function mustTake(parent: TicketRow, child: TicketRow): void {
  mustBeOpen(child)
  mustBeOpen(parent)
  const isKind = parentsOf[child.kind as TicketKind].includes(parent.kind as TicketKind)
  const isGathered = parent.kind !== 'incident' || (parent.major === 1 && child.major === 0)
  if (!isKind || !isGathered || parent.id === child.id) throw conflict('wrong-parent-ticket')
}

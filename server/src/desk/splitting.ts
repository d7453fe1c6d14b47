/** One report of two matters becomes two tickets: what was said of the second is repeated there, and stays where it was. */
import type { Note } from '../audit/trail.ts'
import { conflict, notFound } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import { entriesByIds } from './entries-store.ts'
import { addEntry, type NewEntry } from './entry.ts'
import { heldTicket, insertLink } from './gathering-store.ts'
import type { Parts } from './parts.ts'
import * as record from './record.ts'
import type { Split } from './schema-together.ts'
import type { Ticket, TimelineEntry } from './schema.ts'
import { ticketsByIds, type EntryRow, type TicketRow } from './store.ts'

/** What people said; what happened to a ticket did not happen to the other. */
const repeatable = new Set(['comment', 'mail', 'call'])

export class Splitting {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Answers the new ticket's id: an incident of the same place and reporter. Throws `cannot-split` for problems and changes. */
  async split(viewer: Viewer, id: string, { title, entryIds }: Split): Promise<string> {
    const { audit, book, clock, reach } = this.#parts
    await reach.worked(viewer, id)
    return audit.write(async (tx, note) => {
      const row = await heldTicket(tx, id)
      if (row.kind !== 'incident' && row.kind !== 'request') throw conflict('cannot-split')
      const said = await entriesByIds(tx, id, entryIds)
      if (said.length < entryIds.length || said.some(({ kind }) => !repeatable.has(kind)))
        throw notFound('entry')
      const [authorId, nowMs] = [viewer.userId, clock()]
      const first: NewEntry = { kind: 'link', authorId, values: { event: 'split-from', number: row.number } }
      const newId = await book.open(tx, { ...newTicketOf(row), title }, first)
      for (const line of said) await addEntry(tx, newId, nowMs, repeated(line))
      const opened = (await ticketsByIds(tx, [newId]))[0]!
      await insertLink(tx, {
        from_id: id,
        to_id: newId,
        kind: 'split',
        created_by: authorId,
        created_at: nowMs,
      })
      await book.add(tx, id, [
        { kind: 'link', authorId, values: { event: 'split', number: opened.number, title } },
      ])
      this.#tell(note, row, opened)
      return newId
    })
  }

  #tell(note: Note, row: TicketRow, opened: TicketRow): void {
    note(record.reported(opened))
    note(record.done('desk.ticket-split', row, { into: opened.number }))
  }
}

const newTicketOf = (row: TicketRow) => ({
  kind: 'incident' as const,
  description: '',
  channel: row.channel as Ticket['channel'],
  rating: { impact: row.impact, urgency: row.urgency },
  regionId: row.region_id,
  siteId: row.site_id,
  teamId: row.team_id,
  requesterId: row.requester_id,
  category: row.category,
  contact: { name: row.contact_name, phone: row.contact_phone, email: row.contact_email },
})

/** With its own author; the instant is that of the split, since a timeline only grows. */
const repeated = ({ kind, visibility, author_id, text, at }: EntryRow): NewEntry => ({
  kind: kind as TimelineEntry['kind'],
  visibility: visibility as TimelineEntry['visibility'],
  authorId: author_id,
  text,
  values: { event: 'repeated', at },
})

import { newId } from '@zongheng/inventory/id.ts'
import type { Db } from '../db/database.ts'
import type { TimelineEntry } from './schema.ts'
import { insertEntry } from './store.ts'

export interface NewEntry {
  kind: TimelineEntry['kind']
  visibility?: TimelineEntry['visibility']
  /** Null: the system itself. */
  authorId?: string | null
  text?: string | null
  values?: TimelineEntry['values']
}

/** Adds a line to a ticket's timeline, which nobody changes afterwards. */
export async function addEntry(tx: Db, ticketId: string, atMs: number, entry: NewEntry): Promise<void> {
  await insertEntry(tx, {
    id: newId('entry'),
    ticket_id: ticketId,
    at: atMs,
    kind: entry.kind,
    visibility: entry.visibility ?? 'public',
    author_id: entry.authorId ?? null,
    text: entry.text ?? null,
    details: JSON.stringify(entry.values ?? {}),
  })
}

import type { Db } from '../db/database.ts'
import type { EntryRow } from './store.ts'

export const lastEntryOf = (
  db: Db,
  ticketId: string,
  kind: string,
  authorId: string,
): Promise<EntryRow | undefined> =>
  db
    .selectFrom('timeline')
    .selectAll()
    .where('ticket_id', '=', ticketId)
    .where('kind', '=', kind)
    .where('author_id', '=', authorId)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()

export async function countEntries(db: Db, ticketId: string, kind: string): Promise<number> {
  const row = await db
    .selectFrom('timeline')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('ticket_id', '=', ticketId)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** Of one ticket, in their order. */
export const entriesByIds = (db: Db, ticketId: string, ids: string[]): Promise<EntryRow[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('timeline')
        .selectAll()
        .where('ticket_id', '=', ticketId)
        .where('id', 'in', ids)
        .orderBy('at')
        .orderBy('id')
        .execute()

/** Of one ticket and these kinds, oldest first. */
export const linesOf = (db: Db, ticketId: string, kinds: readonly string[]): Promise<EntryRow[]> =>
  db
    .selectFrom('timeline')
    .selectAll()
    .where('ticket_id', '=', ticketId)
    .where('kind', 'in', kinds)
    .orderBy('at')
    .orderBy('id')
    .execute()

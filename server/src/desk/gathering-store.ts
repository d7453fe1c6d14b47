/** What ties tickets and people to a ticket: parents, links, watchers, and who else has it. */
import type { Insertable, Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { notFound } from '../http/problem.ts'
import { inScope } from '../identity/scope.ts'
import { openStates } from './kinds.ts'
import type { Sight } from './sight.ts'
import { ticketsByIds, type TicketRow } from './store.ts'

export type MeTooRow = Selectable<Tables['me_toos']>
export type LinkRow = Selectable<Tables['ticket_links']>
export type LinkKind = LinkRow['kind']

/**
 * Holds these tickets until the transaction ends, and reads them then: what is decided by several of them stays true. Always majors
 * first, as they reach for their children, then by id: two who hold the same wait for one another and never for each other. Throws
 * `not-found`.
 */
export async function heldTickets(tx: Db, ids: string[]): Promise<Map<string, TicketRow>> {
  const byRank = (a: TicketRow, b: TicketRow) => b.major - a.major || (a.id < b.id ? -1 : 1)
  for (const { id } of (await ticketsByIds(tx, ids)).sort(byRank))
    await tx
      .updateTable('tickets')
      .set((eb) => ({ revision: eb.ref('revision') }))
      .where('id', '=', id)
      .execute()
  const rows = new Map((await ticketsByIds(tx, ids)).map((row) => [row.id, row]))
  if (ids.some((id) => !rows.has(id))) throw notFound('ticket')
  return rows
}

export async function heldTicket(tx: Db, id: string): Promise<TicketRow> {
  return (await heldTickets(tx, [id])).get(id)!
}

// ---- parents -------------------------------------------------------------------------------

const childrenAtMost = 1000

export const childrenOf = (db: Db, parentId: string): Promise<TicketRow[]> =>
  db
    .selectFrom('tickets')
    .selectAll()
    .where('parent_id', '=', parentId)
    .orderBy('id')
    .limit(childrenAtMost)
    .execute()

export async function countChildren(db: Db, parentId: string): Promise<number> {
  const row = await db
    .selectFrom('tickets')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('parent_id', '=', parentId)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export const openChildrenOf = (db: Db, parentId: string): Promise<TicketRow[]> =>
  db
    .selectFrom('tickets')
    .selectAll()
    .where('parent_id', '=', parentId)
    .where('state', 'in', openStates)
    .orderBy('id')
    .limit(childrenAtMost)
    .execute()

export const adoptChildren = (tx: Db, fromId: string, toId: string) =>
  tx.updateTable('tickets').set({ parent_id: toId }).where('parent_id', '=', fromId).execute()

export const mergedInto = (db: Db, id: string): Promise<TicketRow[]> =>
  db.selectFrom('tickets').selectAll().where('merged_into', '=', id).limit(childrenAtMost).execute()

/** Those merged into it, and those merged into these before. */
export async function everMergedInto(db: Db, id: string): Promise<string[]> {
  const rows = await db
    .withRecursive('gone(id)', (cte) =>
      cte
        .selectFrom('tickets')
        .select('id')
        .where('merged_into', '=', id)
        .union((eb) =>
          eb.selectFrom('tickets').innerJoin('gone', 'gone.id', 'tickets.merged_into').select('tickets.id'),
        ),
    )
    .selectFrom('gone')
    .select('id')
    .limit(childrenAtMost)
    .execute()
  return rows.map((row) => row.id)
}

// ---- links ---------------------------------------------------------------------------------

/** One link of a kind between two; false where it is there already. */
export async function insertLink(tx: Db, row: Insertable<Tables['ticket_links']>): Promise<boolean> {
  const result = await tx
    .insertInto('ticket_links')
    .values(row)
    .onConflict((conflict) => conflict.columns(['from_id', 'to_id', 'kind']).doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Whichever way they point, but what a split left stays. Answers how many there were. */
export async function deleteLinks(tx: Db, oneId: string, otherId: string): Promise<number> {
  const result = await tx
    .deleteFrom('ticket_links')
    .where('kind', '!=', 'split')
    .where((eb) =>
      eb.or([
        eb.and([eb('from_id', '=', oneId), eb('to_id', '=', otherId)]),
        eb.and([eb('from_id', '=', otherId), eb('to_id', '=', oneId)]),
      ]),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

export const linksOf = (db: Db, id: string): Promise<LinkRow[]> =>
  db
    .selectFrom('ticket_links')
    .selectAll()
    .where((eb) => eb.or([eb('from_id', '=', id), eb('to_id', '=', id)]))
    .orderBy('created_at')
    .execute()

// ---- people --------------------------------------------------------------------------------

export async function watchersOf(db: Db, ticketId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('ticket_watchers')
    .select('user_id')
    .where('ticket_id', '=', ticketId)
    .orderBy('created_at')
    .execute()
  return rows.map((row) => row.user_id)
}

export async function addWatchers(tx: Db, ticketId: string, userIds: string[], nowMs: number): Promise<void> {
  for (const userId of userIds)
    await tx
      .insertInto('ticket_watchers')
      .values({ ticket_id: ticketId, user_id: userId, created_at: nowMs })
      .onConflict((conflict) => conflict.columns(['ticket_id', 'user_id']).doNothing())
      .execute()
}

export const meToosOf = (db: Db, ticketId: string): Promise<MeTooRow[]> =>
  db.selectFrom('me_toos').selectAll().where('ticket_id', '=', ticketId).orderBy('id').execute()

export async function countMeToos(db: Db, ticketId: string): Promise<number> {
  const row = await db
    .selectFrom('me_toos')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('ticket_id', '=', ticketId)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export const insertMeToo = (tx: Db, row: Insertable<Tables['me_toos']>) =>
  tx.insertInto('me_toos').values(row).execute()

export const moveMeToos = (tx: Db, ids: string[], toTicketId: string) =>
  ids.length === 0
    ? Promise.resolve([])
    : tx.updateTable('me_toos').set({ ticket_id: toTicketId }).where('id', 'in', ids).execute()

// ---- what is alike ---------------------------------------------------------------------------

/** Of the same site, or caused by the same thing; newest first, both by index. */
export async function alike(db: Db, sight: Sight, ticket: TicketRow, sinceMs: number, limit: number) {
  const seen = () =>
    db
      .selectFrom('tickets')
      .selectAll('tickets')
      .where('tickets.region_id', 'in', inScope(sight, db))
      .where('tickets.id', '!=', ticket.id)
      .where('tickets.created_at', '>', sinceMs)
      .orderBy('tickets.created_at', 'desc')
      .limit(limit)
  const causes = db
    .selectFrom('ticket_entities')
    .select('entity_id')
    .where('ticket_id', '=', ticket.id)
    .where('role', '=', 'cause')
  const sharing = db
    .selectFrom('ticket_entities')
    .select('ticket_id')
    .where('role', '=', 'cause')
    .where('entity_id', 'in', causes)
  const found = [
    ...(await seen().where('tickets.id', 'in', sharing).execute()),
    ...(ticket.site_id === null ? [] : await seen().where('tickets.site_id', '=', ticket.site_id).execute()),
  ]
  return [...new Map(found.map((row) => [row.id, row])).values()].slice(0, limit)
}

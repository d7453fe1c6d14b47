import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type Paging } from '../http/paging.ts'
import { inScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'

export type ItemRow = Selectable<Tables['catalogue_items']>
export type RequestRow = Selectable<Tables['requests']>

export const insertItems = (db: Db, rows: Insertable<Tables['catalogue_items']>[]) =>
  db.insertInto('catalogue_items').values(rows).execute()

/** Those whose origin is not there yet, archived or not. */
export const insertNewItems = (db: Db, rows: Insertable<Tables['catalogue_items']>[]) =>
  db
    .insertInto('catalogue_items')
    .values(rows)
    .onConflict((conflict) => conflict.column('origin').doNothing())
    .execute()

/** Those of these regions, switched off or not. */
export const itemsOfRegions = (db: Db, regionIds: string[]): Promise<ItemRow[]> =>
  db
    .selectFrom('catalogue_items')
    .selectAll()
    .where('region_id', 'in', regionIds)
    .where('archived_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute()

export const itemById = (db: Db, id: string): Promise<ItemRow | undefined> =>
  db
    .selectFrom('catalogue_items')
    .selectAll()
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .executeTakeFirst()

export const listItems = (db: Db, scope: Pick<Viewer, 'regionPaths'>, paging: Paging) =>
  keysetPage(
    db
      .selectFrom('catalogue_items')
      .selectAll()
      .where('archived_at', 'is', null)
      .where('region_id', 'in', inScope(scope, db)),
    paging,
    [{ column: 'catalogue_items.position', isInteger: true }, { column: 'catalogue_items.id' }],
  )

/** False when it is another version by now. */
export async function updateItem(
  db: Db,
  id: string,
  version: number,
  set: Updateable<Tables['catalogue_items']>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('catalogue_items')
    .set(set)
    .where('id', '=', id)
    .where('version', '=', version)
    .where('archived_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export const insertRequest = (db: Db, row: Insertable<Tables['requests']>) =>
  db.insertInto('requests').values(row).execute()

export const requestOf = (db: Db, ticketId: string): Promise<RequestRow | undefined> =>
  db.selectFrom('requests').selectAll().where('ticket_id', '=', ticketId).executeTakeFirst()

/** False when it was signed for meanwhile. */
export async function signRequest(
  db: Db,
  ticketId: string,
  set: { receipt: string; received_by: string; received_at: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('requests')
    .set(set)
    .where('ticket_id', '=', ticketId)
    .where('received_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export const requestsOf = (db: Db, ticketIds: string[]): Promise<RequestRow[]> =>
  db.selectFrom('requests').selectAll().where('ticket_id', 'in', ticketIds).execute()

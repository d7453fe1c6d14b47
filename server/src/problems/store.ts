import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export type ProblemRow = Selectable<Tables['problems']>

/** Known errors that are held against an incident: the latest. */
const knownAtMost = 500

export const problemById = (db: Db, ticketId: string): Promise<ProblemRow | undefined> =>
  db.selectFrom('problems').selectAll().where('ticket_id', '=', ticketId).executeTakeFirst()

export const problemsByIds = (db: Db, ticketIds: string[]): Promise<ProblemRow[]> =>
  ticketIds.length === 0
    ? Promise.resolve([])
    : db.selectFrom('problems').selectAll().where('ticket_id', 'in', ticketIds).execute()

export const knownErrors = (db: Db): Promise<ProblemRow[]> =>
  db
    .selectFrom('problems')
    .selectAll()
    .where('known_error_at', 'is not', null)
    .where('workaround', 'is not', null)
    .orderBy('known_error_at', 'desc')
    .limit(knownAtMost)
    .execute()

export async function insertProblem(db: Db, row: Insertable<Tables['problems']>): Promise<void> {
  await db.insertInto('problems').values(row).execute()
}

export async function updateProblem(
  db: Db,
  ticketId: string,
  set: Updateable<Tables['problems']>,
): Promise<void> {
  await db.updateTable('problems').set(set).where('ticket_id', '=', ticketId).execute()
}

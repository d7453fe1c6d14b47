import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import type { Viewer } from '../identity/viewer.ts'
import { inScope } from '../identity/scope.ts'
import { keysetPage, type Paging } from '../http/paging.ts'
import type { Span } from '../windows/recurrence.ts'

export type FreezeRow = Selectable<Tables['freezes']>
export type ModelRow = Selectable<Tables['change_models']>
export type ChangeRow = Selectable<Tables['changes']>

// ---- freezes ------------------------------------------------------------------------------------

/** Wherever they hold; there are a few a year. */
export const freezesWithin = (db: Db, fromMs: number, untilMs: number): Promise<FreezeRow[]> =>
  db
    .selectFrom('freezes')
    .selectAll()
    .where('archived_at', 'is', null)
    .where('starts_at', '<', untilMs)
    .where('ends_at', '>', fromMs)
    .orderBy('starts_at')
    .limit(500)
    .execute()

export const freezeById = (db: Db, id: string): Promise<FreezeRow | undefined> =>
  db.selectFrom('freezes').selectAll().where('id', '=', id).where('archived_at', 'is', null).executeTakeFirst() // prettier-ignore

export async function insertFreeze(db: Db, row: Insertable<Tables['freezes']>): Promise<void> {
  await db.insertInto('freezes').values(row).execute()
}

export async function archiveFreeze(db: Db, id: string, nowMs: number): Promise<void> {
  await db.updateTable('freezes').set({ archived_at: nowMs, updated_at: nowMs }).where('id', '=', id).execute() // prettier-ignore
}

// ---- models -------------------------------------------------------------------------------------

const models = (db: Db) => db.selectFrom('change_models').selectAll().where('archived_at', 'is', null)

export const listModels = (db: Db, viewer: Pick<Viewer, 'regionPaths'>, paging: Paging) =>
  keysetPage(models(db).where('region_id', 'in', inScope(viewer, db)), paging, [
    { column: 'change_models.name' },
    { column: 'change_models.id' },
  ])

export const modelById = (db: Db, id: string): Promise<ModelRow | undefined> =>
  models(db).where('id', '=', id).executeTakeFirst()

/** Also one that was put away since. */
export const anyModelById = (db: Db, id: string): Promise<ModelRow | undefined> =>
  db.selectFrom('change_models').selectAll().where('id', '=', id).executeTakeFirst()

export async function insertModel(db: Db, row: Insertable<Tables['change_models']>): Promise<void> {
  await db.insertInto('change_models').values(row).execute()
}

export async function updateModel(
  db: Db,
  id: string,
  set: Updateable<Tables['change_models']>,
): Promise<void> {
  await db.updateTable('change_models').set(set).where('id', '=', id).execute()
}

/** False: it is not as it was read. */
export async function updateModelAsRead(
  db: Db,
  id: string,
  updatedAt: number,
  set: Updateable<Tables['change_models']>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('change_models')
    .set(set)
    .where('id', '=', id)
    .where('updated_at', '=', updatedAt)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

// ---- changes ------------------------------------------------------------------------------------

export const changeById = (db: Db, ticketId: string): Promise<ChangeRow | undefined> =>
  db.selectFrom('changes').selectAll().where('ticket_id', '=', ticketId).executeTakeFirst()

export const changesByIds = (db: Db, ticketIds: string[]): Promise<ChangeRow[]> =>
  db.selectFrom('changes').selectAll().where('ticket_id', 'in', ticketIds).execute()

/** When it is planned for; one without a time is planned for none. */
export const spanOf = ({ starts_at, ends_at }: Pick<ChangeRow, 'starts_at' | 'ends_at'>): Span => ({
  fromMs: starts_at ?? 0,
  untilMs: ends_at ?? 0,
})

/** Planned for a time that touches the period. */
export const changesWithin = (db: Db, fromMs: number, untilMs: number): Promise<ChangeRow[]> =>
  db
    .selectFrom('changes')
    .selectAll()
    .where('starts_at', '<', untilMs)
    .where('ends_at', '>', fromMs)
    .orderBy('starts_at')
    .limit(2000)
    .execute()

/** Not reviewed in time, and nobody was told of it yet. */
export const overdueReviews = (db: Db, nowMs: number, atMost: number): Promise<ChangeRow[]> =>
  db
    .selectFrom('changes')
    .selectAll()
    .where('review_due_at', '<=', nowMs)
    .where('review', 'is', null)
    .where('review_told_at', 'is', null)
    .orderBy('review_due_at')
    .limit(atMost)
    .execute()

/** False: somebody else tells of it. */
export async function claimReviewReminder(db: Db, ticketId: string, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('changes')
    .set({ review_told_at: nowMs })
    .where('ticket_id', '=', ticketId)
    .where('review_told_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function insertChange(db: Db, row: Insertable<Tables['changes']>): Promise<void> {
  await db.insertInto('changes').values(row).execute()
}

export async function updateChange(
  db: Db,
  ticketId: string,
  set: Updateable<Tables['changes']>,
): Promise<void> {
  await db.updateTable('changes').set(set).where('ticket_id', '=', ticketId).execute()
}

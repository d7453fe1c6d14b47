import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type Paging } from '../http/paging.ts'

export type AnswerRow = Selectable<Tables['canned_answers']>
export type ViewRow = Selectable<Tables['saved_views']>

// ---- ready answers ---------------------------------------------------------------------------

const standing = (db: Db) => db.selectFrom('canned_answers').selectAll().where('archived_at', 'is', null)

/** Of these regions: those in sight, and those above them. */
export function listAnswers(
  db: Db,
  regionIds: readonly string[],
  { teamId, ...paging }: Paging & { teamId?: string | undefined },
) {
  let query = standing(db).where('region_id', 'in', [...regionIds])
  if (teamId !== undefined) query = query.where('team_id', '=', teamId)
  return keysetPage(query, paging, [{ column: 'canned_answers.title' }, { column: 'canned_answers.id' }])
}

/** Of a region or above it, for everybody or for one of these teams. */
export const answersAt = (db: Db, regionIds: readonly string[], teamIds: readonly string[], limit: number) =>
  standing(db)
    .where('region_id', 'in', [...regionIds])
    .where((eb) =>
      eb.or([eb('team_id', 'is', null), ...(teamIds.length > 0 ? [eb('team_id', 'in', [...teamIds])] : [])]),
    )
    .orderBy('title')
    .orderBy('id')
    .limit(limit)
    .execute()

export const answerById = (db: Db, id: string): Promise<AnswerRow | undefined> =>
  standing(db).where('id', '=', id).executeTakeFirst()

export const insertAnswer = (tx: Db, row: Insertable<Tables['canned_answers']>) =>
  tx.insertInto('canned_answers').values(row).execute()

export const updateAnswer = (tx: Db, id: string, set: Updateable<Tables['canned_answers']>) =>
  tx.updateTable('canned_answers').set(set).where('id', '=', id).execute()

// ---- saved views -----------------------------------------------------------------------------

/** One's own, and those of one's teams. */
export function viewsOf(db: Db, userId: string, teamIds: readonly string[], page: string | undefined) {
  let query = db
    .selectFrom('saved_views')
    .selectAll()
    .where((eb) =>
      eb.or([eb('user_id', '=', userId), ...(teamIds.length > 0 ? [eb('team_id', 'in', [...teamIds])] : [])]),
    )
  if (page !== undefined) query = query.where('page', '=', page)
  return query.orderBy('position').orderBy('id').limit(500).execute()
}

export async function countViews(db: Db, userId: string): Promise<number> {
  const row = await db
    .selectFrom('saved_views')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export const viewById = (db: Db, id: string): Promise<ViewRow | undefined> =>
  db.selectFrom('saved_views').selectAll().where('id', '=', id).executeTakeFirst()

export const insertView = (tx: Db, row: Insertable<Tables['saved_views']>) =>
  tx.insertInto('saved_views').values(row).execute()

export const updateView = (tx: Db, id: string, set: Updateable<Tables['saved_views']>) =>
  tx.updateTable('saved_views').set(set).where('id', '=', id).execute()

export const deleteView = (tx: Db, id: string) => tx.deleteFrom('saved_views').where('id', '=', id).execute()

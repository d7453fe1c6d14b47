import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type Paging } from '../http/paging.ts'
import { inScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'

type Scope = Pick<Viewer, 'regionPaths'>
export type CallRow = Selectable<Tables['calls']>

// ---- calls -------------------------------------------------------------------------------------

const seen = (db: Db, scope: Scope) =>
  db.selectFrom('calls').selectAll().where('region_id', 'in', inScope(scope, db))

/** Newest first. */
export function listCalls(db: Db, scope: Scope, filter: Paging & { missed?: boolean; mineOf?: string }) {
  let query = seen(db, scope)
  if (filter.missed) query = query.where('answered_by', 'is', null).where('ended_at', 'is not', null).where('direction', '=', 'in') // prettier-ignore
  const mine = filter.mineOf
  if (mine) query = query.where((eb) => eb.or([eb('answered_by', '=', mine), eb('rung_for', '=', mine)]))
  return keysetPage(query, filter, [
    { column: 'calls.started_at', direction: 'desc', isInteger: true },
    { column: 'calls.id', direction: 'desc' },
  ])
}

export const callInScope = (db: Db, scope: Scope, id: string): Promise<CallRow | undefined> =>
  seen(db, scope).where('id', '=', id).executeTakeFirst()

export const callById = (db: Db, id: string): Promise<CallRow | undefined> =>
  db.selectFrom('calls').selectAll().where('id', '=', id).executeTakeFirst()

/** By what the exchange calls it. */
export const callCalled = (db: Db, scope: Scope, callId: string): Promise<CallRow | undefined> =>
  seen(db, scope).where('call_id', '=', callId).executeTakeFirst()

/** Of this number or person, newest first. */
export const callsOf = (
  db: Db,
  scope: Scope,
  { digits, userId }: { digits: string | null; userId: string | null },
  limit: number,
) =>
  // prettier-ignore
  seen(db, scope)
    .where((eb) =>
      eb.or([
        ...(digits ? [eb('digits', '=', digits)] : []),
        ...(userId ? [eb('user_id', '=', userId)] : []),
      ]),
    )
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()

/** False when the exchange told of it at the same moment. */
export async function insertCall(db: Db, row: Insertable<Tables['calls']>): Promise<boolean> {
  const kept = await db
    .insertInto('calls')
    .values(row)
    .onConflict((conflict) => conflict.columns(['call_id', 'region_id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return kept !== undefined
}

export async function updateCall(db: Db, id: string, set: Updateable<Tables['calls']>): Promise<void> {
  await db.updateTable('calls').set(set).where('id', '=', id).execute()
}

// ---- lines -------------------------------------------------------------------------------------

/** Who sits at it, in these regions. */
export const lineCalled = (db: Db, scope: Scope, line: string) =>
  db
    .selectFrom('lines')
    .selectAll()
    .where('line', '=', line)
    .where('region_id', 'in', inScope(scope, db))
    .orderBy('id')
    .executeTakeFirst()

export const lineOf = (db: Db, userId: string) =>
  db.selectFrom('lines').selectAll().where('user_id', '=', userId).executeTakeFirst()

/** Leaves the line one had; whoever sat at the new one leaves it. */
export async function takeLine(tx: Db, row: Insertable<Tables['lines']>): Promise<void> {
  await leaveLine(tx, row.user_id)
  await tx
    .insertInto('lines')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['region_id', 'line'])
        .doUpdateSet({ user_id: row.user_id, updated_at: row.updated_at }),
    ) // prettier-ignore
    .execute()
}

export async function leaveLine(tx: Db, userId: string): Promise<void> {
  await tx.deleteFrom('lines').where('user_id', '=', userId).execute()
}

// ---- the numbers to call -----------------------------------------------------------------------

export const hotlinesOf = (db: Db, regionIds: readonly string[]) =>
  db.selectFrom('hotlines').selectAll().where('region_id', 'in', regionIds).execute()

export const hotlinesIn = (db: Db, scope: Scope) =>
  db.selectFrom('hotlines').selectAll().where('region_id', 'in', inScope(scope, db)).orderBy('region_id').limit(1000).execute() // prettier-ignore

export async function setHotline(tx: Db, row: Insertable<Tables['hotlines']>): Promise<void> {
  await tx
    .insertInto('hotlines')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('region_id').doUpdateSet({ phone: row.phone, updated_at: row.updated_at }),
    ) // prettier-ignore
    .execute()
}

export async function dropHotline(tx: Db, regionId: string): Promise<void> {
  await tx.deleteFrom('hotlines').where('region_id', '=', regionId).execute()
}

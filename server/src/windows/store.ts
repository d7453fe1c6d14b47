import type { Insertable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import type { Recurrence } from './recurrence.ts'
import type { ScopeType, Window } from './window-book.ts'

/** Every window there ever was: past planned time counts as well. */
export async function loadWindows(db: Db): Promise<Window[]> {
  const rows = await db.selectFrom('windows').selectAll().orderBy('id').execute()
  const scopes = Map.groupBy(
    await db.selectFrom('window_scopes').selectAll().orderBy('entity_id').execute(),
    (scope) => scope.window_id,
  )
  return rows.map((row) => ({
    id: row.id,
    regionId: row.region_id,
    title: row.title,
    source: row.source,
    reference: row.reference,
    carrierId: row.carrier_id,
    startsAtMs: row.starts_at,
    endsAtMs: row.ends_at,
    recurrence: row.recurrence === null ? null : (JSON.parse(row.recurrence) as Recurrence),
    recursUntilMs: row.recurs_until,
    note: row.note,
    createdBy: row.created_by,
    createdAtMs: row.created_at,
    cancelledAtMs: row.cancelled_at,
    scopes: (scopes.get(row.id) ?? []).map((scope) => ({
      type: scope.entity_type as ScopeType,
      id: scope.entity_id,
    })),
  }))
}

export async function insertWindow(db: Db, window: Window, nowMs: number): Promise<void> {
  const row: Insertable<Tables['windows']> = {
    id: window.id,
    region_id: window.regionId,
    title: window.title,
    source: window.source,
    reference: window.reference,
    carrier_id: window.carrierId,
    starts_at: window.startsAtMs,
    ends_at: window.endsAtMs,
    recurrence: window.recurrence && JSON.stringify(window.recurrence),
    recurs_until: window.recursUntilMs,
    note: window.note,
    created_by: window.createdBy,
    cancelled_at: null,
    cancelled_by: null,
    created_at: nowMs,
    updated_at: nowMs,
  }
  await db.insertInto('windows').values(row).execute()
  const scopes = window.scopes.map(({ type, id }) => ({
    window_id: window.id,
    entity_type: type,
    entity_id: id,
  }))
  await db.insertInto('window_scopes').values(scopes).execute()
}

export async function updateWindow(db: Db, id: string, change: Updateable<Tables['windows']>): Promise<void> {
  await db.updateTable('windows').set(change).where('id', '=', id).execute()
}

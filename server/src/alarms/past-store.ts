/** Alarms that came late: what is over when it is first told of. */
import { newId } from '@zongheng/inventory/id.ts'
import type { Severity } from '@zongheng/inventory/severity.ts'
import type { Db } from '../db/database.ts'
import type { Finding } from '../state/finding.ts'
import { insertEvents, subjectOf, type AlarmRow } from './store.ts'

/** Whether anything was told of it within that time; one that ended just when this began is `before`. */
export async function alarmsWithin(
  db: Db,
  entityId: string,
  condition: string,
  fromMs: number,
  untilMs: number,
): Promise<AlarmRow[]> {
  return db
    .selectFrom('alarms')
    .selectAll()
    .where('entity_id', '=', entityId)
    .where('condition', '=', condition)
    .where('started_at', '<=', untilMs)
    .where((eb) => eb.or([eb('cleared_at', 'is', null), eb('cleared_at', '>=', fromMs)]))
    .execute()
}

export async function insertPast(db: Db, finding: Finding, untilMs: number, nowMs: number): Promise<string> {
  const id = newId('alarm', nowMs)
  const { values, priority, holdMs, clearHoldMs, siteId, deviceId, severity, evidence, sinceMs } = finding
  const row = {
    ...subjectOf(id, finding),
    severity,
    state: 'cleared',
    cause_id: null,
    flapping: 0,
    historical: 1,
    details: JSON.stringify({ values, priority, holdMs, clearHoldMs, siteId, deviceId, spokeMs: null, isDesked: false }), // prettier-ignore
    evidence: JSON.stringify(evidence),
    started_at: sinceMs,
    fired_at: sinceMs,
    cleared_at: untilMs,
    acknowledged_by: null,
    acknowledged_at: null,
    created_at: nowMs,
    updated_at: nowMs,
  }
  await db.insertInto('alarms').values(row).execute()
  await insertEvents(db, id, [
    { kind: 'started', atMs: sinceMs, details: {} },
    { kind: 'fired', atMs: sinceMs, details: { severity, historical: 1 } },
    { kind: 'cleared', atMs: untilMs, details: {} },
  ])
  return id
}

export async function extendPast(
  db: Db,
  row: AlarmRow,
  fromMs: number,
  untilMs: number,
  severity: Severity,
  nowMs: number,
): Promise<void> {
  const span = { started_at: Math.min(fromMs, row.started_at), cleared_at: Math.max(untilMs, row.cleared_at ?? untilMs) } // prettier-ignore
  await db
    .updateTable('alarms')
    .set({ ...span, fired_at: span.started_at, severity, updated_at: nowMs })
    .where('id', '=', row.id)
    .execute()
  const move = (kind: string, at: number) =>
    db
      .updateTable('alarm_events')
      .set({ at })
      .where('alarm_id', '=', row.id)
      .where('kind', '=', kind)
      .execute()
  await move('started', span.started_at)
  await move('fired', span.started_at)
  await move('cleared', span.cleared_at)
}

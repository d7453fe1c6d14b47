import type { Insertable, Selectable, Updateable } from 'kysely'
import { inChunks } from '../db/chunks.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type Paging, type SortKey } from '../http/paging.ts'

export type ClockRow = Selectable<Tables['clocks']>
export type TargetRow = Selectable<Tables['sla_targets']>
export type CalendarRow = Selectable<Tables['calendars']>
export type EscalationRow = Selectable<Tables['escalation_rules']>
export type RuleTable = 'sla_targets' | 'calendars' | 'escalation_rules'

// ---- clocks -----------------------------------------------------------------------------------

export const clocksOf = (db: Db, ticketIds: readonly string[]): Promise<ClockRow[]> =>
  ticketIds.length === 0
    ? Promise.resolve([])
    : db.selectFrom('clocks').selectAll().where('ticket_id', 'in', ticketIds).orderBy('started_at').orderBy('id').execute() // prettier-ignore

export async function insertClocks(db: Db, rows: Insertable<Tables['clocks']>[]): Promise<void> {
  for (const chunk of inChunks(rows)) await db.insertInto('clocks').values(chunk).execute()
}

export async function updateClock(db: Db, id: string, set: Updateable<Tables['clocks']>): Promise<void> {
  await db.updateTable('clocks').set(set).where('id', '=', id).execute()
}

/** False where somebody changed it meanwhile. */
export async function refreshClock(
  db: Db,
  row: ClockRow,
  set: Updateable<Tables['clocks']>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('clocks')
    .set(set)
    .where('id', '=', row.id)
    .where('state', '=', row.state)
    .where('as_of', '=', row.as_of)
    .where('warned', '=', row.warned)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Whose next mark has come, the longest waiting first: read from an index. */
export const dueClocks = (db: Db, nowMs: number, limit: number): Promise<ClockRow[]> =>
  db
    .selectFrom('clocks')
    .selectAll()
    .where('state', '=', 'running')
    .where('next_at', '<=', nowMs)
    .orderBy('next_at')
    .limit(limit)
    .execute()

export const clockById = (db: Db, id: string): Promise<ClockRow | undefined> =>
  db.selectFrom('clocks').selectAll().where('id', '=', id).executeTakeFirst()

/** Open ones, a stretch at a time, in order of their ids. */
export const openClocks = (db: Db, afterId: string, limit: number): Promise<ClockRow[]> =>
  db
    .selectFrom('clocks')
    .selectAll()
    .where('state', '!=', 'stopped')
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute()

// ---- rules ------------------------------------------------------------------------------------

export const activeTargets = (db: Db): Promise<TargetRow[]> =>
  db.selectFrom('sla_targets').selectAll().where('archived_at', 'is', null).where('enabled', '=', 1).execute()

export const activeEscalations = (db: Db): Promise<EscalationRow[]> =>
  db
    .selectFrom('escalation_rules')
    .selectAll()
    .where('archived_at', 'is', null)
    .where('enabled', '=', 1)
    .execute()

/** Archived ones too: clocks go on by the calendar they began with. */
export const allCalendars = (db: Db): Promise<CalendarRow[]> =>
  db.selectFrom('calendars').selectAll().execute()

const inOrder: Record<'sla_targets' | 'escalation_rules', SortKey[]> = {
  sla_targets: [
    { column: 'sla_targets.position', direction: 'asc', isInteger: true },
    { column: 'sla_targets.id', direction: 'asc' },
  ],
  escalation_rules: [
    { column: 'escalation_rules.position', direction: 'asc', isInteger: true },
    { column: 'escalation_rules.id', direction: 'asc' },
  ],
}

/** Of these regions, in order. */
export const listTargets = (db: Db, regionIds: readonly string[], paging: Paging) =>
  keysetPage(
    db.selectFrom('sla_targets').selectAll().where('archived_at', 'is', null).where('region_id', 'in', regionIds),
    paging,
    inOrder.sla_targets,
  ) // prettier-ignore

export const listEscalations = (db: Db, regionIds: readonly string[], paging: Paging) =>
  keysetPage(
    db.selectFrom('escalation_rules').selectAll().where('archived_at', 'is', null).where('region_id', 'in', regionIds), // prettier-ignore
    paging,
    inOrder.escalation_rules,
  )

export const listCalendars = (db: Db, regionIds: readonly string[], paging: Paging) =>
  keysetPage(
    db.selectFrom('calendars').selectAll().where('archived_at', 'is', null).where('region_id', 'in', regionIds),
    paging,
    [{ column: 'calendars.id', direction: 'asc' }],
  ) // prettier-ignore

export const targetById = (db: Db, id: string): Promise<TargetRow | undefined> =>
  db.selectFrom('sla_targets').selectAll().where('id', '=', id).where('archived_at', 'is', null).executeTakeFirst() // prettier-ignore
export const calendarById = (db: Db, id: string): Promise<CalendarRow | undefined> =>
  db.selectFrom('calendars').selectAll().where('id', '=', id).where('archived_at', 'is', null).executeTakeFirst() // prettier-ignore
export const escalationById = (db: Db, id: string): Promise<EscalationRow | undefined> =>
  db.selectFrom('escalation_rules').selectAll().where('id', '=', id).where('archived_at', 'is', null).executeTakeFirst() // prettier-ignore

export const insertTarget = (db: Db, row: Insertable<Tables['sla_targets']>) =>
  db.insertInto('sla_targets').values(row).execute()
export const updateTarget = (db: Db, id: string, set: Updateable<Tables['sla_targets']>) =>
  db.updateTable('sla_targets').set(set).where('id', '=', id).execute()
export const insertCalendar = (db: Db, row: Insertable<Tables['calendars']>) =>
  db.insertInto('calendars').values(row).execute()
export const updateCalendar = (db: Db, id: string, set: Updateable<Tables['calendars']>) =>
  db.updateTable('calendars').set(set).where('id', '=', id).execute()
export const insertEscalation = (db: Db, row: Insertable<Tables['escalation_rules']>) =>
  db.insertInto('escalation_rules').values(row).execute()
export const updateEscalation = (db: Db, id: string, set: Updateable<Tables['escalation_rules']>) =>
  db.updateTable('escalation_rules').set(set).where('id', '=', id).execute()

/** How many targets run by each calendar. */
export async function targetsByCalendar(db: Db): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('sla_targets')
    .select((eb) => ['calendar_id as id', eb.fn.countAll<number>().as('n')])
    .where('archived_at', 'is', null)
    .where('calendar_id', 'is not', null)
    .groupBy('calendar_id')
    .execute()
  return new Map(rows.map(({ id, n }) => [id!, Number(n)]))
}

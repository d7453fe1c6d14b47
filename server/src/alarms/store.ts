import type { AlarmState, Condition } from '@zongheng/inventory/condition.ts'
import type { EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { Severity } from '@zongheng/inventory/severity.ts'
import type { Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type PageOf, type Paging } from '../http/paging.ts'
import { inScope, inSubtree, isInScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Finding } from '../state/finding.ts'
import type { OpenAlarm } from './book.ts'

export type AlarmRow = Selectable<Tables['alarms']>

export interface AlarmFilter extends Paging {
  state?: AlarmState
  severity?: Severity
  root?: boolean
  causeId?: string
  entityId?: string
  regionId?: string
}

export async function insertAlarm(db: Db, alarm: OpenAlarm, nowMs: number): Promise<void> {
  const { finding } = alarm
  await db
    .insertInto('alarms')
    .values({
      id: alarm.id,
      entity_type: finding.entityType,
      entity_id: finding.entityId,
      entity_name: finding.entityName,
      region_id: finding.regionId,
      condition: finding.condition,
      started_at: alarm.startedMs,
      acknowledged_by: null,
      acknowledged_at: null,
      created_at: nowMs,
      ...moving(alarm, nowMs),
    })
    .execute()
}

export async function updateAlarm(db: Db, alarm: OpenAlarm, nowMs: number): Promise<void> {
  await db.updateTable('alarms').set(moving(alarm, nowMs)).where('id', '=', alarm.id).execute()
}

/** The columns that change in an alarm's life. What rules need again after a restart rides along in `details`. */
function moving(alarm: OpenAlarm, nowMs: number) {
  const { finding } = alarm
  const { values, priority, holdMs, clearHoldMs, siteId, deviceId } = finding
  return {
    severity: finding.severity,
    state: alarm.state,
    cause_id: alarm.causeId,
    flapping: alarm.flapping ? 1 : 0,
    details: JSON.stringify({ values, priority, holdMs, clearHoldMs, siteId, deviceId }),
    evidence: JSON.stringify(finding.evidence),
    fired_at: alarm.firedMs,
    cleared_at: alarm.clearedMs,
    updated_at: nowMs,
  }
}

type Details = Pick<Finding, 'values' | 'priority' | 'holdMs' | 'clearHoldMs' | 'siteId' | 'deviceId'>
export const detailsOf = (row: AlarmRow) => JSON.parse(row.details) as Details
export const evidenceOf = (row: AlarmRow) => JSON.parse(row.evidence) as EvidenceItem[]

/** Those that were firing when the process last stopped. */
export async function loadOpenAlarms(db: Db, nowMs: number): Promise<OpenAlarm[]> {
  const rows = await db.selectFrom('alarms').selectAll().where('state', '=', 'firing').execute()
  return rows.map((row) => ({
    id: row.id,
    state: 'firing',
    finding: {
      ...detailsOf(row),
      entityType: row.entity_type as Finding['entityType'],
      entityId: row.entity_id,
      entityName: row.entity_name,
      regionId: row.region_id,
      condition: row.condition as Condition,
      severity: row.severity as Severity,
      evidence: evidenceOf(row),
      sinceMs: row.started_at,
    },
    startedMs: row.started_at,
    seenMs: nowMs,
    firedMs: row.fired_at,
    clearedMs: null,
    causeId: row.cause_id,
    flapping: row.flapping === 1,
    goneSinceMs: null,
    orphanedSinceMs: null,
    milderSinceMs: null,
    raisedMs: [],
  }))
}

export function listAlarms(db: Db, viewer: Viewer, filter: AlarmFilter): Promise<PageOf<AlarmRow>> {
  let query = db
    .selectFrom('alarms')
    .selectAll()
    .where(isInScope('alarms.region_id', viewer, db))
  if (filter.state) query = query.where('state', '=', filter.state)
  if (filter.severity) query = query.where('severity', '=', filter.severity)
  if (filter.root !== undefined) query = query.where('cause_id', filter.root ? 'is' : 'is not', null)
  if (filter.causeId) query = query.where('cause_id', '=', filter.causeId)
  if (filter.entityId) query = query.where('entity_id', '=', filter.entityId)
  if (filter.regionId) query = query.where('region_id', 'in', inSubtree(filter.regionId, db))
  return keysetPage(query, filter, [
    { column: 'alarms.started_at', direction: 'desc', isInteger: true },
    { column: 'alarms.id', direction: 'desc' },
  ])
}

export function findAlarm(db: Db, viewer: Viewer, id: string): Promise<AlarmRow | undefined> {
  return db
    .selectFrom('alarms')
    .selectAll()
    .where('id', '=', id)
    .where('region_id', 'in', inScope(viewer, db))
    .executeTakeFirst()
}

export function alarmsById(db: Db, ids: string[]): Promise<AlarmRow[]> {
  return ids.length
    ? db.selectFrom('alarms').selectAll().where('id', 'in', ids).execute()
    : Promise.resolve([])
}

export async function setAcknowledged(
  db: Db,
  id: string,
  userId: string | null,
  nowMs: number,
): Promise<void> {
  await db
    .updateTable('alarms')
    .set({ acknowledged_by: userId, acknowledged_at: userId ? nowMs : null, updated_at: nowMs })
    .where('id', '=', id)
    .execute()
}

/** Firing alarms in scope, just what counters need. */
export function countFiring(db: Db, viewer: Viewer, regionId?: string) {
  let query = db
    .selectFrom('alarms')
    .select((eb) => ['severity', 'cause_id', 'acknowledged_at', eb.fn.countAll<number>().as('n')])
    .where('state', '=', 'firing')
    .where('region_id', 'in', inScope(viewer, db))
  if (regionId) query = query.where('region_id', 'in', inSubtree(regionId, db))
  return query.groupBy(['severity', 'cause_id', 'acknowledged_at']).execute()
}

/** Firing alarms that nothing explains, by region and severity. */
export const countRoots = (db: Db) =>
  db
    .selectFrom('alarms')
    .select((eb) => ['region_id', 'severity', eb.fn.countAll<number>().as('n')])
    .where('state', '=', 'firing')
    .where('cause_id', 'is', null)
    .groupBy(['region_id', 'severity'])
    .execute()

const deepest = 6

/** How many alarms each of these explains, at any depth: itself a cause of causes. */
export async function countExplained(db: Db, ids: string[]): Promise<Map<string, number>> {
  const total = new Map<string, number>()
  let rootOf = new Map(ids.map((id) => [id, id]))
  for (let depth = 0; depth < deepest && rootOf.size; depth++) {
    const children = await db
      .selectFrom('alarms')
      .select(['id', 'cause_id'])
      .where('cause_id', 'in', [...rootOf.keys()])
      .execute()
    const next = new Map<string, string>()
    for (const child of children) {
      const root = rootOf.get(child.cause_id!)!
      total.set(root, (total.get(root) ?? 0) + 1)
      next.set(child.id, root)
    }
    rootOf = next
  }
  return total
}

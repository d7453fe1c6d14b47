import type { AlarmState, Condition } from '@zongheng/inventory/condition.ts'
import type { EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { Severity } from '@zongheng/inventory/severity.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { sql, type Selectable, type SqlBool } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type PageOf, type Paging } from '../http/paging.ts'
import { inScope, inSubtree, isInScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'
import { findingKey, type Finding } from '../state/finding.ts'
import type { AlarmEvent } from './events.ts'
import type { AlarmStep, OpenAlarm } from './open-alarm.ts'

export type AlarmRow = Selectable<Tables['alarms']>

export interface AlarmFilter extends Paging {
  state?: AlarmState
  severity?: Severity
  root?: boolean
  causeId?: string
  entityId?: string
  regionId?: string
  muted?: boolean
  historical?: boolean
  condition?: string
}

/** Keeps what became of an alarm in one pass, and its history. */
export async function keepStep(db: Db, step: AlarmStep, nowMs: number): Promise<void> {
  const { alarm, events } = step
  if (step.fired) await insertAlarm(db, alarm, nowMs)
  else await db.updateTable('alarms').set(moving(alarm, nowMs)).where('id', '=', alarm.id).execute()
  const has = (kind: AlarmEvent['kind']) => events.some((event) => event.kind === kind)
  if (has('suppression-ended')) await endSuppression(db, alarm.id, nowMs)
  if (has('acknowledgement-ended')) await endAcknowledgement(db, alarm.id, nowMs)
  await insertEvents(db, alarm.id, events)
}

async function insertAlarm(db: Db, alarm: OpenAlarm, nowMs: number): Promise<void> {
  await db
    .insertInto('alarms')
    .values({
      ...subjectOf(alarm.id, alarm.finding),
      started_at: alarm.startedMs,
      acknowledged_by: null,
      acknowledged_at: null,
      suppressed_until: alarm.suppressedUntilMs,
      created_at: nowMs,
      ...moving(alarm, nowMs),
    })
    .execute()
}

/** What stays of a row as long as its alarm lives. */
export const subjectOf = (id: string, finding: Finding) => ({
  id,
  entity_type: finding.entityType,
  entity_id: finding.entityId,
  entity_name: finding.entityName,
  region_id: finding.regionId,
  condition: finding.condition,
})

/** Not where somebody has just said otherwise. */
const endSuppression = (db: Db, id: string, nowMs: number) =>
  db
    .updateTable('alarms')
    .set({ suppressed_by: null, suppressed_at: null, suppressed_until: null, suppressed_reason: null })
    .where('id', '=', id)
    .where('suppressed_until', '<=', nowMs)
    .execute()
const endAcknowledgement = (db: Db, id: string, nowMs: number) =>
  db
    .updateTable('alarms')
    .set({ acknowledged_by: null, acknowledged_at: null, acknowledged_until: null })
    .where('id', '=', id)
    .where('acknowledged_until', '<=', nowMs)
    .execute()

/** The columns that change in an alarm's life. What rules need again after a restart rides along in `details`. */
function moving(alarm: OpenAlarm, nowMs: number) {
  const { finding, spokeMs, isDesked, isStormed, coCauseIds, raisedMs } = alarm
  const { values, priority, holdMs, clearHoldMs, siteId, deviceId } = finding
  const details: Details = { values, priority, holdMs, clearHoldMs, siteId, deviceId, spokeMs, isDesked, isStormed, coCauseIds, raisedMs } // prettier-ignore
  return {
    severity: finding.severity,
    state: alarm.state,
    cause_id: alarm.causeId,
    flapping: alarm.flapping ? 1 : 0,
    raised: alarm.raised,
    window_id: alarm.windowId,
    details: JSON.stringify(details),
    evidence: JSON.stringify(finding.evidence),
    fired_at: alarm.firedMs,
    cleared_at: alarm.clearedMs,
    updated_at: nowMs,
  }
}

interface Details extends Pick<
  Finding,
  'values' | 'priority' | 'holdMs' | 'clearHoldMs' | 'siteId' | 'deviceId'
> {
  /** Missing in rows of earlier releases, and so are those below. */
  spokeMs?: number | null
  isDesked?: boolean
  isStormed?: boolean
  coCauseIds?: string[]
  /** Who came back before is trusted later, whoever asks. */
  raisedMs?: number[]
}
export const detailsOf = (row: AlarmRow) => JSON.parse(row.details) as Details
export const evidenceOf = (row: AlarmRow) => JSON.parse(row.evidence) as EvidenceItem[]

/** Those that were firing when the process last stopped. */
export async function loadOpenAlarms(db: Db, nowMs: number): Promise<OpenAlarm[]> {
  const rows = await db.selectFrom('alarms').selectAll().where('state', '=', 'firing').execute()
  return rows.map((row) => {
    const {
      spokeMs,
      isDesked,
      isStormed = false,
      coCauseIds = [],
      raisedMs = [row.started_at],
      ...details
    } = detailsOf(row)
    return {
      id: row.id,
      state: 'firing',
      finding: {
        ...details,
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
      coCauseIds,
      isStormed,
      flapping: row.flapping === 1,
      raised: row.raised,
      windowId: row.window_id,
      suppressedUntilMs: row.suppressed_until,
      isAcknowledged: row.acknowledged_by !== null,
      acknowledgedUntilMs: row.acknowledged_until,
      spokeMs: spokeMs === undefined ? (row.cause_id === null ? row.fired_at : null) : spokeMs,
      isDesked: isDesked ?? (row.cause_id === null && details.priority !== null),
      goneSinceMs: null,
      orphanedSinceMs: null,
      milderSinceMs: null,
      raisedMs,
    }
  })
}

/** What is suppressed until later, should it come again: by finding, of the latest that was. */
export async function loadSuppressed(db: Db, nowMs: number): Promise<[string, number][]> {
  const rows = await db
    .selectFrom('alarms')
    .select(['entity_id', 'condition', 'suppressed_until'])
    .where('suppressed_until', '>', nowMs)
    .orderBy('id')
    .execute()
  return rows.map((row) => [
    findingKey({ entityId: row.entity_id, condition: row.condition as Condition }),
    row.suppressed_until!,
  ])
}

// ---- history ----

export async function insertEvents(
  db: Db,
  alarmId: string,
  events: readonly AlarmEvent[],
  actorId: string | null = null,
): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ kind, atMs, details }) => ({
    id: newId('alarmEvent'),
    alarm_id: alarmId,
    at: atMs,
    kind,
    actor_id: actorId,
    details: JSON.stringify(details),
  }))
  await db.insertInto('alarm_events').values(rows).execute()
}

export const listEvents = (db: Db, alarmId: string, paging: Paging) =>
  keysetPage(db.selectFrom('alarm_events').selectAll().where('alarm_id', '=', alarmId), paging, [
    { column: 'alarm_events.at', direction: 'asc', isInteger: true },
    { column: 'alarm_events.id', direction: 'asc' },
  ])

// ---- reading ----

/** Muted otherwise than by a cause. */
const isQuiet = (yes: boolean) =>
  yes
    ? sql<SqlBool>`(window_id is not null or suppressed_until is not null)`
    : sql<SqlBool>`(window_id is null and suppressed_until is null)`

export function listAlarms(db: Db, viewer: Viewer, filter: AlarmFilter): Promise<PageOf<AlarmRow>> {
  let query = db
    .selectFrom('alarms')
    .selectAll()
    .where(isInScope('alarms.region_id', viewer, db))
  if (filter.state) query = query.where('state', '=', filter.state)
  if (filter.severity) query = query.where('severity', '=', filter.severity)
  if (filter.root !== undefined) query = query.where('cause_id', filter.root ? 'is' : 'is not', null)
  if (filter.causeId) query = query.where('cause_id', '=', filter.causeId)
  if (filter.condition) query = query.where('condition', '=', filter.condition)
  if (filter.historical !== undefined) query = query.where('historical', '=', filter.historical ? 1 : 0)
  if (filter.muted !== undefined) query = query.where(isQuiet(filter.muted))
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

export function findAlarms(db: Db, viewer: Viewer, ids: string[]): Promise<AlarmRow[]> {
  return db
    .selectFrom('alarms')
    .selectAll()
    .where('id', 'in', ids)
    .where('region_id', 'in', inScope(viewer, db))
    .execute()
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
  untilMs: number | null,
  nowMs: number,
): Promise<void> {
  await db
    .updateTable('alarms')
    .set({
      acknowledged_by: userId,
      acknowledged_at: userId ? nowMs : null,
      acknowledged_until: untilMs,
      updated_at: nowMs,
    })
    .where('id', '=', id)
    .execute()
}

export interface Suppression {
  userId: string
  untilMs: number
  reason: string
}

export async function setSuppressed(
  db: Db,
  id: string,
  by: Suppression | null,
  nowMs: number,
): Promise<void> {
  await db
    .updateTable('alarms')
    .set({
      suppressed_by: by?.userId ?? null,
      suppressed_at: by && nowMs,
      suppressed_until: by?.untilMs ?? null,
      suppressed_reason: by?.reason ?? null,
      updated_at: nowMs,
    })
    .where('id', '=', id)
    .execute()
}

/** Firing alarms in scope, just what counters need. */
export function countFiring(db: Db, viewer: Viewer, regionId?: string) {
  let query = db
    .selectFrom('alarms')
    .select((eb) => ['severity', 'cause_id', 'acknowledged_at', eb.fn.countAll<number>().as('n')])
    .where('state', '=', 'firing')
    .where(isQuiet(false))
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
    .where(isQuiet(false))
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

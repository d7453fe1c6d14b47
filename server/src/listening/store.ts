import { sql, type Insertable, type Selectable, type Updateable } from 'kysely'
import { inChunks } from '../db/chunks.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { keysetPage, type PageOf } from '../http/paging.ts'
import { inSubtree, isInScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { LogQuery } from './schema.ts'

export type LogRow = Selectable<Tables['log_records']>
export type NewLogRow = Insertable<Tables['log_records']>
export type RuleRow = Selectable<Tables['log_rules']>
type Scope = Pick<Viewer, 'regionPaths'>

export async function insertRecords(db: Db, rows: NewLogRow[]): Promise<void> {
  for (const chunk of inChunks(rows)) await db.insertInto('log_records').values(chunk).execute()
}

const escaped = (text: string) => text.replace(/[\\%_]/g, (c) => `\\${c}`)
const folded = (text: string) => text.toLowerCase().replaceAll('\0', '')

/** Newest first. Words must all be there, in text, name, host or address. */
export function searchRecords(db: Db, viewer: Scope, query: LogQuery): Promise<PageOf<LogRow>> {
  const { from, until, deviceId, regionId, kind, severity, name, q } = query
  let rows = db
    .selectFrom('log_records')
    .selectAll()
    .where(isInScope('log_records.region_id', viewer, db))
  if (from !== undefined) rows = rows.where('at', '>=', from)
  if (until !== undefined) rows = rows.where('at', '<', until)
  if (deviceId) rows = rows.where('device_id', '=', deviceId)
  if (regionId) rows = rows.where('region_id', 'in', inSubtree(regionId, db))
  if (kind) rows = rows.where('kind', '=', kind)
  if (severity !== undefined) rows = rows.where('severity', '<=', severity)
  if (name) rows = rows.where(like('name', escaped(folded(name)).replaceAll('*', '%')))
  for (const word of folded(q ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 8)) {
    const pattern = `%${escaped(word)}%`
    rows = rows.where((eb) =>
      eb.or([like('text', pattern), like('name', pattern), like('host', pattern), like('address', pattern)]),
    )
  }
  return keysetPage(rows, query, [
    { column: 'log_records.at', direction: 'desc', isInteger: true },
    { column: 'log_records.id', direction: 'desc' },
  ])
}

const like = (column: string, pattern: string) =>
  sql<boolean>`lower(coalesce(${sql.ref(`log_records.${column}`)}, '')) like ${pattern} escape '\\'`

export async function countRecords(db: Db): Promise<number> {
  const { n } = await db
    .selectFrom('log_records')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(n)
}

/** Deletes the oldest before this instant, at most `limit`; how many it were. */
export async function deleteBefore(db: Db, beforeMs: number, limit: number): Promise<number> {
  const oldest = db
    .selectFrom('log_records')
    .select('id')
    .where('at', '<', beforeMs)
    .orderBy('at')
    .limit(limit)
  const { numDeletedRows } = await db.deleteFrom('log_records').where('id', 'in', oldest).executeTakeFirst()
  return Number(numDeletedRows)
}

export const allRules = (db: Db): Promise<RuleRow[]> =>
  db
    .selectFrom('log_rules')
    .selectAll()
    .where('archived_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute()

export const rulesInSight = (db: Db, viewer: Scope): Promise<RuleRow[]> =>
  db
    .selectFrom('log_rules')
    .selectAll()
    .where('archived_at', 'is', null)
    .where(isInScope('log_rules.region_id', viewer, db))
    .orderBy('position')
    .orderBy('id')
    .execute()

export const ruleById = (db: Db, viewer: Scope, id: string): Promise<RuleRow | undefined> =>
  db
    .selectFrom('log_rules')
    .selectAll()
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .where(isInScope('log_rules.region_id', viewer, db))
    .executeTakeFirst()

export const insertRule = (db: Db, row: Insertable<Tables['log_rules']>) =>
  db.insertInto('log_rules').values(row).execute()
export const updateRule = (db: Db, id: string, change: Updateable<Tables['log_rules']>) =>
  db.updateTable('log_rules').set(change).where('id', '=', id).execute()

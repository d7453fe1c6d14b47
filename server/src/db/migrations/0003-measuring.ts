import type { Kysely } from 'kysely'
import { columns, isOptional, stamps, typeOf, type Builder, type Column } from '../columns.ts'

// prettier-ignore
const tables: Record<string, Record<string, Column>> = {
  checks: {
    id: 'text', region_id: 'text', site_id: 'text?', device_id: 'text?', name: 'text', kind: 'text', spec: 'text', limits: 'text', interval_s: 'int', timeout_ms: 'int',
    credential_id: 'text?', enabled: 'int', archived_at: 'int?', ...stamps,
  },
  check_points: { id: 'text', check_id: 'text', collector_id: 'text', outcome: 'text?', outcome_at: 'int?', ...stamps },
}

/** Columns of tables that are there already, with what old rows get where it is not null. */
// prettier-ignore
const added: [table: string, column: string, type: Column, initial?: string | number][] = [
  ['devices', 'answers_from', 'text', '[]'],
  ['devices', 'ping_interval_s', 'int', 10],
  ['collectors', 'uplink_bps', 'int?'],
]

const indexes: Record<string, string[]> = {
  checks_region: ['checks', 'region_id'],
  check_points_check: ['check_points', 'check_id'],
}

export async function up(db: Kysely<never>): Promise<void> {
  for (const [name, defs] of Object.entries(tables))
    await columns(db.schema.createTable(name) as unknown as Builder, defs).execute()
  for (const [table, column, type, initial] of added)
    await db.schema
      .alterTable(table)
      .addColumn(column, typeOf(type), (c) => (isOptional(type) ? c : c.notNull().defaultTo(initial!)))
      .execute()
  for (const [name, [table, ...on]] of Object.entries(indexes))
    await db.schema.createIndex(name).on(table!).columns(on).execute()
}

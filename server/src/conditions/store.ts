import type { BuiltInCondition } from '@zongheng/inventory/condition.ts'
import type { ConditionSpec, Settings } from '@zongheng/inventory/conditions/spec.ts'
import type { Priority, Severity } from '@zongheng/inventory/severity.ts'
import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import type { Rule } from './compile.ts'

export type RuleRow = Selectable<Tables['condition_rules']>
type Table = Tables['condition_rules']

/** As `scope` and `spec` are kept. */
export interface KeptScope {
  class: string | null
  entities: string[] | null
}
export type KeptSpec = { spec: ConditionSpec } | { settings: Partial<Settings> }

export const rulesAtMost = 2000

export const allRules = (db: Db): Promise<RuleRow[]> =>
  db
    .selectFrom('condition_rules')
    .selectAll()
    .where('archived_at', 'is', null)
    .orderBy('id')
    .limit(rulesAtMost)
    .execute()

export const ruleById = (db: Db, id: string): Promise<RuleRow | undefined> =>
  db
    .selectFrom('condition_rules')
    .selectAll()
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .executeTakeFirst()

export async function countRules(db: Db): Promise<number> {
  const { n } = await db
    .selectFrom('condition_rules')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('archived_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(n)
}

export const insertRule = (db: Db, row: Insertable<Table>) =>
  db.insertInto('condition_rules').values(row).execute()

export const updateRule = (db: Db, id: string, change: Updateable<Table>) =>
  db.updateTable('condition_rules').set(change).where('id', '=', id).execute()

export function ruleFrom(row: RuleRow, regionPath: string): Rule {
  const scope = JSON.parse(row.scope) as KeptScope
  const kept = JSON.parse(row.spec) as KeptSpec
  return {
    id: row.id as Rule['id'],
    regionId: row.region_id,
    regionPath,
    class: scope.class,
    entities: scope.entities,
    basedOn: row.based_on as BuiltInCondition | null,
    name: row.name,
    spec: 'spec' in kept ? kept.spec : null,
    settings: 'settings' in kept ? kept.settings : {},
    severity: row.severity as Severity | null,
    priority: row.priority as Priority | null,
  }
}

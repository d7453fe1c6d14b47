import { sql, type SqlBool } from 'kysely'
import type { Db } from '../db/database.ts'
import { claimSetting, settingOf } from '../db/settings.ts'
import { checkKey, type SealedColumn } from './sealed-columns.ts'

export interface SealedRow {
  id: string
  sealed: string
}

export async function sealedRows(db: Db, { table, column, id, only }: SealedColumn): Promise<SealedRow[]> {
  const isWanted = only === undefined ? sql<SqlBool>`1 = 1` : sql<SqlBool>`${sql.ref(id)} = ${only}`
  const query = sql<SealedRow>`select ${sql.ref(id)} as id, ${sql.ref(column)} as sealed from ${sql.table(table)}
    where ${sql.ref(column)} is not null and ${isWanted}`
  return (await query.execute(db)).rows
}

export async function setSealed(db: Db, { table, column, id }: SealedColumn, row: SealedRow): Promise<void> {
  const [place, key] = [sql.ref(column), sql.ref(id)]
  await sql`update ${sql.table(table)} set ${place} = ${row.sealed} where ${key} = ${row.id}`.execute(db)
}

export const checkValue = (db: Db): Promise<string | undefined> => settingOf(db, checkKey)

/** Answers the one that stands: another process may have been first. */
export async function keepCheckValue(db: Db, value: string): Promise<string> {
  await claimSetting(db, checkKey, value, 0)
  return (await checkValue(db)) ?? value
}

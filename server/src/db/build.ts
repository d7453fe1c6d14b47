import type { Kysely } from 'kysely'
import { columns, isOptional, typeOf, type Builder, type Column } from './columns.ts'

/** A column of a table that is there already, with what old rows get where it is not null. */
export type Added = [table: string, column: string, type: Column, initial?: string | number]

/** What a migration adds. Uniques and indexes by name: the table, then its columns. */
export interface Additions {
  tables: Record<string, Record<string, Column>>
  added: Added[]
  uniques: Record<string, string[]>
  indexes: Record<string, string[]>
}

export async function build(
  db: Kysely<never>,
  { tables, added, uniques, indexes }: Additions,
): Promise<void> {
  for (const [name, defs] of Object.entries(tables))
    await columns(db.schema.createTable(name) as unknown as Builder, defs).execute()
  for (const [table, column, type, initial] of added)
    await db.schema
      .alterTable(table)
      .addColumn(column, typeOf(type), (c) => (isOptional(type) ? c : c.notNull().defaultTo(initial!)))
      .execute()
  for (const [name, [table, ...on]] of Object.entries(uniques))
    await db.schema.createIndex(name).unique().on(table!).columns(on).execute()
  for (const [name, [table, ...on]] of Object.entries(indexes))
    await db.schema.createIndex(name).on(table!).columns(on).execute()
}

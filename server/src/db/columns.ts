import type { CreateTableBuilder } from 'kysely'

/** Columns are text, big integers or doubles: the types both databases share. `?`: may be null. */
export type Column = 'text' | 'text?' | 'int' | 'int?' | 'real' | 'real?'
export type Builder = CreateTableBuilder<string, string>

export const columnTypes = { text: 'text', int: 'bigint', real: 'double precision' } as const
export const typeOf = (def: Column) => columnTypes[def.replace('?', '') as keyof typeof columnTypes]
export const isOptional = (def: Column) => def.endsWith('?')

export function columns(table: Builder, defs: Record<string, Column>): Builder {
  return Object.entries(defs).reduce(
    (builder, [name, def]) =>
      builder.addColumn(name, typeOf(def), (c) =>
        name === 'id' ? c.primaryKey() : isOptional(def) ? c : c.notNull(),
      ) as Builder,
    table,
  )
}

export const stamps = { created_at: 'int', updated_at: 'int' } as const

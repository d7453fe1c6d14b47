import type { Kysely } from 'kysely'
import { build } from '../build.ts'
import type { Column } from '../columns.ts'

// prettier-ignore
const tables: Record<string, Record<string, Column>> = {
  topology_dismissals: { id: 'text', key: 'text', region_id: 'text', reason: 'text', dismissed_by: 'text', at: 'int' },
}

export const up = (db: Kysely<never>): Promise<void> =>
  build(db, {
    tables,
    added: [],
    uniques: { topology_dismissals_key: ['topology_dismissals', 'key'] },
    indexes: {},
  })

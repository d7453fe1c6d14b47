import type { Kysely } from 'kysely'
import { build } from '../build.ts'
import type { Column } from '../columns.ts'

// prettier-ignore
const tables: Record<string, Record<string, Column>> = {
  device_surroundings: { device_id: 'text', surroundings: 'text', at: 'int' },
}

export const up = (db: Kysely<never>): Promise<void> =>
  build(db, {
    tables,
    added: [],
    uniques: { device_surroundings_device: ['device_surroundings', 'device_id'] },
    indexes: {},
  })

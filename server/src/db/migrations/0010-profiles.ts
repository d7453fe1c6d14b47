import type { Kysely } from 'kysely'
import { build } from '../build.ts'
import type { Column } from '../columns.ts'

// prettier-ignore
const tables: Record<string, Record<string, Column>> = {
  device_explanations: { device_id: 'text', profile: 'text', rule: 'text?', measured: 'int', explanation: 'text', at: 'int' },
}

export const up = (db: Kysely<never>): Promise<void> =>
  build(db, {
    tables,
    added: [],
    uniques: { device_explanations_device: ['device_explanations', 'device_id'] },
    indexes: {},
  })

import type { Kysely } from 'kysely'
import { build } from '../build.ts'
import { stamps, type Column } from '../columns.ts'

// prettier-ignore
const tables: Record<string, Record<string, Column>> = {
  discoveries: { id: 'text', region_id: 'text', collector_id: 'text', name: 'text', scope: 'text', credential_ids: 'text', job_id: 'text', asked_before: 'int', asked: 'int', created_by: 'text?', ...stamps },
  discovery_finds: { id: 'text', discovery_id: 'text', address: 'text', rank: 'int', address_number: 'int', rtt_ms: 'real?', found_from: 'text?', credential_id: 'text?', device: 'text?', beside: 'text', decision: 'text', device_id: 'text?', decided_by: 'text?', decided_at: 'int?', found_at: 'int' },
}

export const up = (db: Kysely<never>): Promise<void> =>
  build(db, {
    tables,
    added: [],
    uniques: { discovery_finds_address: ['discovery_finds', 'discovery_id', 'address'] },
    indexes: {
      discoveries_collector: ['discoveries', 'collector_id'],
      discoveries_job: ['discoveries', 'job_id'],
    },
  })

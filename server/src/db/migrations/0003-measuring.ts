import type { Kysely } from 'kysely'
import { build, type Added } from '../build.ts'
import { stamps, type Column } from '../columns.ts'

// prettier-ignore
const tables: Record<string, Record<string, Column>> = {
  checks: {
    id: 'text', region_id: 'text', site_id: 'text?', device_id: 'text?', name: 'text', kind: 'text', spec: 'text', limits: 'text', interval_s: 'int', timeout_ms: 'int',
    credential_id: 'text?', enabled: 'int', archived_at: 'int?', ...stamps,
  },
  device_findings: { id: 'text', device_id: 'text', kind: 'text', address: 'text', first_seen_at: 'int', last_seen_at: 'int' },
  check_points: { id: 'text', check_id: 'text', collector_id: 'text', outcome: 'text?', outcome_at: 'int?', ...stamps },
  collector_gaps: { collector_id: 'text', from_at: 'int', until_at: 'int', reason: 'text' },
  late_judgings: { collector_id: 'text', at: 'int' },
  late_states: { collector_id: 'text', entity_id: 'text', entity_type: 'text', region_id: 'text', state: 'text', since: 'int', evidence: 'text' },
}

// prettier-ignore
const added: Added[] = [
  ['devices', 'answers_from', 'text', '[]'],
  ['devices', 'ping_interval_s', 'int', 10],
  ['collectors', 'uplink_bps', 'int?'],
  ['batch_marks', 'at', 'int?'],
]

const uniques: Record<string, string[]> = {
  late_judgings_collector: ['late_judgings', 'collector_id'],
  late_states_entity: ['late_states', 'collector_id', 'entity_id'],
}

const indexes: Record<string, string[]> = {
  checks_region: ['checks', 'region_id'],
  collector_gaps_collector: ['collector_gaps', 'collector_id'],
  check_points_check: ['check_points', 'check_id'],
  device_findings_device: ['device_findings', 'device_id'],
}

export const up = (db: Kysely<never>): Promise<void> => build(db, { tables, added, uniques, indexes })

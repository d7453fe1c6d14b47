import type { Kysely } from 'kysely'
import { columns, stamps, type Builder, type Column } from '../columns.ts'

// A table is a line or two: the whole schema at a glance.
// prettier-ignore
const tables: Record<string, Record<string, Column>> = {
  regions: { id: 'text', code: 'text', name: 'text', tier: 'text', parent_id: 'text?', managing_parent_id: 'text?', path: 'text', ...stamps },
  users: { id: 'text', username: 'text', display_name: 'text', password_hash: 'text', phone: 'text?', region_id: 'text', disabled_at: 'int?', ...stamps },
  teams: { id: 'text', name: 'text', region_id: 'text', ...stamps },
  team_members: { team_id: 'text', user_id: 'text' },
  grants: { id: 'text', user_id: 'text?', team_id: 'text?', role: 'text', region_id: 'text', ...stamps },
  sessions: { id: 'text', user_id: 'text', created_at: 'int', seen_at: 'int', expires_at: 'int', revoked_at: 'int?', address: 'text', user_agent: 'text' },
  settings: { key: 'text', value: 'text', updated_at: 'int' },
  organisations: { id: 'text', name: 'text', kind: 'text', region_id: 'text', hotline: 'text?', ...stamps },
  sites: { id: 'text', region_id: 'text', organisation_id: 'text?', name: 'text', kind: 'text', address: 'text?', contact: 'text?', contact_phone: 'text?', ...stamps },
  credentials: { id: 'text', name: 'text', kind: 'text', secret: 'text', region_id: 'text', ...stamps },
  collectors: { id: 'text', name: 'text', site_id: 'text?', token_hash: 'text?', key_hash: 'text?', public_key: 'text?', seen_at: 'int?', revoked_at: 'int?', ...stamps },
  devices: {
    id: 'text', region_id: 'text', site_id: 'text', collector_id: 'text?', name: 'text', role: 'text', address: 'text', port: 'int',
    snmp_credential_id: 'text?', ssh_credential_id: 'text?', ssh_port: 'int', poll_interval_s: 'int', vendor: 'text', os: 'text', category: 'text',
    sys_object_id: 'text', sys_name: 'text', sys_descr: 'text', hardware: 'text', version: 'text', serial: 'text', identified_at: 'int?', archived_at: 'int?', ...stamps,
  },
  interfaces: {
    id: 'text', device_id: 'text', if_index: 'int?', if_name: 'text', if_descr: 'text', if_alias: 'text', if_type: 'int?', if_mtu: 'int?', if_speed_bps: 'real?',
    if_phys_address: 'text', if_admin_status: 'text', if_oper_status: 'text', oper_since: 'int?', ...stamps,
  },
  sensors: {
    id: 'text', device_id: 'text', key: 'text', class: 'text', descr: 'text', unit: 'text', oid: 'text', low_warn: 'real?', high_warn: 'real?', high_critical: 'real?',
    states: 'text', ...stamps,
  },
  links: { id: 'text', region_id: 'text', upper_site_id: 'text', lower_site_id: 'text', name: 'text', ...stamps },
  circuits: {
    id: 'text', link_id: 'text', role: 'text', position: 'int', number: 'text', carrier_id: 'text', access: 'text', bandwidth_bps: 'real', promised_percent: 'real',
    monthly_fee_yuan: 'real?', contract_until: 'text?', a_interface_id: 'text', z_interface_id: 'text', leg_kind: 'text?', leg_address: 'text?', leg_port: 'int?', ...stamps,
  },
  entity_states: { entity_id: 'text', entity_type: 'text', region_id: 'text', state: 'text', since: 'int', evidence: 'text' },
  state_changes: { id: 'text', entity_id: 'text', entity_type: 'text', region_id: 'text', from_state: 'text?', to_state: 'text', at: 'int', evidence: 'text' },
  alarms: {
    id: 'text', entity_type: 'text', entity_id: 'text', entity_name: 'text', region_id: 'text', condition: 'text', severity: 'text', state: 'text', cause_id: 'text?',
    flapping: 'int', details: 'text', evidence: 'text', started_at: 'int', fired_at: 'int?', cleared_at: 'int?', acknowledged_by: 'text?', acknowledged_at: 'int?', ...stamps,
  },
  tickets: {
    id: 'text', number: 'text', kind: 'text', state: 'text', pending_reason: 'text?', priority: 'text', impact: 'int', urgency: 'int', title: 'text', description: 'text',
    channel: 'text', region_id: 'text', site_id: 'text?', team_id: 'text?', assignee_id: 'text?', requester_id: 'text?', alarm_id: 'text?',
    condition: 'text?', resolved_at: 'int?',
    closed_at: 'int?', ...stamps,
  },
  ticket_entities: { ticket_id: 'text', entity_type: 'text', entity_id: 'text', name: 'text', role: 'text' },
  timeline: { id: 'text', ticket_id: 'text', at: 'int', kind: 'text', visibility: 'text', author_id: 'text?', text: 'text?', details: 'text' },
  ticket_numbers: { prefix: 'text', last: 'int' },
  jobs: {
    id: 'text', kind: 'text', state: 'text', device_id: 'text?', collector_id: 'text?', playbook: 'text?', params: 'text', result: 'text?', error: 'text?', alarm_id: 'text?',
    ticket_id: 'text?', started_by: 'text?', created_at: 'int', ended_at: 'int?',
  },
  batch_marks: { collector_id: 'text', epoch: 'text', lane: 'text', seq: 'int' },
  demo_keys: { entity_id: 'text', key: 'text' },
}

const uniques: Record<string, string[]> = {
  users_username: ['users', 'username'],
  settings_key: ['settings', 'key'],
  team_members_pair: ['team_members', 'team_id', 'user_id'],
  interfaces_name: ['interfaces', 'device_id', 'if_name'],
  sensors_key: ['sensors', 'device_id', 'key'],
  entity_states_entity: ['entity_states', 'entity_id'],
  tickets_number: ['tickets', 'number'],
  ticket_entities_pair: ['ticket_entities', 'ticket_id', 'entity_id'],
  ticket_numbers_prefix: ['ticket_numbers', 'prefix'],
  batch_marks_stream: ['batch_marks', 'collector_id', 'epoch', 'lane'],
  demo_keys_entity: ['demo_keys', 'entity_id'],
}

const indexes: Record<string, string[]> = {
  regions_path: ['regions', 'path'],
  regions_code: ['regions', 'code'],
  grants_user: ['grants', 'user_id'],
  grants_team: ['grants', 'team_id'],
  sessions_user: ['sessions', 'user_id'],
  sites_region: ['sites', 'region_id'],
  devices_site: ['devices', 'site_id'],
  devices_region: ['devices', 'region_id'],
  links_lower: ['links', 'lower_site_id'],
  links_upper: ['links', 'upper_site_id'],
  circuits_link: ['circuits', 'link_id'],
  circuits_a: ['circuits', 'a_interface_id'],
  circuits_z: ['circuits', 'z_interface_id'],
  state_changes_entity: ['state_changes', 'entity_id', 'at'],
  state_changes_at: ['state_changes', 'at'],
  alarms_entity: ['alarms', 'entity_id', 'condition'],
  alarms_state: ['alarms', 'state', 'started_at'],
  alarms_cause: ['alarms', 'cause_id'],
  tickets_state: ['tickets', 'state', 'created_at'],
  tickets_alarm: ['tickets', 'alarm_id'],
  ticket_entities_entity: ['ticket_entities', 'entity_id'],
  timeline_ticket: ['timeline', 'ticket_id', 'at'],
  jobs_state: ['jobs', 'state', 'created_at'],
}

export async function up(db: Kysely<never>): Promise<void> {
  for (const [name, defs] of Object.entries(tables)) {
    await columns(db.schema.createTable(name) as unknown as Builder, defs).execute()
  }
  for (const [name, [table, ...on]] of Object.entries(uniques)) {
    await db.schema.createIndex(name).unique().on(table!).columns(on).execute()
  }
  for (const [name, [table, ...on]] of Object.entries(indexes)) {
    await db.schema.createIndex(name).on(table!).columns(on).execute()
  }
}

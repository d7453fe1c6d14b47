import type { Kysely } from 'kysely'
import { build, type Added } from '../build.ts'
import { stamps, type Column } from '../columns.ts'

// prettier-ignore
const tables: Record<string, Record<string, Column>> = {
  // conditions
  condition_rules: {
    id: 'text', region_id: 'text', based_on: 'text?', name: 'text', scope: 'text', spec: 'text', severity: 'text?', priority: 'text?',
    enabled: 'int', created_by: 'text?', archived_at: 'int?', ...stamps,
  },
  // alarms
  alarm_events: { id: 'text', alarm_id: 'text', at: 'int', kind: 'text', actor_id: 'text?', details: 'text' },
  incident_policies: {
    id: 'text', region_id: 'text', position: 'int', name: 'text', match: 'text', action: 'text', enabled: 'int', archived_at: 'int?', ...stamps,
  },
  // windows
  windows: {
    id: 'text', region_id: 'text', title: 'text', source: 'text', reference: 'text?', carrier_id: 'text?', starts_at: 'int', ends_at: 'int', recurrence: 'text?',
    recurs_until: 'int?', note: 'text?', created_by: 'text?', cancelled_at: 'int?', cancelled_by: 'text?', ...stamps,
  },
  window_scopes: { window_id: 'text', entity_type: 'text', entity_id: 'text' },
  // availability
  outage_causes: {
    id: 'text', circuit_id: 'text', region_id: 'text', from_at: 'int', until_at: 'int', cause: 'text', note: 'text?', decided_by: 'text?', ...stamps,
  },
  drills: {
    id: 'text', link_id: 'text', region_id: 'text', circuit_id: 'text', window_id: 'text?', planned_at: 'int', planned_by: 'text?', started_at: 'int?', ended_at: 'int?',
    outcome: 'text?', record: 'text', cancelled_at: 'int?', ...stamps,
  },
  circuit_uses: { circuit_id: 'text', carried_at: 'int' },
  // listening
  log_records: {
    id: 'text', at: 'int', received_at: 'int', collector_id: 'text', device_id: 'text?', region_id: 'text?', address: 'text', kind: 'text', name: 'text', severity: 'int',
    facility: 'int?', host: 'text?', text: 'text', details: 'text',
  },
  log_rules: { id: 'text', region_id: 'text', position: 'int', name: 'text', match: 'text', action: 'text', enabled: 'int', archived_at: 'int?', ...stamps },
  // notify
  notify_channels: { id: 'text', region_id: 'text', kind: 'text', name: 'text', settings: 'text', secret: 'text?', enabled: 'int', archived_at: 'int?', ...stamps },
  notify_routes: { id: 'text', region_id: 'text', position: 'int', name: 'text', match: 'text', steps: 'text', enabled: 'int', archived_at: 'int?', ...stamps },
  duty_rosters: { id: 'text', region_id: 'text', team_id: 'text?', name: 'text', rotation: 'text', archived_at: 'int?', ...stamps },
  duty_shifts: { id: 'text', roster_id: 'text', user_id: 'text', starts_at: 'int', ends_at: 'int', note: 'text?', ...stamps },
  notify_threads: {
    id: 'text', alarm_id: 'text', route_id: 'text', region_id: 'text', state: 'text', step: 'int', next_at: 'int?', told_severity: 'text', opened_at: 'int', closed_at: 'int?', ...stamps,
  },
  notify_deliveries: {
    id: 'text', thread_id: 'text?', region_id: 'text', channel_id: 'text?', user_id: 'text?', address: 'text', event: 'text', message: 'text', state: 'text', attempts: 'int',
    next_at: 'int?', sent_at: 'int?', error: 'text?', remote_id: 'text?', ...stamps,
  },
  notify_preferences: { user_id: 'text', settings: 'text', updated_at: 'int' },
  // relations, services, rooms
  relations: { id: 'text', region_id: 'text', kind: 'text', from_type: 'text', from_id: 'text', to_type: 'text', to_id: 'text', details: 'text', ...stamps },
  business_services: {
    id: 'text', region_id: 'text', name: 'text', kind: 'text', criticality: 'text', owner_id: 'text?', organisation_id: 'text?', note: 'text?', archived_at: 'int?', ...stamps,
  },
  rooms: { id: 'text', region_id: 'text', site_id: 'text', name: 'text', floor: 'text?', note: 'text?', archived_at: 'int?', ...stamps },
  racks: { id: 'text', region_id: 'text', room_id: 'text', name: 'text', units: 'int', position: 'int', archived_at: 'int?', ...stamps },
  rack_mounts: { device_id: 'text', rack_id: 'text', unit: 'int', height: 'int', face: 'text' },
}

// prettier-ignore
const added: Added[] = [
  ['alarms', 'acknowledged_until', 'int?'],
  ['alarms', 'suppressed_by', 'text?'],
  ['alarms', 'suppressed_at', 'int?'],
  ['alarms', 'suppressed_until', 'int?'],
  ['alarms', 'suppressed_reason', 'text?'],
  ['alarms', 'window_id', 'text?'],
  ['alarms', 'historical', 'int', 0],
  ['alarms', 'raised', 'int', 1],
  ['devices', 'room_id', 'text?'],
]

const uniques: Record<string, string[]> = {
  window_scopes_entity: ['window_scopes', 'window_id', 'entity_type', 'entity_id'],
  circuit_uses_circuit: ['circuit_uses', 'circuit_id'],
  notify_threads_alarm: ['notify_threads', 'alarm_id', 'route_id'],
  notify_preferences_user: ['notify_preferences', 'user_id'],
  relations_ends: ['relations', 'kind', 'from_id', 'to_id'],
  rack_mounts_device: ['rack_mounts', 'device_id'],
}

const indexes: Record<string, string[]> = {
  condition_rules_region: ['condition_rules', 'region_id'],
  alarm_events_alarm: ['alarm_events', 'alarm_id', 'at'],
  incident_policies_region: ['incident_policies', 'region_id'],
  windows_ends: ['windows', 'ends_at'],
  window_scopes_what: ['window_scopes', 'entity_id'],
  outage_causes_circuit: ['outage_causes', 'circuit_id', 'from_at'],
  drills_link: ['drills', 'link_id', 'planned_at'],
  log_records_at: ['log_records', 'at'],
  log_records_device: ['log_records', 'device_id', 'at'],
  log_records_region: ['log_records', 'region_id', 'at'],
  duty_shifts_roster: ['duty_shifts', 'roster_id', 'ends_at'],
  notify_threads_open: ['notify_threads', 'state', 'next_at'],
  notify_deliveries_due: ['notify_deliveries', 'state', 'next_at'],
  notify_deliveries_thread: ['notify_deliveries', 'thread_id'],
  notify_deliveries_region: ['notify_deliveries', 'region_id', 'created_at'],
  relations_from: ['relations', 'from_id'],
  relations_to: ['relations', 'to_id'],
  business_services_region: ['business_services', 'region_id'],
  rooms_site: ['rooms', 'site_id'],
  racks_room: ['racks', 'room_id'],
  rack_mounts_rack: ['rack_mounts', 'rack_id'],
}

export const up = (db: Kysely<never>): Promise<void> => build(db, { tables, added, uniques, indexes })

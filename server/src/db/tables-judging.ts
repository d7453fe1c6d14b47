/** Rows of what judging keeps: conditions, alarms' histories, windows, outages, records of devices, notification, relations. */
import type { Json, Stamped } from './tables.ts'

export interface JudgingTables {
  /** A condition of one's own, or what a region, class or entity wants other than the built-in one it is based on. */
  condition_rules: Stamped & {
    id: string
    region_id: string
    /** The built-in condition whose settings it overrides; null: a condition of its own. */
    based_on: string | null
    name: string
    /** ConditionScope: class, region, entities. */
    scope: Json
    /** ConditionSpec, or the part of it that is overridden. */
    spec: Json
    severity: string | null
    priority: string | null
    enabled: number
    created_by: string | null
    archived_at: number | null
  }
  /** Append-only: what became of an alarm, and who did what with it. */
  alarm_events: {
    id: string
    alarm_id: string
    at: number
    kind: string
    actor_id: string | null
    details: Json
  }
  /** Which root alarms open an incident, where, how urgent; first match wins. */
  incident_policies: Stamped & {
    id: string
    region_id: string
    position: number
    name: string
    match: Json
    action: Json
    enabled: number
    archived_at: number | null
  }

  /** Maintenance. `recurrence`: how it comes again, first from `starts_at` to `ends_at`; null: once. */
  windows: Stamped & {
    id: string
    region_id: string
    title: string
    source: 'manual' | 'carrier' | 'change' | 'drill'
    /** The carrier's notice number, the change's ticket. */
    reference: string | null
    carrier_id: string | null
    starts_at: number
    ends_at: number
    recurrence: Json | null
    recurs_until: number | null
    note: string | null
    created_by: string | null
    cancelled_at: number | null
    cancelled_by: string | null
  }
  /** What a window covers, all that hangs below included for regions and sites. Unique by all three. */
  window_scopes: { window_id: string; entity_type: string; entity_id: string }

  /** Whose fault a circuit's outage was, as a person or a rule decided. */
  outage_causes: Stamped & {
    id: string
    circuit_id: string
    region_id: string
    from_at: number
    until_at: number
    cause: 'carrier' | 'mains' | 'own' | 'planned' | 'unknown'
    note: string | null
    /** Null: a rule. */
    decided_by: string | null
  }
  /** A planned failover: whether the standby `circuit_id` carries the link, and what happened. */
  drills: Stamped & {
    id: string
    link_id: string
    region_id: string
    circuit_id: string
    window_id: string | null
    planned_at: number
    planned_by: string | null
    started_at: number | null
    ended_at: number | null
    outcome: 'passed' | 'failed' | null
    record: Json
    cancelled_at: number | null
  }
  /** When a circuit last carried traffic. */
  circuit_uses: { circuit_id: string; carried_at: number }

  /** Traps, informs and syslog, for some days. `severity`: 0 emergency … 7 debug [RFC 5424]. */
  log_records: {
    id: string
    at: number
    received_at: number
    collector_id: string
    /** Null: nobody we know has this address; seen by those who see the collector. */
    device_id: string | null
    region_id: string | null
    address: string
    kind: 'trap' | 'inform' | 'syslog'
    /** linkDown, coldStart, upsOnBattery, … or the syslog's application. */
    name: string
    severity: number
    facility: number | null
    host: string | null
    text: string
    details: Json
  }
  log_rules: Stamped & {
    id: string
    region_id: string
    position: number
    name: string
    match: Json
    action: Json
    enabled: number
    archived_at: number | null
  }

  /** `secret`: JSON, sealed. */
  notify_channels: Stamped & {
    id: string
    region_id: string
    kind: string
    name: string
    settings: Json
    secret: string | null
    enabled: number
    archived_at: number | null
  }
  /** Who is told of what, when: `steps` are climbed until somebody acknowledges. */
  notify_routes: Stamped & {
    id: string
    region_id: string
    position: number
    name: string
    match: Json
    steps: Json
    enabled: number
    archived_at: number | null
  }
  duty_rosters: Stamped & {
    id: string
    region_id: string
    team_id: string | null
    name: string
    /** Who follows whom, and for how long; shifts of their own overrule it. */
    rotation: Json
    archived_at: number | null
  }
  duty_shifts: Stamped & {
    id: string
    roster_id: string
    user_id: string
    starts_at: number
    ends_at: number
    note: string | null
  }
  /** What a route tells of one root alarm, from the first message to the recovery. Unique by (alarm_id, route_id). */
  notify_threads: Stamped & {
    id: string
    alarm_id: string
    route_id: string
    region_id: string
    state: 'open' | 'acknowledged' | 'closed'
    step: number
    next_at: number | null
    told_severity: string
    opened_at: number
    closed_at: number | null
  }
  /** The outbox. */
  notify_deliveries: Stamped & {
    id: string
    thread_id: string | null
    region_id: string
    /** Null: the console. */
    channel_id: string | null
    user_id: string | null
    address: string
    event: string
    message: Json
    /** `folded`: told in a digest, `remote_id`. */
    state: 'waiting' | 'sent' | 'failed' | 'held' | 'dropped' | 'folded'
    attempts: number
    next_at: number | null
    sent_at: number | null
    error: string | null
    /** What the other side calls it, for the thread to go on there: Message-ID. */
    remote_id: string | null
  }
  notify_preferences: { user_id: string; settings: Json; updated_at: number }

  /** The one table of typed relations. Unique by (kind, from_id, to_id). */
  relations: Stamped & {
    id: string
    region_id: string
    kind: string
    from_type: string
    from_id: string
    to_type: string
    to_id: string
    details: Json
  }
  /** 业务系统 */
  business_services: Stamped & {
    id: string
    region_id: string
    name: string
    kind: string
    criticality: string
    owner_id: string | null
    organisation_id: string | null
    note: string | null
    archived_at: number | null
  }
  rooms: Stamped & {
    id: string
    region_id: string
    site_id: string
    name: string
    floor: string | null
    note: string | null
    archived_at: number | null
  }
  racks: Stamped & {
    id: string
    region_id: string
    room_id: string
    name: string
    units: number
    position: number
    archived_at: number | null
  }
  /** Where a device stands; `unit` counts from 1 at the bottom. */
  rack_mounts: { device_id: string; rack_id: string; unit: number; height: number; face: 'front' | 'rear' }
}

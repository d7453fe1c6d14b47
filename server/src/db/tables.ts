/**
 * The main database: every table and its columns. SQL is portable between SQLite and PostgreSQL.
 * Instants are epoch ms; JSON is text; booleans are 0 or 1.
 */
import type { GapReason } from '@zongheng/collector/contract.ts'
import type { Generated } from 'kysely'
import type { JudgingTables } from './tables-judging.ts'
import type { ServedTicket, ServingTables } from './tables-serving.ts'

export type Stamped = { created_at: number; updated_at: number }
export type Json = string

export interface Tables extends JudgingTables, ServingTables {
  // identity
  regions: Stamped & {
    id: string
    code: string
    name: string
    tier: string
    parent_id: string | null
    managing_parent_id: string | null
    path: string
  }
  users: Stamped & {
    id: string
    username: string
    display_name: string
    password_hash: string
    phone: string | null
    email: string | null
    /** 岗位 */
    post: string | null
    /** Lists of the staff directory. */
    skills: Generated<Json>
    certificates: Generated<Json>
    trainings: Generated<Json>
    region_id: string
    /** Where they work, as they said on the portal. */
    site_id: Generated<string | null>
    /** By which the hotline finds them: of the name in pinyin, and the number from its end. */
    initials: Generated<string | null>
    phone_key: Generated<string | null>
    disabled_at: number | null
    /** The provider that vouches for them; null: the password here. */
    provider_id: string | null
    /** What that provider calls them: entryUUID, sub. */
    external_id: string | null
    password_changed_at: number | null
    must_change_password: Generated<number>
    /** Base32, sealed; confirmed once a code was right. */
    totp_secret: string | null
    totp_confirmed_at: number | null
    /** The last time step whose code was used: none works twice. */
    totp_step: number | null
    failed_count: Generated<number>
    locked_until: number | null
    signed_in_at: number | null
  }
  password_history: { id: string; user_id: string; password_hash: string; created_at: number }
  recovery_codes: { id: string; user_id: string; code_hash: string; used_at: number | null }
  api_tokens: Stamped & {
    id: string
    user_id: string
    name: string
    secret_hash: string
    /** The part of the user's own permissions it carries. */
    permissions: Json
    region_id: string
    expires_at: number
    used_at: number | null
    used_address: string | null
    revoked_at: number | null
  }
  identity_providers: Stamped & {
    id: string
    kind: string
    name: string
    enabled: number
    settings: Json
    /** Bind password or client secret, sealed. */
    secret: string | null
  }
  teams: Stamped & { id: string; name: string; region_id: string }
  team_members: { team_id: string; user_id: string }
  /** Exactly one of user_id and team_id is set. */
  grants: Stamped & {
    id: string
    user_id: string | null
    team_id: string | null
    role: string
    region_id: string
    /** The provider whose group gives it; null: a person did. */
    provider_id: string | null
    expires_at: number | null
  }
  sessions: {
    id: string
    user_id: string
    /** What is still to be done before it opens: `totp`, `password`, or `open`. */
    stage: Generated<string>
    /** Whose eyes it borrows, read-only. */
    viewing_as: string | null
    /** Codes that were wrong, while one is awaited. */
    wrong_codes: Generated<number>
    created_at: number
    seen_at: number
    expires_at: number
    revoked_at: number | null
    address: string
    user_agent: string
  }
  settings: { key: string; value: Json; updated_at: number }

  // estate
  organisations: Stamped & {
    id: string
    name: string
    kind: string
    region_id: string
    hotline: string | null
  }
  sites: Stamped & {
    id: string
    region_id: string
    organisation_id: string | null
    name: string
    kind: string
    address: string | null
    contact: string | null
    contact_phone: string | null
  }
  /** `secret`: JSON, AES-256-GCM under the installation's key. */
  credentials: Stamped & { id: string; name: string; kind: 'snmp' | 'ssh'; secret: string; region_id: string }
  collectors: Stamped & {
    id: string
    name: string
    site_id: string | null
    region_id: string | null
    token_hash: string | null
    /** Until when that token may be used. */
    token_expires_at: number | null
    /** When it was; it counts as spent once the key it gave was used. */
    token_used_at: number | null
    key_hash: string | null
    public_key: string | null
    enrolled_at: number | null
    /** 1: the one beside the server. */
    is_local: Generated<number>
    seen_at: number | null
    revoked_at: number | null
    /** Of the line to the server, bit/s; null where nobody said. */
    uplink_bps: number | null
  }
  /** Samples that it had to give up, the latest of them. */
  collector_gaps: {
    collector_id: string
    from_at: number
    until_at: number
    reason: GapReason
  }
  devices: Stamped & {
    id: string
    region_id: string
    site_id: string
    collector_id: string | null
    name: string
    role: string
    address: string
    port: number
    snmp_credential_id: string | null
    ssh_credential_id: string | null
    ssh_port: number
    poll_interval_s: number
    vendor: string
    os: string
    category: string
    sys_object_id: string
    sys_name: string
    sys_descr: string
    hardware: string
    version: string
    serial: string
    identified_at: number | null
    archived_at: number | null
    /** Further addresses of its own that a reply may come from. */
    answers_from: Generated<Json>
    /** Echoes to its address; 0: none. */
    ping_interval_s: Generated<number>
    room_id: Generated<string | null>
  }
  /** What collectors noticed about devices: a few of each, the latest seen. */
  device_findings: {
    id: string
    device_id: string
    kind: string
    address: string
    first_seen_at: number
    last_seen_at: number
  }
  /** 拨测 */
  checks: Stamped & {
    id: string
    region_id: string
    site_id: string | null
    device_id: string | null
    name: string
    kind: string
    /** CheckSpec */
    spec: Json
    /** CheckLimit[] */
    limits: Json
    interval_s: number
    timeout_ms: number
    credential_id: string | null
    enabled: number
    archived_at: number | null
  }
  /** A check as one collector runs it, each for itself: the carrier of its samples. Unique by (check_id, collector_id). */
  check_points: Stamped & {
    id: string
    check_id: string
    collector_id: string
    /** CheckOutcome, the last that was told. */
    outcome: Json | null
    outcome_at: number | null
  }
  /** Unique by (device_id, if_name): an ifIndex may change, a name rarely does. */
  interfaces: Stamped & {
    id: string
    device_id: string
    if_index: number | null
    if_name: string
    if_descr: string
    if_alias: string
    if_type: number | null
    if_mtu: number | null
    if_speed_bps: number | null
    if_phys_address: string
    if_admin_status: string
    if_oper_status: string
    oper_since: number | null
    /** half, full */
    duplex: Generated<string | null>
  }
  sensors: Stamped & {
    id: string
    device_id: string
    key: string
    class: string
    descr: string
    unit: string
    oid: string
    low_warn: number | null
    high_warn: number | null
    high_critical: number | null
    states: Json
  }
  links: Stamped & {
    id: string
    region_id: string
    upper_site_id: string
    lower_site_id: string
    name: string
  }
  circuits: Stamped & {
    id: string
    link_id: string
    role: string
    position: number
    number: string
    carrier_id: string
    access: string
    bandwidth_bps: number
    promised_percent: number
    monthly_fee_yuan: number | null
    contract_until: string | null
    a_interface_id: string
    z_interface_id: string
    leg_kind: string | null
    leg_address: string | null
    leg_port: number | null
  }

  // state
  entity_states: {
    entity_id: string
    entity_type: string
    region_id: string
    state: string
    since: number
    evidence: Json
  }
  state_changes: {
    id: string
    entity_id: string
    entity_type: string
    region_id: string
    from_state: string | null
    to_state: string
    at: number
    evidence: Json
  }

  /** How far the samples that a collector sent late are judged. */
  late_judgings: { collector_id: string; at: number }
  /** The states they lead to at that instant. */
  late_states: {
    collector_id: string
    entity_id: string
    entity_type: string
    region_id: string
    state: string
    since: number
    evidence: Json
  }

  // alarms
  alarms: Stamped & {
    id: string
    entity_type: string
    entity_id: string
    entity_name: string
    region_id: string
    condition: string
    severity: string
    state: string
    cause_id: string | null
    flapping: number
    details: Json
    evidence: Json
    started_at: number
    fired_at: number | null
    cleared_at: number | null
    acknowledged_by: string | null
    acknowledged_at: number | null
    /** It speaks up again then, should it still be there; null: acknowledged for good. */
    acknowledged_until: Generated<number | null>
    suppressed_by: Generated<string | null>
    suppressed_at: Generated<number | null>
    suppressed_until: Generated<number | null>
    suppressed_reason: Generated<string | null>
    /** The maintenance window that mutes it. */
    window_id: Generated<string | null>
    /** 1: told by late evidence, over before anybody could know: pages nobody. */
    historical: Generated<number>
    /** How often it came, this one time included. */
    raised: Generated<number>
  }

  // desk
  tickets: Stamped &
    ServedTicket & {
      id: string
      number: string
      kind: string
      state: string
      pending_reason: string | null
      priority: string
      impact: number
      urgency: number
      title: string
      description: string
      channel: string
      region_id: string
      site_id: string | null
      team_id: string | null
      assignee_id: string | null
      requester_id: string | null
      alarm_id: string | null
      /** What is wrong with its cause, for one that an alarm opened. */
      condition: string | null
      resolved_at: number | null
      closed_at: number | null
    }
  ticket_entities: { ticket_id: string; entity_type: string; entity_id: string; name: string; role: string }
  /** Append-only. */
  timeline: {
    id: string
    ticket_id: string
    at: number
    kind: string
    visibility: string
    author_id: string | null
    text: string | null
    details: Json
  }
  ticket_numbers: { prefix: string; last: number }

  // topology
  /** Who stands around a device, as it last said. */
  device_surroundings: { device_id: string; surroundings: Json; at: number }
  /** What somebody looked at and let be: a proposal or difference, by its key. */
  topology_dismissals: {
    id: string
    key: string
    region_id: string
    reason: string
    dismissed_by: string
    at: number
  }

  // stations
  /** Which MAC hangs on which port, since when it is seen there. */
  stations: { device_id: string; if_name: string; mac: string; since: number }
  /** Whose address a device knows. */
  station_addresses: { device_id: string; mac: string; address: string }
  /** When a device last told of its stations, and which of its ports have too many to name. */
  station_tellings: { device_id: string; crowded: Json; at: number }

  // points
  /** 信息点; one a code of its site, one a port. */
  information_points: Stamped & {
    id: string
    region_id: string
    site_id: string
    room_id: string | null
    code: string
    place: string
    panel: string
    interface_id: string | null
    /** What hangs there. */
    device_id: string | null
    asset: string
    used_by: string
    note: string
    /** free, used, faulty */
    state: string
  }

  // profiles
  /** By which rules a device was last discovered; `measured`: how many numbers of it are read. */
  device_explanations: {
    device_id: string
    profile: string
    rule: string | null
    measured: number
    explanation: Json
    at: number
  }

  // discovery
  /** `scope`: where it asks; `asked_before`: by jobs before this one. */
  discoveries: Stamped & {
    id: string
    region_id: string
    collector_id: string
    name: string
    scope: Json
    credential_ids: Json
    job_id: string
    asked_before: number
    asked: number
    created_by: string | null
  }
  /** `device`: what could be read of it; `beside`: whom it knows. */
  discovery_finds: {
    id: string
    discovery_id: string
    address: string
    /** First what could be read. */
    rank: number
    /** IPv4 as one number, for its order. */
    address_number: number
    rtt_ms: number | null
    found_from: Json | null
    credential_id: string | null
    device: Json | null
    beside: Json
    decision: string
    device_id: string | null
    decided_by: string | null
    decided_at: number | null
    found_at: number
  }

  // automation, uplink
  jobs: {
    id: string
    kind: string
    state: string
    device_id: string | null
    collector_id: string | null
    playbook: string | null
    /** What to do, without secrets; those are sealed when the job is sent. */
    params: Json
    result: Json | null
    error: Json | null
    alarm_id: string | null
    ticket_id: string | null
    started_by: string | null
    created_at: number
    ended_at: number | null
  }
  /** The last batch committed here, per stream; `at`: its newest sample, null when it held none. */
  batch_marks: {
    collector_id: string
    epoch: string
    lane: string
    seq: number
    at: Generated<number | null>
  }

  // audit
  /** Append-only: triggers refuse any other change, but for what an archive holds. */
  audit_records: {
    seq: number
    id: string
    at: number
    actor_kind: string
    actor_id: string | null
    actor_name: string
    action: string
    entity_type: string | null
    entity_id: string | null
    entity_name: string | null
    region_id: string | null
    before: Json | null
    after: Json | null
    reason: string | null
    request_id: string | null
    address: string | null
    hash: string
    seal: string
  }
  /** One row: the last link of the chain. */
  audit_head: { id: number; seq: number; hash: string }
  /** Records moved out to a file, oldest first and without gaps. */
  audit_archives: {
    id: string
    first_seq: number
    last_seq: number
    first_at: number
    last_at: number
    previous_hash: string
    last_hash: string
    file: string
    sha256: string
    created_at: number
  }

  // demo
  demo_keys: { entity_id: string; key: string }
}

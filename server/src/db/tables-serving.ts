/** Rows of what serving keeps: the desk's records beside the ticket, clocks, files, mail, catalogue, changes, knowledge. */
import type { Generated } from 'kysely'
import type { Json, Stamped } from './tables.ts'

export interface ServingTables {
  ticket_watchers: {
    ticket_id: string
    user_id: string
    created_at: number
  }
  ticket_tags: {
    ticket_id: string
    tag: string
  }
  ticket_links: {
    from_id: string
    to_id: string
    kind: 'duplicate' | 'related' | 'split' | 'caused-by'
    created_by: string | null
    created_at: number
  }
  /** Who else has it: one tap on a known outage. */
  me_toos: {
    id: string
    ticket_id: string
    user_id: string | null
    name: string | null
    phone: string | null
    site_id: string | null
    text: string | null
    created_at: number
  }
  /** Offered to a team of the region above or to specialists, which accepts it or gives it back with a reason. */
  escalations: Stamped & {
    id: string
    ticket_id: string
    from_team_id: string | null
    to_team_id: string
    state: 'offered' | 'accepted' | 'returned' | 'withdrawn'
    offered_by: string | null
    reason: string
    decided_by: string | null
    decided_at: number | null
    answer: string | null
  }
  /** What happens to a ticket that comes to a team and is nobody's: nothing, whoever is on duty is told, or gets it. */
  team_duties: {
    team_id: string
    policy: 'off' | 'offer' | 'assign'
    updated_at: number
  }
  canned_answers: Stamped & {
    id: string
    region_id: string
    team_id: string | null
    title: string
    body: string
    shortcut: string | null
    used: number
    archived_at: number | null
  }
  /** Of a person; with a team: seen by all of it. */
  saved_views: Stamped & {
    id: string
    user_id: string
    team_id: string | null
    page: string
    name: string
    query: Json
    position: number
  }
  /** `week`: hours of each weekday, Sunday first; `off`, `worked`: dates of the region’s own; `statutory`: whether the state’s holidays count. */
  calendars: Stamped & {
    id: string
    region_id: string
    name: string
    week: Json
    off: Json
    worked: Json
    statutory: number
    archived_at: number | null
  }
  /** First match wins of each kind. `match`: ticket kinds, priorities, services, tiers, categories, carriers, accesses. No calendar: 7×24. `pauses`: pending reasons that stop it. */
  sla_targets: Stamped & {
    id: string
    region_id: string
    position: number
    name: string
    kind: 'sla' | 'ola' | 'uc' | 'closing'
    match: Json
    response_ms: number | null
    resolution_ms: number | null
    calendar_id: string | null
    pauses: Json
    enabled: number
    archived_at: number | null
  }
  /** `rule`: the targets that it ran by, each as it was then and since when. `due_at`: null unless it runs. `warned`: how many marks were told of. `next_at`: when the next comes. */
  clocks: Stamped & {
    id: string
    ticket_id: string
    target_id: string
    kind: 'sla' | 'ola' | 'uc' | 'closing'
    measure: 'response' | 'resolution' | 'closing'
    rule: Json
    state: 'running' | 'paused' | 'stopped'
    started_at: number
    due_at: number | null
    elapsed_ms: number
    target_ms: number
    as_of: number
    stopped_at: number | null
    breached_at: number | null
    warned: number
    next_at: number | null
  }
  /** What a clock near its end does: tells first, moves second. */
  escalation_rules: Stamped & {
    id: string
    region_id: string
    position: number
    name: string
    match: Json
    steps: Json
    enabled: number
    archived_at: number | null
  }
  /** What was attached; its bytes lie in the data folder under its hash. */
  files: {
    id: string
    owner_type: string
    owner_id: string
    entry_id: string | null
    region_id: string
    name: string
    media_type: string
    bytes: number
    sha256: string
    /** `failed`: given up after so many `scan_tries`; the next is due at `scan_due_at`. */
    scan: 'clean' | 'unscanned' | 'infected' | 'failed'
    scan_tries: Generated<number>
    scan_due_at: Generated<number | null>
    visibility: 'public' | 'internal'
    uploaded_by: string | null
    created_at: number
    archived_at: number | null
  }
  /** `secret`: JSON, sealed. */
  mailboxes: Stamped & {
    id: string
    region_id: string
    team_id: string | null
    name: string
    address: string
    imap: Json
    smtp: Json
    secret: string | null
    uid_validity: number | null
    last_uid: number
    error: string | null
    checked_at: number | null
    enabled: number
    archived_at: number | null
  }
  /** Every mail taken or sent, each once by its Message-ID in its mailbox. */
  mails: Stamped & {
    id: string
    mailbox_id: string
    region_id: string
    ticket_id: string | null
    entry_id: string | null
    direction: 'in' | 'out'
    message_id: string
    refs: Json
    from_address: string
    to_address: string
    subject: string
    body: Json
    state: 'taken' | 'refused' | 'waiting' | 'sent' | 'failed' | 'bounced'
    reason: string | null
    attempts: number
    next_at: number | null
    sent_at: number | null
  }
  /** `call_id`: the exchange’s; `digits`: the number as it is looked up; `rung_for`: whose line it was; ended without an answer: missed. */
  calls: Stamped & {
    id: string
    region_id: string
    number: string
    digits: string
    direction: 'in' | 'out'
    line: string | null
    call_id: string | null
    user_id: string | null
    name: string | null
    site_id: string | null
    rung_for: string | null
    answered_by: string | null
    answered_at: number | null
    ticket_id: string | null
    started_at: number
    ended_at: number | null
    note: string | null
  }
  /** Who sits at which line of the exchange: one person a line, one line a person. */
  lines: {
    id: string
    region_id: string
    line: string
    user_id: string
    updated_at: number
  }
  /** The number by which a region calls its desk; the nearest above counts. */
  hotlines: {
    region_id: string
    phone: string
    updated_at: number
  }
  /** A report sent twice over a bad line is one: the key is its draft’s. */
  portal_reports: {
    user_id: string
    key: string
    ticket_id: string
    created_at: number
  }
  catalogue_items: Stamped & {
    id: string
    region_id: string
    position: number
    key: string
    name: string
    category: string
    description: string
    icon: string
    form: Json
    approvals: Json
    tasks: Json
    team_id: string | null
    priority: string
    receipt: number
    version: number
    enabled: number
    /** Of one that came with the product: which. */
    origin: string | null
    archived_at: number | null
  }
  /** A request’s item as it was when it was asked for, and what was answered. */
  requests: {
    ticket_id: string
    item_id: string
    item: Json
    answers: Json
    receipt: Json | null
    received_by: string | null
    received_at: number | null
  }
  /** `rule`: everybody, anybody, so many of them. `round`: a change that came back is asked about again. */
  approval_steps: Stamped & {
    id: string
    ticket_id: string
    round: number
    position: number
    name: string
    rule: Json
    state: 'waiting' | 'open' | 'approved' | 'rejected' | 'withdrawn'
    opened_at: number | null
    decided_at: number | null
    /** When those who have not decided were last told again. */
    reminded_at: number | null
  }
  /** `decided_by`: the approver or the deputy. */
  approvals: Stamped & {
    id: string
    step_id: string
    ticket_id: string
    approver_id: string
    state: 'waiting' | 'approved' | 'rejected'
    decided_by: string | null
    decided_at: number | null
    text: string | null
  }
  deputies: Stamped & {
    id: string
    user_id: string
    deputy_id: string
    starts_at: number
    ends_at: number
  }
  /** `follows`: positions that must be done first. */
  tasks: Stamped & {
    id: string
    ticket_id: string
    position: number
    name: string
    team_id: string | null
    assignee_id: string | null
    state: 'waiting' | 'open' | 'done' | 'skipped'
    follows: Json
    due_at: number | null
    done_by: string | null
    done_at: number | null
    note: string | null
  }
  problems: {
    ticket_id: string
    root_cause: string | null
    workaround: string | null
    article_id: string | null
    known_error_at: number | null
  }
  /** `risk`: 1 low, 2 middle, 3 high, as assessed. */
  changes: {
    ticket_id: string
    type: 'standard' | 'normal' | 'emergency'
    model_id: string | null
    risk: number
    assessment: Json
    reason: string
    plan: string
    test_plan: string
    backout: string
    /** Task plans, laid out once work begins. */
    tasks: Json
    starts_at: number | null
    ends_at: number | null
    window_id: string | null
    started_at: number | null
    ended_at: number | null
    outcome: 'successful' | 'failed' | 'rolled-back' | null
    review: string | null
    review_due_at: number | null
    reviewed_by: string | null
    /** When whoever has to review it was told that the time is over. */
    review_told_at: Generated<number | null>
  }
  /** Whoever wrote it, and whoever changed it last, do not approve it. */
  change_models: Stamped & {
    id: string
    region_id: string
    name: string
    template: Json
    created_by: Generated<string | null>
    changed_by: Generated<string | null>
    approved_by: string | null
    approved_at: number | null
    enabled: number
    archived_at: number | null
  }
  freezes: Stamped & {
    id: string
    region_id: string
    name: string
    starts_at: number
    ends_at: number
    note: string | null
    created_by: string | null
    archived_at: number | null
  }
  /** Video conferences: what a change must not meet. */
  bookings: Stamped & {
    id: string
    region_id: string
    title: string
    kind: string
    starts_at: number
    ends_at: number
    site_ids: Json
    device_ids: Json
    bandwidth_bps: number | null
    organiser: string | null
    phone: string | null
    ticket_id: string | null
    booked_by: string | null
    note: string | null
    cancelled_at: number | null
  }
  /** `version`: the one published, 0 none yet. */
  articles: Stamped & {
    id: string
    number: string
    region_id: string
    category: string
    title: string
    state: 'draft' | 'review' | 'published' | 'retired'
    version: number
    tags: Json
    families: Json
    service_ids: Json
    must_read: number
    views: number
    helpful: number
    unhelpful: number
    used: number
    author_id: string | null
    published_at: number | null
    review_due_at: number | null
    /** When its owner was told that a review is due. */
    review_told_at: Generated<number | null>
    origin: string | null
    archived_at: number | null
  }
  /** `head`: what it says of the article as a whole, once published; null: written before versions said so. `revision`: counts edits. */
  article_versions: Stamped & {
    id: string
    article_id: string
    version: number
    title: string
    summary: string
    body: string
    state: 'draft' | 'review' | 'published' | 'superseded'
    note: string | null
    head: Generated<Json | null>
    revision: Generated<number>
    author_id: string | null
    reviewer_id: string | null
    published_at: number | null
  }
  article_reads: {
    article_id: string
    version: number
    user_id: string
    opened_at: number
    confirmed_at: number | null
  }
  article_votes: {
    article_id: string
    user_id: string
    helpful: number
    text: string | null
    created_at: number
  }
  article_uses: {
    article_id: string
    ticket_id: string
    user_id: string | null
    how: string
    created_at: number
  }
  /** What was looked for and whether it was found: the gaps of the library. */
  searches: {
    id: string
    at: number
    user_id: string | null
    region_id: string | null
    place: string
    text: string
    hits: number
    opened_id: string | null
  }
}

/** What serving adds to a ticket. */
export interface ServedTicket {
  category: Generated<string | null>
  service_id: Generated<string | null>
  contact_name: Generated<string | null>
  contact_phone: Generated<string | null>
  contact_email: Generated<string | null>
  parent_id: Generated<string | null>
  merged_into: Generated<string | null>
  major: Generated<number>
  resolution: Generated<string | null>
  resolution_code: Generated<string | null>
  score: Generated<number | null>
  score_text: Generated<string | null>
  scored_at: Generated<number | null>
  reopened: Generated<number>
  due_at: Generated<number | null>
  due_measure: Generated<string | null>
  responded_at: Generated<number | null>
  revision: Generated<number>
}

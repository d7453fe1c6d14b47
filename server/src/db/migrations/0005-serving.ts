import type { Kysely } from 'kysely'
import { build, type Added } from '../build.ts'
import { stamps, type Column } from '../columns.ts'
import { createPrefixIndex } from '../prefix.ts'
import { createSearchIndex } from '../search-index.ts'
import { createTicketIndexes } from '../ticket-indexes.ts'

// prettier-ignore
const tables: Record<string, Record<string, Column>> = {
  // desk
  ticket_watchers: { ticket_id: 'text', user_id: 'text', created_at: 'int' },
  ticket_tags: { ticket_id: 'text', tag: 'text' },
  ticket_links: { from_id: 'text', to_id: 'text', kind: 'text', created_by: 'text?', created_at: 'int' },
  me_toos: { id: 'text', ticket_id: 'text', user_id: 'text?', name: 'text?', phone: 'text?', site_id: 'text?', text: 'text?', created_at: 'int' },
  escalations: { id: 'text', ticket_id: 'text', from_team_id: 'text?', to_team_id: 'text', state: 'text', offered_by: 'text?', reason: 'text', decided_by: 'text?', decided_at: 'int?', answer: 'text?', ...stamps },
  team_duties: { team_id: 'text', policy: 'text', updated_at: 'int' },
  canned_answers: { id: 'text', region_id: 'text', team_id: 'text?', title: 'text', body: 'text', shortcut: 'text?', used: 'int', archived_at: 'int?', ...stamps },
  saved_views: { id: 'text', user_id: 'text', team_id: 'text?', page: 'text', name: 'text', query: 'text', position: 'int', ...stamps },
  // clocks
  calendars: { id: 'text', region_id: 'text', name: 'text', week: 'text', off: 'text', worked: 'text', statutory: 'int', archived_at: 'int?', ...stamps },
  sla_targets: { id: 'text', region_id: 'text', position: 'int', name: 'text', kind: 'text', match: 'text', response_ms: 'int?', resolution_ms: 'int?', calendar_id: 'text?', pauses: 'text', enabled: 'int', archived_at: 'int?', ...stamps },
  clocks: { id: 'text', ticket_id: 'text', target_id: 'text', kind: 'text', measure: 'text', rule: 'text', state: 'text', started_at: 'int', due_at: 'int?', elapsed_ms: 'int', target_ms: 'int', as_of: 'int', stopped_at: 'int?', breached_at: 'int?', warned: 'int', next_at: 'int?', ...stamps },
  escalation_rules: { id: 'text', region_id: 'text', position: 'int', name: 'text', match: 'text', steps: 'text', enabled: 'int', archived_at: 'int?', ...stamps },
  // files
  files: { id: 'text', owner_type: 'text', owner_id: 'text', entry_id: 'text?', region_id: 'text', name: 'text', media_type: 'text', bytes: 'int', sha256: 'text', scan: 'text', visibility: 'text', uploaded_by: 'text?', created_at: 'int', archived_at: 'int?' },
  // mail, hotline
  mailboxes: { id: 'text', region_id: 'text', team_id: 'text?', name: 'text', address: 'text', imap: 'text', smtp: 'text', secret: 'text?', uid_validity: 'int?', last_uid: 'int', error: 'text?', checked_at: 'int?', enabled: 'int', archived_at: 'int?', ...stamps },
  mails: { id: 'text', mailbox_id: 'text', region_id: 'text', ticket_id: 'text?', entry_id: 'text?', direction: 'text', message_id: 'text', refs: 'text', from_address: 'text', to_address: 'text', subject: 'text', body: 'text', state: 'text', reason: 'text?', attempts: 'int', next_at: 'int?', sent_at: 'int?', ...stamps },
  calls: { id: 'text', region_id: 'text', number: 'text', direction: 'text', line: 'text?', call_id: 'text?', digits: 'text', user_id: 'text?', name: 'text?', site_id: 'text?', rung_for: 'text?', answered_by: 'text?', answered_at: 'int?', ticket_id: 'text?', started_at: 'int', ended_at: 'int?', note: 'text?', ...stamps },
  lines: { id: 'text', region_id: 'text', line: 'text', user_id: 'text', updated_at: 'int' },
  hotlines: { region_id: 'text', phone: 'text', updated_at: 'int' },
  portal_reports: { user_id: 'text', key: 'text', ticket_id: 'text', created_at: 'int' },
  // requests: catalogue, approvals, tasks
  catalogue_items: { id: 'text', region_id: 'text', position: 'int', key: 'text', name: 'text', category: 'text', description: 'text', icon: 'text', form: 'text', approvals: 'text', tasks: 'text', team_id: 'text?', priority: 'text', receipt: 'int', version: 'int', enabled: 'int', origin: 'text?', archived_at: 'int?', ...stamps },
  requests: { ticket_id: 'text', item_id: 'text', item: 'text', answers: 'text', receipt: 'text?', received_by: 'text?', received_at: 'int?' },
  approval_steps: { id: 'text', ticket_id: 'text', round: 'int', position: 'int', name: 'text', rule: 'text', state: 'text', opened_at: 'int?', decided_at: 'int?', reminded_at: 'int?', ...stamps },
  approvals: { id: 'text', step_id: 'text', ticket_id: 'text', approver_id: 'text', state: 'text', decided_by: 'text?', decided_at: 'int?', text: 'text?', ...stamps },
  deputies: { id: 'text', user_id: 'text', deputy_id: 'text', starts_at: 'int', ends_at: 'int', ...stamps },
  tasks: { id: 'text', ticket_id: 'text', position: 'int', name: 'text', team_id: 'text?', assignee_id: 'text?', state: 'text', follows: 'text', due_at: 'int?', done_by: 'text?', done_at: 'int?', note: 'text?', ...stamps },
  // problems, changes
  problems: { ticket_id: 'text', root_cause: 'text?', workaround: 'text?', article_id: 'text?', known_error_at: 'int?' },
  changes: { ticket_id: 'text', type: 'text', model_id: 'text?', risk: 'int', assessment: 'text', reason: 'text', plan: 'text', test_plan: 'text', backout: 'text', tasks: 'text', starts_at: 'int?', ends_at: 'int?', window_id: 'text?', started_at: 'int?', ended_at: 'int?', outcome: 'text?', review: 'text?', review_due_at: 'int?', reviewed_by: 'text?' },
  change_models: { id: 'text', region_id: 'text', name: 'text', template: 'text', approved_by: 'text?', approved_at: 'int?', enabled: 'int', archived_at: 'int?', ...stamps },
  freezes: { id: 'text', region_id: 'text', name: 'text', starts_at: 'int', ends_at: 'int', note: 'text?', created_by: 'text?', archived_at: 'int?', ...stamps },
  bookings: { id: 'text', region_id: 'text', title: 'text', kind: 'text', starts_at: 'int', ends_at: 'int', site_ids: 'text', device_ids: 'text', bandwidth_bps: 'int?', organiser: 'text?', phone: 'text?', ticket_id: 'text?', booked_by: 'text?', note: 'text?', cancelled_at: 'int?', ...stamps },
  // knowledge
  articles: { id: 'text', number: 'text', region_id: 'text', category: 'text', title: 'text', state: 'text', version: 'int', tags: 'text', families: 'text', service_ids: 'text', must_read: 'int', views: 'int', helpful: 'int', unhelpful: 'int', used: 'int', author_id: 'text?', published_at: 'int?', review_due_at: 'int?', origin: 'text?', archived_at: 'int?', ...stamps },
  article_versions: { id: 'text', article_id: 'text', version: 'int', title: 'text', summary: 'text', body: 'text', state: 'text', note: 'text?', author_id: 'text?', reviewer_id: 'text?', published_at: 'int?', ...stamps },
  article_reads: { article_id: 'text', version: 'int', user_id: 'text', opened_at: 'int', confirmed_at: 'int?' },
  article_votes: { article_id: 'text', user_id: 'text', helpful: 'int', text: 'text?', created_at: 'int' },
  article_uses: { article_id: 'text', ticket_id: 'text', user_id: 'text?', how: 'text', created_at: 'int' },
  searches: { id: 'text', at: 'int', user_id: 'text?', region_id: 'text?', place: 'text', text: 'text', hits: 'int', opened_id: 'text?' },
}

// prettier-ignore
const added: Added[] = [
  ['interfaces', 'duplex', 'text?'],
  ['users', 'site_id', 'text?'],
  ['users', 'initials', 'text?'],
  ['users', 'phone_key', 'text?'],
  ['tickets', 'category', 'text?'],
  ['tickets', 'service_id', 'text?'],
  ['tickets', 'contact_name', 'text?'],
  ['tickets', 'contact_phone', 'text?'],
  ['tickets', 'contact_email', 'text?'],
  ['tickets', 'parent_id', 'text?'],
  ['tickets', 'merged_into', 'text?'],
  ['tickets', 'major', 'int', 0],
  ['tickets', 'resolution', 'text?'],
  ['tickets', 'resolution_code', 'text?'],
  ['tickets', 'score', 'int?'],
  ['tickets', 'score_text', 'text?'],
  ['tickets', 'scored_at', 'int?'],
  ['tickets', 'reopened', 'int', 0],
  ['tickets', 'due_at', 'int?'],
  ['tickets', 'due_measure', 'text?'],
  ['tickets', 'responded_at', 'int?'],
  ['tickets', 'revision', 'int', 0],
]

const uniques: Record<string, string[]> = {
  ticket_watchers_pair: ['ticket_watchers', 'ticket_id', 'user_id'],
  team_duties_team: ['team_duties', 'team_id'],
  ticket_tags_pair: ['ticket_tags', 'ticket_id', 'tag'],
  ticket_links_ends: ['ticket_links', 'from_id', 'to_id', 'kind'],
  catalogue_items_origin: ['catalogue_items', 'origin'],
  calls_call: ['calls', 'call_id', 'region_id'],
  lines_line: ['lines', 'region_id', 'line'],
  lines_user: ['lines', 'user_id'],
  hotlines_region: ['hotlines', 'region_id'],
  portal_reports_key: ['portal_reports', 'user_id', 'key'],
  requests_ticket: ['requests', 'ticket_id'],
  problems_ticket: ['problems', 'ticket_id'],
  changes_ticket: ['changes', 'ticket_id'],
  articles_number: ['articles', 'number'],
  article_versions_version: ['article_versions', 'article_id', 'version'],
  article_reads_reader: ['article_reads', 'article_id', 'version', 'user_id'],
  article_votes_voter: ['article_votes', 'article_id', 'user_id'],
  article_uses_ticket: ['article_uses', 'article_id', 'ticket_id'],
  approvals_approver: ['approvals', 'step_id', 'approver_id'],
  mails_once: ['mails', 'mailbox_id', 'direction', 'message_id'],
  clocks_measure: ['clocks', 'ticket_id', 'kind', 'measure', 'target_id'],
}

const indexes: Record<string, string[]> = {
  ticket_watchers_user: ['ticket_watchers', 'user_id', 'ticket_id'],
  ticket_tags_tag: ['ticket_tags', 'tag', 'ticket_id'],
  ticket_links_to: ['ticket_links', 'to_id'],
  me_toos_ticket: ['me_toos', 'ticket_id'],
  escalations_ticket: ['escalations', 'ticket_id'],
  escalations_to: ['escalations', 'to_team_id', 'state'],
  canned_answers_region: ['canned_answers', 'region_id'],
  saved_views_user: ['saved_views', 'user_id'],
  clocks_next: ['clocks', 'state', 'next_at'],
  clocks_ticket: ['clocks', 'ticket_id'],
  files_owner: ['files', 'owner_id'],
  mails_ticket: ['mails', 'ticket_id'],
  mails_message: ['mails', 'message_id'],
  mails_due: ['mails', 'state', 'next_at'],
  mails_from: ['mails', 'from_address', 'created_at'],
  calls_region: ['calls', 'region_id', 'started_at'],
  calls_digits: ['calls', 'digits', 'started_at'],
  calls_user: ['calls', 'user_id', 'started_at'],
  calls_ticket: ['calls', 'ticket_id'],
  lines_by_line: ['lines', 'line'],
  requests_item: ['requests', 'item_id'],
  approval_steps_open: ['approval_steps', 'state', 'opened_at'],
  approval_steps_ticket: ['approval_steps', 'ticket_id'],
  approvals_approver_open: ['approvals', 'approver_id', 'state'],
  approvals_ticket: ['approvals', 'ticket_id'],
  deputies_user: ['deputies', 'user_id', 'ends_at'],
  deputies_deputy: ['deputies', 'deputy_id', 'ends_at'],
  tasks_ticket: ['tasks', 'ticket_id'],
  tasks_assignee: ['tasks', 'assignee_id', 'state'],
  tasks_team: ['tasks', 'team_id', 'state'],
  changes_starts: ['changes', 'starts_at'],
  freezes_region: ['freezes', 'region_id', 'ends_at'],
  bookings_starts: ['bookings', 'region_id', 'starts_at'],
  articles_region: ['articles', 'region_id', 'state'],
  article_uses_by_ticket: ['article_uses', 'ticket_id'],
  searches_at: ['searches', 'at'],
}

export async function up(db: Kysely<never>): Promise<void> {
  await build(db, { tables, added, uniques, indexes })
  await createTicketIndexes(db)
  await createSearchIndex(db)
  for (const column of ['display_name', 'initials', 'phone_key']) await createPrefixIndex(db, 'users', column)
}

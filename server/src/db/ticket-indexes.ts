import { sql, type Kysely } from 'kysely'

/** No work is left to do. What is open is little, whatever has gathered over the years: it has indexes of its own. */
export const isOpenSql = `state not in ('resolved', 'fulfilled', 'rejected', 'closed', 'cancelled')`
/** When the next clock ends; what has none comes last. */
export const dueSql = 'coalesce(due_at, 9007199254740991)'

/** What lists are narrowed by, so that an index alone tells which rows are shown. */
const narrowing = 'kind, state, priority, category, channel, region_id, major'
const openNarrowing = `${narrowing}, team_id, assignee_id, site_id, requester_id, parent_id, due_at, updated_at, created_at`

const all: Record<string, string> = {
  tickets_created: `created_at, id, ${narrowing}`,
  tickets_updated: `updated_at, id, ${narrowing}`,
  tickets_region: `region_id, created_at, id, ${narrowing}`,
  tickets_region_updated: `region_id, updated_at, id, ${narrowing}`,
  tickets_team: `team_id, created_at, id, ${narrowing}`,
  tickets_team_updated: `team_id, updated_at, id, ${narrowing}`,
  tickets_assignee: `assignee_id, updated_at, id, ${narrowing}`,
  tickets_category: `category, updated_at, id, created_at, ${narrowing}`,
  tickets_kind: `kind, updated_at, id, created_at, ${narrowing}`,
  tickets_state_updated: `state, updated_at, id, created_at, ${narrowing}`,
  tickets_channel: `channel, updated_at, id, created_at, ${narrowing}`,
  tickets_priority: `priority, updated_at, id, created_at, ${narrowing}`,
  tickets_requester: `requester_id, updated_at, id, created_at, ${narrowing}`,
  tickets_site: `site_id, updated_at, id, created_at, ${narrowing}`,
  tickets_parent: 'parent_id',
}

const open: Record<string, string> = {
  tickets_open_due: `${dueSql}, id, ${openNarrowing}`,
  tickets_open_updated: `updated_at, id, ${openNarrowing}`,
  tickets_open_created: `created_at, id, ${openNarrowing}`,
  tickets_open_priority: `priority, created_at, id, ${openNarrowing}`,
  tickets_open_region: `region_id, id, ${openNarrowing}`,
  tickets_open_team: `team_id, id, ${openNarrowing}`,
  tickets_open_assignee: `assignee_id, id, ${openNarrowing}`,
  tickets_open_requester: `requester_id, id, ${openNarrowing}`,
  tickets_open_site: `site_id, id, ${openNarrowing}`,
}

const once = (columns: string): string => [...new Set(columns.split(/, (?![^(]*\))/))].join(', ')

export const ticketIndexes: readonly string[] = [
  ...Object.entries(all).map(([name, on]) => `create index ${name} on tickets (${once(on)})`),
  ...Object.entries(open).map(
    ([name, on]) => `create index ${name} on tickets (${once(on)}) where ${isOpenSql}`,
  ),
  `create index tickets_major on tickets (created_at, id) where major = 1`,
  `create index tickets_solved on tickets (resolved_at, team_id, region_id, score) where resolved_at is not null`,
]

export async function createTicketIndexes(db: Kysely<never>): Promise<void> {
  for (const statement of ticketIndexes) await sql.raw(statement).execute(db)
}

/** Rows as the API shows them. */
import type { Db } from '../db/database.ts'
import type { PendingReason, TicketKind, TicketState } from './kinds.ts'
import type { Ticket, TimelineEntry } from './schema.ts'
import { entitiesOf, type EntityRow, type EntryRow, type TicketRow } from './store.ts'

/** Names by id, asked of the modules whose records they are. */
export interface Names {
  users(ids: string[], db: Db): Promise<Map<string, string>>
  teams(ids: string[], db: Db): Promise<Map<string, string>>
  regions(ids: string[], db: Db): Promise<Map<string, string>>
  sites(ids: string[], db: Db): Promise<Map<string, string>>
}

/** A user whose record is gone is shown by id. */
const ref = (id: string, names: Map<string, string>) => ({ id, name: names.get(id) ?? id })
const maybeRef = (id: string | null, names: Map<string, string>) => (id === null ? null : ref(id, names))
const present = (ids: (string | null)[]) => [...new Set(ids.filter((id) => id !== null))]

export async function viewTickets(db: Db, names: Names, rows: TicketRow[]): Promise<Ticket[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const [users, teams, regions, sites, about] = await Promise.all([
    names.users(present(rows.flatMap((row) => [row.assignee_id, row.requester_id])), db),
    names.teams(present(rows.map((row) => row.team_id)), db),
    names.regions(present(rows.map((row) => row.region_id)), db),
    names.sites(present(rows.map((row) => row.site_id)), db),
    entitiesOf(db, ids),
  ])
  const entities = Map.groupBy(about, (entity) => entity.ticket_id)
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    kind: row.kind as TicketKind,
    state: row.state as TicketState,
    revision: row.revision,
    pendingReason: row.pending_reason as PendingReason | null,
    priority: row.priority as Ticket['priority'],
    title: row.title,
    description: row.description,
    channel: row.channel as Ticket['channel'],
    region: ref(row.region_id, regions),
    site: maybeRef(row.site_id, sites),
    team: maybeRef(row.team_id, teams),
    assignee: maybeRef(row.assignee_id, users),
    requester: maybeRef(row.requester_id, users),
    entities: viewEntities(entities.get(row.id) ?? []),
    alarmId: row.alarm_id,
    category: row.category,
    serviceId: row.service_id,
    contact: contactOf(row),
    parentId: row.parent_id,
    isMajor: row.major === 1,
    resolution: row.resolution,
    score: row.score,
    reopened: row.reopened,
    dueAt: row.due_at,
    dueMeasure: row.due_measure,
    respondedAt: row.responded_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    resolvedAt: row.resolved_at,
    closedAt: row.closed_at,
  }))
}

export const viewEntities = (rows: EntityRow[]): Ticket['entities'] =>
  rows.map((row) => ({
    type: row.entity_type,
    id: row.entity_id,
    name: row.name,
    role: row.role as 'cause' | 'affected',
  }))

export async function viewTimeline(db: Db, names: Names, rows: EntryRow[]): Promise<TimelineEntry[]> {
  const users = await names.users(present(rows.map((row) => row.author_id)), db)
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    kind: row.kind as TimelineEntry['kind'],
    visibility: row.visibility as TimelineEntry['visibility'],
    author: maybeRef(row.author_id, users),
    text: row.text,
    values: JSON.parse(row.details) as TimelineEntry['values'],
  }))
}

/** Somebody without an account. */
const contactOf = ({ contact_name: name, contact_phone: phone, contact_email: email }: TicketRow) =>
  name === null && phone === null && email === null ? null : { name, phone, email }

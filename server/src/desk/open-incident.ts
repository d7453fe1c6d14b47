import { newId } from '@zongheng/inventory/id.ts'
import type { Priority } from '@zongheng/inventory/severity.ts'
import type { Db } from '../db/database.ts'
import { addEntry, type NewEntry } from './entry.ts'
import { nextNumber } from './numbers.ts'
import { priorityOf, ratingOf, type Rating } from './priority.ts'
import type { Ticket } from './schema.ts'
import { insertTicket, replaceEntities } from './store.ts'

export interface NewIncident {
  title: string
  description: string
  channel: Ticket['channel']
  /** By hand, or by an alarm's priority. */
  rating: Rating | Priority
  regionId: string
  siteId: string | null
  teamId: string | null
  requesterId: string | null
  alarmId: string | null
  condition: string | null
  entities: Ticket['entities']
}

/** Writes a new incident with its number, within the caller's transaction; answers its id. */
export async function openIncident(
  tx: Db,
  incident: NewIncident,
  first: NewEntry,
  { nowMs, timezone }: { nowMs: number; timezone: string },
): Promise<string> {
  const { rating } = incident
  const byHand = typeof rating === 'object'
  const id = newId('ticket', nowMs)
  await insertTicket(tx, {
    id,
    number: await nextNumber(tx, 'INC', nowMs, timezone),
    kind: 'incident',
    state: 'new',
    pending_reason: null,
    priority: byHand ? priorityOf(rating) : rating,
    ...(byHand ? rating : ratingOf(rating)),
    title: incident.title,
    description: incident.description,
    channel: incident.channel,
    region_id: incident.regionId,
    site_id: incident.siteId,
    team_id: incident.teamId,
    assignee_id: null,
    requester_id: incident.requesterId,
    alarm_id: incident.alarmId,
    condition: incident.condition,
    resolved_at: null,
    closed_at: null,
    created_at: nowMs,
    updated_at: nowMs,
  })
  await replaceEntities(tx, id, entityRows(id, incident.entities))
  await addEntry(tx, id, nowMs, first)
  return id
}

/** One row an entity; what causes is not also affected. */
export function entityRows(ticketId: string, entities: Ticket['entities']) {
  const byId = new Map<string, Ticket['entities'][number]>()
  for (const entity of entities) if (byId.get(entity.id)?.role !== 'cause') byId.set(entity.id, entity)
  return [...byId.values()].map(({ type, id, name, role }) => ({
    ticket_id: ticketId,
    entity_type: type,
    entity_id: id,
    name,
    role,
  }))
}

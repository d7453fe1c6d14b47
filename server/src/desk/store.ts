import { sql, type Insertable, type Selectable, type SqlBool, type Updateable } from 'kysely'
import type { Condition } from '@zongheng/inventory/condition.ts'
import { inChunks } from '../db/chunks.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { isOpenSql } from '../db/ticket-indexes.ts'
import { inScope } from '../identity/scope.ts'
import { openStates } from './kinds.ts'
import type { Ticket } from './schema.ts'
import type { Sight } from './sight.ts'

export type TicketRow = Selectable<Tables['tickets']>
export type EntityRow = Selectable<Tables['ticket_entities']>
export type EntryRow = Selectable<Tables['timeline']>

/** Entries of one ticket that are shown: the newest. */
const entriesAtMost = 1000

// ---- reading -------------------------------------------------------------------------------

const seen = (db: Db, sight: Sight) =>
  db
    .selectFrom('tickets')
    .selectAll('tickets')
    .where((eb) =>
      eb.or([
        eb('tickets.region_id', 'in', inScope(sight, db)),
        eb('tickets.requester_id', '=', sight.userId),
      ]),
    )

export const ticketInSight = (db: Db, sight: Sight, id: string): Promise<TicketRow | undefined> =>
  seen(db, sight).where('tickets.id', '=', id).executeTakeFirst()

export const ticketsInSight = (db: Db, sight: Sight, ids: string[]): Promise<TicketRow[]> =>
  seen(db, sight).where('tickets.id', 'in', ids).execute()

export const ticketsByIds = (db: Db, ids: string[]): Promise<TicketRow[]> =>
  db.selectFrom('tickets').selectAll().where('id', 'in', ids).execute()

export const ticketNumbered = (db: Db, number: string): Promise<TicketRow | undefined> =>
  db.selectFrom('tickets').selectAll().where('number', '=', number).executeTakeFirst()

export const entitiesOf = (db: Db, ticketIds: string[]): Promise<EntityRow[]> =>
  db.selectFrom('ticket_entities').selectAll().where('ticket_id', 'in', ticketIds).orderBy('name').execute()

/** Oldest first; `publicOnly` for a reporter. */
export async function timelineOf(db: Db, ticketId: string, publicOnly: boolean): Promise<EntryRow[]> {
  let query = db.selectFrom('timeline').selectAll().where('ticket_id', '=', ticketId)
  if (publicOnly) query = query.where('visibility', '=', 'public')
  const newest = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(entriesAtMost).execute()
  return newest.reverse()
}

export async function countOpenOfTeam(db: Db, teamId: string): Promise<number> {
  const row = await db
    .selectFrom('tickets')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('team_id', '=', teamId)
    .where('state', 'not in', ['closed', 'cancelled'])
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export async function countOpen(db: Db): Promise<number> {
  const row = await db
    .selectFrom('tickets')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where(sql<SqlBool>`${sql.raw(isOpenSql)}`)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export const ticketOfAlarm = (db: Db, alarmId: string): Promise<TicketRow | undefined> =>
  db
    .selectFrom('tickets')
    .selectAll()
    .where('alarm_id', '=', alarmId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst()

/** The open incident that the same condition of the same entity caused. */
export const openTicketAbout = (
  db: Db,
  entityId: string,
  condition: Condition,
): Promise<TicketRow | undefined> =>
  db
    .selectFrom('tickets')
    .innerJoin('ticket_entities', 'ticket_entities.ticket_id', 'tickets.id')
    .selectAll('tickets')
    .where('ticket_entities.entity_id', '=', entityId)
    .where('ticket_entities.role', '=', 'cause')
    .where('tickets.condition', '=', condition)
    .where('tickets.state', 'in', openStates)
    .orderBy('tickets.created_at', 'desc')
    .executeTakeFirst()

/** Enough to point to a ticket; `key` is what was asked by. */
export interface BriefRow {
  id: string
  number: string
  assignee_id: string | null
  key: string | null
}
const brief = ['tickets.id', 'tickets.number', 'tickets.assignee_id'] as const

/** Open tickets by the entity that caused them, oldest first. */
export const openTicketsCausedBy = (db: Db, entityIds: string[]) =>
  db
    .selectFrom('tickets')
    .innerJoin('ticket_entities', 'ticket_entities.ticket_id', 'tickets.id')
    .select([...brief, 'ticket_entities.entity_id as key'])
    .where('ticket_entities.entity_id', 'in', entityIds)
    .where('ticket_entities.role', '=', 'cause')
    .where('tickets.state', 'in', openStates)
    .orderBy('tickets.created_at')
    .execute()

/** Tickets by their alarm, oldest first. */
export const ticketsOfAlarms = (db: Db, alarmIds: string[]) =>
  db
    .selectFrom('tickets')
    .select([...brief, 'tickets.alarm_id as key'])
    .where('tickets.alarm_id', 'in', alarmIds)
    .orderBy('tickets.created_at')
    .execute()

// ---- writing --------------------------------------------------------------------------------

export const insertTicket = (db: Db, row: Insertable<Tables['tickets']>) =>
  db.insertInto('tickets').values(row).execute()

/** False when it is not as it was read: in all, or, for `state`, in its state alone. */
export async function updateTicket(
  db: Db,
  ticket: Pick<TicketRow, 'id' | 'revision' | 'state'>,
  set: Updateable<Tables['tickets']>,
  as: 'revision' | 'state' = 'revision',
): Promise<boolean> {
  const result = await db
    .updateTable('tickets')
    .set((eb) => ({ ...set, revision: eb('revision', '+', 1) }))
    .where('id', '=', ticket.id)
    .where(as, '=', ticket[as])
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** What nobody has to have read before: a line was added. */
export const touchedTicket = (db: Db, id: string, set: Updateable<Tables['tickets']>) =>
  db.updateTable('tickets').set(set).where('id', '=', id).returningAll().executeTakeFirst()

/** The same for what nobody looks at: a clock was set. */
export async function touchTicket(db: Db, id: string, set: Updateable<Tables['tickets']>): Promise<void> {
  await db.updateTable('tickets').set(set).where('id', '=', id).execute()
}

export const insertEntry = (db: Db, row: Insertable<Tables['timeline']>) =>
  db.insertInto('timeline').values(row).execute()

export async function replaceEntities(db: Db, ticketId: string, rows: EntityRow[]): Promise<void> {
  await db.deleteFrom('ticket_entities').where('ticket_id', '=', ticketId).execute()
  for (const chunk of inChunks(rows)) await db.insertInto('ticket_entities').values(chunk).execute()
}

/** One row an entity; what causes is not also affected. */
export function entityRows(ticketId: string, entities: Ticket['entities']): EntityRow[] {
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

/** What a reporter may be told of incidents that are not theirs, and what they reported themselves. */
import type { Db } from '../db/database.ts'
import { keysetPage, type Paging } from '../http/paging.ts'
import { openStates } from './kinds.ts'

const atMost = 10

/** Open incidents about any of these records that an alarm opened or that were declared major: none that a person reported alone. */
export const outagesAbout = (db: Db, entityIds: readonly string[], siteId: string) =>
  db
    .selectFrom('tickets')
    .select(['id', 'number', 'title', 'state', 'created_at', 'due_at', 'responded_at', 'requester_id'])
    .where('kind', '=', 'incident')
    .where('state', 'in', openStates)
    .where((eb) => eb.or([eb('alarm_id', 'is not', null), eb('major', '=', 1)]))
    .where((eb) =>
      eb.or([
        eb('site_id', '=', siteId),
        eb(
          'id',
          'in',
          eb.selectFrom('ticket_entities').select('ticket_id').where('entity_id', 'in', entityIds),
        ),
      ]),
    )
    .orderBy('priority')
    .orderBy('created_at')
    .limit(atMost)
    .execute()

/** How many share each, and whether this person does. */
export async function meToosOf(db: Db, ticketIds: readonly string[], userId: string) {
  if (ticketIds.length === 0) return new Map<string, { count: number; isMine: boolean }>()
  const rows = await db
    .selectFrom('me_toos')
    .select(({ fn, eb }) => [
      'ticket_id',
      fn.countAll<number>().as('n'),
      fn.max(eb.case().when('user_id', '=', userId).then(1).else(0).end()).as('mine'),
    ])
    .where('ticket_id', 'in', ticketIds)
    .groupBy('ticket_id')
    .execute()
  return new Map(rows.map((row) => [row.ticket_id, { count: Number(row.n), isMine: Number(row.mine) === 1 }]))
}

/** Newest first. */
export const ticketsReportedBy = (db: Db, userId: string, paging: Paging) =>
  keysetPage(db.selectFrom('tickets').selectAll().where('requester_id', '=', userId), paging, [
    { column: 'tickets.created_at', direction: 'desc', isInteger: true },
    { column: 'tickets.id', direction: 'desc' },
  ])

/** Of these, not over yet, newest first: what a caller is asked about. */
export const openTicketsAround = (
  db: Db,
  { userId, siteId, digits }: { userId: string | null; siteId: string | null; digits: string | null },
) => {
  const none = ''
  return db
    .selectFrom('tickets')
    .selectAll()
    .where('state', 'in', openStates)
    .where((eb) =>
      eb.or([
        eb('requester_id', '=', userId ?? none),
        eb('site_id', '=', siteId ?? none),
        eb('contact_phone', '=', digits ?? none),
      ]),
    )
    .orderBy('created_at', 'desc')
    .limit(20)
    .execute()
}

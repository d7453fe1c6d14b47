import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { inScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'

export type MailboxRow = Selectable<Tables['mailboxes']>
export type MailRow = Selectable<Tables['mails']>

// ---- mailboxes ---------------------------------------------------------------------------------

/** Few: an installation has some dozens. */
export const mailboxesInScope = (db: Db, scope: Pick<Viewer, 'regionPaths'>): Promise<MailboxRow[]> =>
  db
    .selectFrom('mailboxes')
    .selectAll()
    .where('archived_at', 'is', null)
    .where('region_id', 'in', inScope(scope, db))
    .orderBy('created_at')
    .orderBy('id')
    .execute()

export const mailboxInScope = (
  db: Db,
  scope: Pick<Viewer, 'regionPaths'>,
  id: string,
): Promise<MailboxRow | undefined> =>
  db
    .selectFrom('mailboxes')
    .selectAll()
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .where('region_id', 'in', inScope(scope, db))
    .executeTakeFirst()

/** All that are read and written by, whoever asks. */
export const mailboxesInUse = (db: Db): Promise<MailboxRow[]> =>
  db.selectFrom('mailboxes').selectAll().where('archived_at', 'is', null).where('enabled', '=', 1).execute()

export const mailboxById = (db: Db, id: string): Promise<MailboxRow | undefined> =>
  db.selectFrom('mailboxes').selectAll().where('id', '=', id).executeTakeFirst()

export async function insertMailbox(db: Db, row: Insertable<Tables['mailboxes']>): Promise<void> {
  await db.insertInto('mailboxes').values(row).execute()
}

export async function updateMailbox(db: Db, id: string, set: Updateable<Tables['mailboxes']>): Promise<void> {
  await db.updateTable('mailboxes').set(set).where('id', '=', id).execute()
}

// ---- mails -------------------------------------------------------------------------------------

/** False where this mailbox has it already. */
export async function insertMail(db: Db, row: Insertable<Tables['mails']>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('mails')
    .values(row)
    .onConflict((on) => on.columns(['mailbox_id', 'direction', 'message_id']).doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

export async function updateMail(db: Db, id: string, set: Updateable<Tables['mails']>): Promise<void> {
  await db.updateTable('mails').set(set).where('id', '=', id).execute()
}

/** Those of these Message-IDs that belong to a ticket. */
export const mailsNamed = (db: Db, messageIds: string[]): Promise<MailRow[]> =>
  db.selectFrom('mails').selectAll().where('message_id', 'in', messageIds).where('ticket_id', 'is not', null).execute() // prettier-ignore

/** The latest of a ticket, newest first. */
export const mailsOf = (db: Db, ticketId: string, limit = 200): Promise<MailRow[]> =>
  db
    .selectFrom('mails')
    .selectAll()
    .where('ticket_id', '=', ticketId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()

/** How many this address has sent since then. */
export async function countFrom(db: Db, address: string, sinceMs: number): Promise<number> {
  const { count } = await db
    .selectFrom('mails')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('from_address', '=', address)
    .where('direction', '=', 'in')
    .where('created_at', '>=', sinceMs)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** What is to be sent by now, oldest first. */
export const dueMails = (db: Db, nowMs: number, limit: number): Promise<MailRow[]> =>
  db
    .selectFrom('mails')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('next_at', '<=', nowMs)
    .orderBy('next_at')
    .limit(limit)
    .execute()

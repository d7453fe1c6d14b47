import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export type BookingRow = Selectable<Tables['bookings']>

/** Not cancelled, and touching the period; in order of time. Conferences are few: at most 2,000. */
export const bookingsWithin = (db: Db, fromMs: number, untilMs: number): Promise<BookingRow[]> =>
  db
    .selectFrom('bookings')
    .selectAll()
    .where('cancelled_at', 'is', null)
    .where('starts_at', '<', untilMs)
    .where('ends_at', '>', fromMs)
    .orderBy('starts_at')
    .orderBy('id')
    .limit(2000)
    .execute()

export const bookingById = (db: Db, id: string): Promise<BookingRow | undefined> =>
  db.selectFrom('bookings').selectAll().where('id', '=', id).executeTakeFirst()

/** Not cancelled yet, of this ticket. */
export const bookingsOfTicket = (db: Db, ticketId: string): Promise<BookingRow[]> =>
  db
    .selectFrom('bookings')
    .selectAll()
    .where('ticket_id', '=', ticketId)
    .where('cancelled_at', 'is', null)
    .execute()

export async function insertBooking(db: Db, row: Insertable<Tables['bookings']>): Promise<void> {
  await db.insertInto('bookings').values(row).execute()
}

export async function updateBooking(db: Db, id: string, set: Updateable<Tables['bookings']>): Promise<void> {
  await db.updateTable('bookings').set(set).where('id', '=', id).execute()
}

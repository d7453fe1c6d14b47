import { sql, type SqlBool } from 'kysely'
import type { Db } from '../db/database.ts'
import type { TicketRow } from './store.ts'

export const numbered = async (db: Db, prefix: string, limit: number): Promise<string[]> => {
  const rows = await db
    .selectFrom('tickets')
    .select('id')
    .where('number', '>=', prefix)
    .where('number', '<', `${prefix}~`)
    .orderBy('number')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** One's own are few: they are looked through. */
export async function ownMentioning(db: Db, userId: string, text: string, limit: number): Promise<string[]> {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, (c) => `\\${c}`)}%`
  const has = (column: string) => sql`lower(${sql.ref(column)}) like ${pattern} escape '\\'`
  const rows = await db
    .selectFrom('tickets')
    .select('id')
    .where('requester_id', '=', userId)
    .where(sql<SqlBool>`(${sql.join(['number', 'title', 'description'].map(has), sql` or `)})`)
    .orderBy('updated_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

export const ticketsAfter = (db: Db, id: string, limit: number): Promise<TicketRow[]> =>
  db.selectFrom('tickets').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute()

import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** `20261122`: the installation's day. */
export function dayOf(atMs: number, timezone: string): string {
  const day = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: timezone }).format(atMs)
  return day.replaceAll('-', '')
}

/** The day's next number of a kind, `INC20261122-0001`; without gaps, since it comes and goes with its transaction. */
export async function nextNumber(tx: Db, kind: string, atMs: number, timezone: string): Promise<string> {
  const prefix = kind + dayOf(atMs, timezone)
  const row = await tx
    .insertInto('ticket_numbers')
    .values({ prefix, last: 1 })
    .onConflict((oc) => oc.column('prefix').doUpdateSet({ last: sql<number>`ticket_numbers.last + 1` }))
    .returning('last')
    .executeTakeFirstOrThrow()
  return `${prefix}-${String(row.last).padStart(4, '0')}`
}

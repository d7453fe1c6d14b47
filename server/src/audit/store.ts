import type { Insertable, Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { genesis } from './chain.ts'

export type AuditRow = Selectable<Tables['audit_records']>

/** The last link of the chain, held until the transaction ends: records of two transactions never share a place. */
export async function lockHead(tx: Db): Promise<{ seq: number; hash: string }> {
  const row = await tx
    .updateTable('audit_head')
    .set((eb) => ({ seq: eb.ref('seq') }))
    .returning(['seq', 'hash'])
    .executeTakeFirst()
  return row ?? { seq: 0, hash: genesis }
}

export const setHead = (tx: Db, seq: number, hash: string) =>
  tx.updateTable('audit_head').set({ seq, hash }).execute()

export const insertRecords = (tx: Db, rows: Insertable<Tables['audit_records']>[]) =>
  tx.insertInto('audit_records').values(rows).execute()

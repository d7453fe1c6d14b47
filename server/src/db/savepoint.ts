import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Work within a transaction that may fail by itself: what it wrote is undone then, what was written before stays. */
export async function inSavepoint<T>(tx: Db, work: () => Promise<T>): Promise<T> {
  await sql`savepoint part`.execute(tx)
  try {
    const done = await work()
    await sql`release savepoint part`.execute(tx)
    return done
  } catch (failed) {
    await sql`rollback to savepoint part`.execute(tx)
    await sql`release savepoint part`.execute(tx)
    throw failed
  }
}

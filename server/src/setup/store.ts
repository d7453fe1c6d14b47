import type { Db } from '../db/database.ts'

const key = 'setup'

export async function isSetUp(db: Db): Promise<boolean> {
  return (
    (await db.selectFrom('settings').select('key').where('key', '=', key).executeTakeFirst()) !== undefined
  )
}

/** False when someone else was first: of two at once, one wins. */
export async function claimSetup(db: Db, details: object, at: number): Promise<boolean> {
  const row = { key, value: JSON.stringify(details), updated_at: at }
  const result = await db
    .insertInto('settings')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

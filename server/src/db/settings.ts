import type { Db } from './database.ts'

/** What is kept once for the whole installation, as text by key; each module has keys of its own. */
export async function settingOf(db: Db, key: string): Promise<string | undefined> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value
}

export const setSetting = (db: Db, key: string, value: string, at: number) =>
  db
    .insertInto('settings')
    .values({ key, value, updated_at: at })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at: at }))
    .execute()

/** Sets it unless it is set; false when someone else was first: of two at once, one wins. */
export async function claimSetting(db: Db, key: string, value: string, at: number): Promise<boolean> {
  const result = await db
    .insertInto('settings')
    .values({ key, value, updated_at: at })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

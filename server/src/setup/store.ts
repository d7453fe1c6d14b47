import type { Db } from '../db/database.ts'
import { claimSetting, settingOf } from '../db/settings.ts'

const key = 'setup'

export const isSetUp = async (db: Db): Promise<boolean> => (await settingOf(db, key)) !== undefined

/** False when someone else was first. */
export const claimSetup = (db: Db, details: object, at: number): Promise<boolean> =>
  claimSetting(db, key, JSON.stringify(details), at)

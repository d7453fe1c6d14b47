import type { Db } from '../db/database.ts'
import { setSetting, settingOf } from '../db/settings.ts'

/** How the last heartbeat went. `failure`: why it did not get there, without what may be secret. */
export interface LastBeat {
  atMs: number
  failure: string | null
}

const key = 'heartbeat'

export const keepBeat = (db: Db, beat: LastBeat) => setSetting(db, key, JSON.stringify(beat), beat.atMs)

export async function lastBeat(db: Db): Promise<LastBeat | null> {
  const text = await settingOf(db, key)
  return text === undefined ? null : (JSON.parse(text) as LastBeat)
}

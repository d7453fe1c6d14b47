import type { Note } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import { concerns } from '../identity/viewer.ts'
import { localCollector, polledBelow } from './store.ts'
import { assignDevices } from './store-write.ts'

/**
 * A region has another manager from now on: its devices leave the collectors of the former one, which would keep their credentials, for
 * the collector beside the server. `path` is the region's new one. Answers the devices that moved.
 */
export async function leaveFormerCollectors(
  tx: Db,
  note: Note,
  region: { id: string; name: string; path: string },
  nowMs: number,
): Promise<string[]> {
  const polled = await polledBelow(tx, region.id)
  const strangers = polled.filter(
    ({ collector_path: at }) => at !== null && !concerns({ regionPaths: [at] }, region.path),
  )
  if (strangers.length === 0) return []
  const ids = strangers.map(({ id }) => id)
  await assignDevices(tx, ids, (await localCollector(tx))?.id ?? null, nowMs)
  note({
    action: 'estate.collectors-left',
    entity: { type: 'region', id: region.id, name: region.name },
    regionId: region.id,
    before: { collectors: [...new Set(strangers.map(({ collector }) => collector))] },
    after: { devices: strangers.map(({ name }) => name) },
  })
  return ids
}

/** Checks that change hands leave the collectors of others, which would keep their credentials. */
import { newId } from '@zongheng/inventory/id.ts'
import type { Insertable } from 'kysely'
import type { Note } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import * as store from './store.ts'

/** Collectors that have nothing to do with a region, by id, and the one beside the server. */
export interface Strangers {
  names: ReadonlyMap<string, string>
  localId: string | null
}

export const newPoint = (
  checkId: string,
  collectorId: string,
  nowMs: number,
): Insertable<Tables['check_points']> => ({
  id: newId('checkPoint', nowMs),
  check_id: checkId,
  collector_id: collectorId,
  outcome: null,
  outcome_at: null,
  created_at: nowMs,
  updated_at: nowMs,
})

/** One that nobody would run any more is run beside the server. Answers the ids of the collectors that were left. */
export async function leaveStrangers(
  tx: Db,
  checkId: string,
  { names, localId }: Strangers,
  nowMs: number,
): Promise<string[]> {
  const points = await store.pointsOf(tx, checkId)
  const left = points.filter((point) => names.has(point.collector_id))
  const isDeserted = left.length > 0 && left.length === points.length
  await store.deletePoints(tx, left.map(({ id }) => id)) // prettier-ignore
  if (isDeserted && localId !== null) await store.insertPoints(tx, [newPoint(checkId, localId, nowMs)])
  return left.map((point) => point.collector_id)
}

/** A region has another manager from now on: its checks leave the collectors of the former one. */
export async function leaveFormerCollectors(
  tx: Db,
  note: Note,
  region: { id: string; name: string },
  strangers: Strangers,
  nowMs: number,
): Promise<void> {
  const checks = await store.checksBelow(tx, region.id, [...strangers.names.keys()])
  if (checks.length === 0) return
  const left = new Set<string>()
  for (const { id } of checks)
    for (const collectorId of await leaveStrangers(tx, id, strangers, nowMs)) left.add(collectorId)
  note({
    action: 'checks.collectors-left',
    entity: { type: 'region', id: region.id, name: region.name },
    regionId: region.id,
    before: { collectors: [...left].map((id) => strangers.names.get(id)) },
    after: { checks: checks.map(({ name }) => name) },
  })
}

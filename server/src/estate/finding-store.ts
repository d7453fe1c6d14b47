/** Addresses that answered in a device's place: noticed by its collector, not believed. */
import type { Fact } from '@zongheng/collector/contract.ts'
import { newId } from '@zongheng/inventory/id.ts'
import type { Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { plainAddress } from './text.ts'

export type FindingFact = Omit<Extract<Fact, { kind: 'finding' }>, 'kind'>
export type ForeignReplyRow = Selectable<Tables['device_findings']>

/** Of each device; whoever forges replies from everywhere is told of no longer. */
export const findingsKept = 16

/** One row for each address, as often as it is told; the one not seen for longest makes room. */
export async function keepFinding(tx: Db, { deviceId, atMs, finding }: FindingFact): Promise<void> {
  const address = plainAddress(finding.address)
  if (address === null) return
  const known = await foreignReplies(tx, deviceId)
  const same = known.find((row) => row.address === address)
  if (same) {
    if (atMs <= same.last_seen_at) return
    await tx.updateTable('device_findings').set({ last_seen_at: atMs }).where('id', '=', same.id).execute()
    return
  }
  const surplus = known.slice(findingsKept - 1).map(({ id }) => id)
  if (surplus.length > 0) await tx.deleteFrom('device_findings').where('id', 'in', surplus).execute()
  const row = { id: newId('finding', atMs), device_id: deviceId, kind: finding.kind, address }
  await tx
    .insertInto('device_findings')
    .values({ ...row, first_seen_at: atMs, last_seen_at: atMs })
    .execute()
}

/** The latest seen first. */
export const foreignReplies = (db: Db, deviceId: string): Promise<ForeignReplyRow[]> =>
  db
    .selectFrom('device_findings')
    .selectAll()
    .where('device_id', '=', deviceId)
    .where('kind', '=', 'foreign-reply')
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .execute()

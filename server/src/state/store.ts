import { newId } from '@zongheng/inventory/id.ts'
import type { EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { Db } from '../db/database.ts'
import type { StatefulType } from '../events.ts'
import { keysetPage, type PageOf, type Paging } from '../http/paging.ts'
import { inScope, inSubtree } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Change, Held } from './held.ts'

const atOnce = 200 // rows a statement, well below SQLite's and PostgreSQL's bounds on parameters

/** Keeps every change, and the state each entity is in now. */
export async function saveChanges(db: Db, changes: Change[]): Promise<void> {
  for (let i = 0; i < changes.length; i += atOnce) {
    const part = changes.slice(i, i + atOnce)
    await db
      .insertInto('state_changes')
      .values(
        part.map((change) => ({
          id: newId('stateChange'),
          entity_id: change.entityId,
          entity_type: change.entityType,
          region_id: change.regionId,
          from_state: change.from,
          to_state: change.to,
          at: change.atMs,
          evidence: JSON.stringify(change.evidence),
        })),
      )
      .execute()
    // One row an entity: a statement may touch each only once.
    const latest = [...new Map(part.map((change) => [change.entityId, change])).values()]
    await db
      .insertInto('entity_states')
      .values(
        latest.map((change) => ({
          entity_id: change.entityId,
          entity_type: change.entityType,
          region_id: change.regionId,
          state: change.to,
          since: change.atMs,
          evidence: JSON.stringify(change.evidence),
        })),
      )
      .onConflict((on) =>
        on.column('entity_id').doUpdateSet((eb) => ({
          state: eb.ref('excluded.state'),
          since: eb.ref('excluded.since'),
          evidence: eb.ref('excluded.evidence'),
          region_id: eb.ref('excluded.region_id'),
        })),
      )
      .execute()
  }
}

export const hasHistory = async (db: Db): Promise<boolean> =>
  (await db.selectFrom('state_changes').select('id').limit(1).executeTakeFirst()) !== undefined

export async function loadHeld(db: Db): Promise<[string, Held][]> {
  const rows = await db.selectFrom('entity_states').selectAll().execute()
  return rows.map((row) => [
    row.entity_id,
    {
      type: row.entity_type as StatefulType,
      regionId: row.region_id,
      state: row.state,
      sinceMs: row.since,
      evidence: JSON.parse(row.evidence) as EvidenceItem[],
    },
  ])
}

export interface Stretch {
  entityId: string
  state: string
  fromMs: number
  untilMs: number | null
  evidence: EvidenceItem[]
}

/** States of these entities that touch the period, oldest first: the change that began before it included. */
export async function stretchesOf(
  db: Db,
  entityIds: string[],
  fromMs: number,
  untilMs: number,
): Promise<Stretch[]> {
  if (!entityIds.length) return []
  const inside = await db
    .selectFrom('state_changes')
    .select(['entity_id', 'to_state', 'at', 'evidence'])
    .where('entity_id', 'in', entityIds)
    .where('at', '>=', fromMs)
    .where('at', '<', untilMs)
    .orderBy('entity_id')
    .orderBy('at')
    .execute()
  const before = await db
    .selectFrom('state_changes as c')
    .select(['c.entity_id', 'c.to_state', 'c.at', 'c.evidence'])
    .innerJoin(
      (eb) =>
        eb
          .selectFrom('state_changes')
          .select((s) => ['entity_id', s.fn.max('at').as('latest')])
          .where('entity_id', 'in', entityIds)
          .where('at', '<', fromMs)
          .groupBy('entity_id')
          .as('last'),
      (join) => join.onRef('last.entity_id', '=', 'c.entity_id').onRef('last.latest', '=', 'c.at'),
    )
    .execute()
  const byEntity = Map.groupBy([...before, ...inside], (row) => row.entity_id)
  return [...byEntity.values()].flatMap((rows) =>
    rows.map((row, i) => ({
      entityId: row.entity_id,
      state: row.to_state,
      fromMs: row.at,
      untilMs: rows[i + 1]?.at ?? null,
      evidence: JSON.parse(row.evidence) as EvidenceItem[],
    })),
  )
}

export function listChanges(
  db: Db,
  viewer: Viewer,
  filter: Paging & { regionId?: string; types: StatefulType[] },
): Promise<
  PageOf<{
    id: string
    entity_id: string
    entity_type: string
    from_state: string | null
    to_state: string
    at: number
  }>
> {
  let query = db
    .selectFrom('state_changes')
    .select(['id', 'entity_id', 'entity_type', 'from_state', 'to_state', 'at'])
    .where('entity_type', 'in', filter.types)
    .where('from_state', 'is not', null)
    .where('region_id', 'in', inScope(viewer, db))
  if (filter.regionId) query = query.where('region_id', 'in', inSubtree(filter.regionId, db))
  return keysetPage(query, filter, [
    { column: 'state_changes.at', direction: 'desc', isInteger: true },
    { column: 'state_changes.id', direction: 'desc' },
  ])
}

/** Where late judging is kept: how far it is, the states it leads to, and the histories it puts right. */
import type { EvidenceItem } from '@zongheng/inventory/evidence.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { inChunks } from '../db/chunks.ts'
import type { Db } from '../db/database.ts'
import type { StatefulType } from '../events.ts'
import { differences, fillUnknown, type Piece, type Turn } from './late-history.ts'
import type { LatePiece, LateState } from './late-piece.ts'

/** Now known to have been so for longer. */
export interface Backdated {
  entityId: string
  sinceMs: number
}

// ---- the checkpoint ----

export const lateJudgings = (db: Db): Promise<{ collector_id: string; at: number }[]> =>
  db.selectFrom('late_judgings').selectAll().execute()

export async function lateStatesOf(db: Db, collectorId: string): Promise<LateState[]> {
  const rows = await db
    .selectFrom('late_states')
    .selectAll()
    .where('collector_id', '=', collectorId)
    .execute()
  return rows.map((row) => ({
    entityId: row.entity_id,
    entityType: row.entity_type as StatefulType,
    regionId: row.region_id,
    state: row.state,
    sinceMs: row.since,
    evidence: JSON.parse(row.evidence) as EvidenceItem[],
  }))
}

export async function saveLateAt(db: Db, collectorId: string, atMs: number): Promise<void> {
  await db
    .insertInto('late_judgings')
    .values({ collector_id: collectorId, at: atMs })
    .onConflict((on) => on.column('collector_id').doUpdateSet({ at: atMs }))
    .execute()
}

/** One an entity. */
export async function saveLateStates(db: Db, collectorId: string, states: LateState[]): Promise<void> {
  for (const part of inChunks(states))
    await db
      .insertInto('late_states')
      .values(
        part.map((one) => ({
          collector_id: collectorId,
          entity_id: one.entityId,
          entity_type: one.entityType,
          region_id: one.regionId,
          state: one.state,
          since: one.sinceMs,
          evidence: JSON.stringify(one.evidence),
        })),
      )
      .onConflict((on) =>
        on.columns(['collector_id', 'entity_id']).doUpdateSet((eb) => ({
          state: eb.ref('excluded.state'),
          since: eb.ref('excluded.since'),
          evidence: eb.ref('excluded.evidence'),
        })),
      )
      .execute()
}

export async function forgetLate(db: Db, collectorId: string): Promise<void> {
  await db.deleteFrom('late_states').where('collector_id', '=', collectorId).execute()
  await db.deleteFrom('late_judgings').where('collector_id', '=', collectorId).execute()
}

// ---- histories ----

/** Puts the pieces where history is unknown. Answers those whose present state is known to last longer than was thought. */
export async function fillHistory(db: Db, pieces: readonly LatePiece[]): Promise<Backdated[]> {
  const byEntity = Map.groupBy(pieces, (piece) => piece.entityId)
  const backdated: Backdated[] = []
  for (const part of inChunks([...byEntity])) backdated.push(...(await fillPart(db, new Map(part))))
  return backdated
}

async function fillPart(db: Db, pieces: Map<string, LatePiece[]>): Promise<Backdated[]> {
  const from = Math.min(...[...pieces.values()].flat().map((piece) => piece.fromMs))
  const chains = await chainsOf(db, [...pieces.keys()], from)
  const gone: string[] = []
  const kept: StateChangeRow[] = []
  const backdated: Backdated[] = []
  for (const [entityId, own] of pieces) {
    const before = chains.get(entityId) ?? []
    const after = own.reduce<Turn[]>((chain, piece) => fillUnknown(chain, asPiece(piece)), before)
    const change = differences(before, after)
    gone.push(...change.gone)
    kept.push(...change.kept.map((turn) => asRow(turn, own[0]!)))
    const [last, now] = [before.at(-1), after.at(-1)]
    if (last && now && now.atMs < last.atMs) backdated.push({ entityId, sinceMs: now.atMs })
  }
  for (const ids of inChunks(gone)) await db.deleteFrom('state_changes').where('id', 'in', ids).execute()
  for (const rows of inChunks(kept)) await db.insertInto('state_changes').values(rows).execute()
  for (const { entityId, sinceMs } of backdated)
    await db.updateTable('entity_states').set({ since: sinceMs }).where('entity_id', '=', entityId).execute()
  return backdated
}

const asPiece = ({ state, fromMs, untilMs, evidence }: LatePiece): Piece => ({
  state,
  fromMs,
  untilMs,
  evidence: JSON.stringify(evidence),
})

type StateChangeRow = ReturnType<typeof asRow>

const asRow = (
  turn: Turn,
  { entityId, entityType, regionId }: Pick<LatePiece, 'entityId' | 'entityType' | 'regionId'>,
) => ({
  id: turn.id ?? newId('stateChange'),
  entity_id: entityId,
  entity_type: entityType,
  region_id: regionId,
  from_state: turn.from,
  to_state: turn.to,
  at: turn.atMs,
  evidence: turn.evidence,
})

/** Histories from the turn that is in force at this instant until now. */
async function chainsOf(db: Db, entityIds: string[], fromMs: number): Promise<Map<string, Turn[]>> {
  const rows = await db
    .selectFrom('state_changes as c')
    .select(['c.id', 'c.entity_id', 'c.from_state', 'c.to_state', 'c.at', 'c.evidence'])
    .where('c.entity_id', 'in', entityIds)
    .where((eb) =>
      eb(
        'c.at',
        '>=',
        eb.fn.coalesce(
          eb
            .selectFrom('state_changes as b')
            .select((b) => b.fn.max('b.at').as('at'))
            .whereRef('b.entity_id', '=', 'c.entity_id')
            .where('b.at', '<=', fromMs),
          eb.val(0),
        ),
      ),
    )
    .orderBy('c.entity_id')
    .orderBy('c.at')
    .execute()
  const turns = Map.groupBy(rows, (row) => row.entity_id)
  return new Map(
    [...turns].map(([entityId, own]) => [
      entityId,
      own.map((row) => ({
        id: row.id,
        from: row.from_state,
        to: row.to_state,
        atMs: row.at,
        evidence: row.evidence,
      })),
    ]),
  )
}

/** The last that was known of these entities at an instant, if that is not longer ago than `seamMs`. */
export async function knownAt(
  db: Db,
  entityIds: string[],
  atMs: number,
  seamMs: number,
): Promise<Map<string, LateState>> {
  const known = new Map<string, LateState>()
  for (const part of inChunks(entityIds)) {
    const rows = await db
      .selectFrom('state_changes as c')
      .selectAll()
      .where('c.entity_id', 'in', part)
      .where('c.at', '<=', atMs)
      .where((eb) =>
        eb(
          'c.at',
          '>=',
          eb.fn.coalesce(
            eb
              .selectFrom('state_changes as b')
              .select((b) => b.fn.max('b.at').as('at'))
              .whereRef('b.entity_id', '=', 'c.entity_id')
              .where('b.at', '<=', atMs - seamMs),
            eb.val(0),
          ),
        ),
      )
      .orderBy('c.at')
      .execute()
    for (const row of rows)
      if (row.to_state !== 'unknown')
        known.set(row.entity_id, {
          entityId: row.entity_id,
          entityType: row.entity_type as StatefulType,
          regionId: row.region_id,
          state: row.to_state,
          sinceMs: row.at,
          evidence: JSON.parse(row.evidence) as EvidenceItem[],
        })
  }
  return known
}

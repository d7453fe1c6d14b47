import type { Db } from '../db/database.ts'

const atOnce = 200

export interface CircuitUse {
  circuitId: string
  /** Since when it is known at all. */
  knownMs: number
  /** When it last carried traffic; null if never while somebody looked. */
  carriedMs: number | null
}

/** Of all circuits. */
export async function loadUses(db: Db): Promise<CircuitUse[]> {
  const rows = await db
    .selectFrom('circuits')
    .leftJoin('circuit_uses', 'circuit_uses.circuit_id', 'circuits.id')
    .select(['circuits.id', 'circuits.created_at', 'circuit_uses.carried_at'])
    .execute()
  return rows.map((row) => ({ circuitId: row.id, knownMs: row.created_at, carriedMs: row.carried_at }))
}

export async function saveUses(
  db: Db,
  uses: readonly [circuitId: string, carriedMs: number][],
): Promise<void> {
  for (let i = 0; i < uses.length; i += atOnce)
    await db
      .insertInto('circuit_uses')
      .values(uses.slice(i, i + atOnce).map(([circuit_id, carried_at]) => ({ circuit_id, carried_at })))
      .onConflict((on) =>
        on.column('circuit_id').doUpdateSet((eb) => ({ carried_at: eb.ref('excluded.carried_at') })),
      )
      .execute()
}

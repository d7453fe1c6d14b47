import type { Condition } from '@zongheng/inventory/condition.ts'
import type { Db } from '../db/database.ts'

/** An alarm as others reckon with it: what, when, and the root that people were told of. */
export interface AlarmSpan {
  id: string
  rootId: string
  entityId: string
  fromMs: number
  /** Null: it fires. */
  untilMs: number | null
}

/** Alarms of this condition that touch the period, of every region; whoever asks minds the scope. */
export async function alarmsTouching(
  db: Db,
  condition: Condition,
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): Promise<AlarmSpan[]> {
  const rows = await db
    .selectFrom('alarms')
    .select(['id', 'cause_id', 'entity_id', 'started_at', 'cleared_at'])
    .where('condition', '=', condition)
    .where('started_at', '<', untilMs)
    .where((eb) => eb.or([eb('cleared_at', 'is', null), eb('cleared_at', '>', fromMs)]))
    .orderBy('started_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    rootId: row.cause_id ?? row.id,
    entityId: row.entity_id,
    fromMs: row.started_at,
    untilMs: row.cleared_at,
  }))
}

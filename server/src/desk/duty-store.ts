import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export type DutyPolicy = Tables['team_duties']['policy']

export async function dutyPolicyOf(db: Db, teamId: string): Promise<DutyPolicy> {
  const row = await db
    .selectFrom('team_duties')
    .select('policy')
    .where('team_id', '=', teamId)
    .executeTakeFirst()
  return row?.policy ?? 'off'
}

export const setDutyPolicy = (tx: Db, teamId: string, policy: DutyPolicy, nowMs: number) =>
  tx
    .insertInto('team_duties')
    .values({ team_id: teamId, policy, updated_at: nowMs })
    .onConflict((conflict) => conflict.column('team_id').doUpdateSet({ policy, updated_at: nowMs }))
    .execute()

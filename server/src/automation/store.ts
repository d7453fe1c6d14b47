import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'

export type JobRow = Selectable<Tables['jobs']>
export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

export const unfinished: JobState[] = ['waiting', 'running']

export const insertJob = (db: Db, row: Insertable<Tables['jobs']>) =>
  db.insertInto('jobs').values(row).execute()

export const jobById = (db: Db, id: string): Promise<JobRow | undefined> =>
  db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst()

/** False when the job is no longer in one of these states. */
export async function updateJob(
  db: Db,
  id: string,
  from: JobState[],
  set: Updateable<Tables['jobs']>,
): Promise<boolean> {
  const result = await db
    .updateTable('jobs')
    .set(set)
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export const jobsBefore = (db: Db, state: JobState, createdBefore: number) =>
  db
    .selectFrom('jobs')
    .select(['id', 'kind', 'created_at'])
    .where('state', '=', state)
    .where('created_at', '<', createdBefore)
    .execute()

/** What a collector has not confirmed, oldest first. */
export const jobsWaitingFor = (db: Db, collectorId: string): Promise<JobRow[]> =>
  db
    .selectFrom('jobs')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('collector_id', '=', collectorId)
    .orderBy('created_at')
    .execute()

/** Which incidents a problem has caused. */
import type { Db } from '../db/database.ts'

export interface CauseRow {
  incidentId: string
  problemId: string
}

const causes = (db: Db) =>
  db
    .selectFrom('ticket_links')
    .select(['from_id as incidentId', 'to_id as problemId'])
    .where('kind', '=', 'caused-by')
    .orderBy('created_at')
    .orderBy('from_id')

export const incidentsOf = (db: Db, problemIds: string[]): Promise<CauseRow[]> =>
  problemIds.length === 0 ? Promise.resolve([]) : causes(db).where('to_id', 'in', problemIds).execute()

export const problemsOf = (db: Db, incidentIds: string[]): Promise<CauseRow[]> =>
  incidentIds.length === 0 ? Promise.resolve([]) : causes(db).where('from_id', 'in', incidentIds).execute()

import type { Db } from '../db/database.ts'
import { inScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'
import { sightOf } from './sight.ts'

const atMost = 10_000

/** Incidents that were solved since then, the latest first; for whoever asks what is known of them. */
export const solvedSince = (
  db: Db,
  viewer: Pick<Viewer, 'userId' | 'grants'>,
  sinceMs: number,
): Promise<{ id: string; category: string | null }[]> =>
  db
    .selectFrom('tickets')
    .select(['id', 'category'])
    .where('kind', '=', 'incident')
    .where('resolved_at', '>=', sinceMs)
    .where('region_id', 'in', inScope(sightOf(viewer), db))
    .orderBy('resolved_at', 'desc')
    .limit(atMost)
    .execute()

import type { Db } from '../db/database.ts'
import { notFound } from '../http/problem.ts'
import { concerns, type Viewer } from '../identity/viewer.ts'
import { collectorById, localCollector } from './store.ts'

/**
 * The one that was named, of the viewer's own regions or one above them: a neighbour's would ask within its network what is
 * none of theirs. Where none was named, the one beside the server; null without any.
 */
export async function chooseCollector(
  db: Db,
  viewer: Pick<Viewer, 'regionPaths'>,
  id: string | undefined,
): Promise<string | null> {
  if (id === undefined) return (await localCollector(db))?.id ?? null
  const collector = await collectorById(db, id)
  if (!collector) throw notFound('collector')
  const path = collector.region_path
  if (path !== null && !concerns(viewer, path)) throw notFound('collector')
  return id
}

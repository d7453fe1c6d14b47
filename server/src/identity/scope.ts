import { sql, type Expression, type SelectQueryBuilder, type SqlBool } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import type { Viewer } from './viewer.ts'

type RegionIds = SelectQueryBuilder<Tables, 'regions', { id: string }>

/**
 * The one place where tenancy is applied: the regions a viewer may see, as a subquery.
 * `.where('devices.region_id', 'in', inScope(viewer, db))`
 */
export function inScope(viewer: Pick<Viewer, 'regionPaths'>, db: Db): RegionIds {
  const regions = db.selectFrom('regions').select('regions.id')
  if (viewer.regionPaths.length === 0) return regions.where(sql<SqlBool>`1 = 0`)
  return regions.where((eb) => eb.or(viewer.regionPaths.map((path) => eb(...startsWith(path)))))
}

/**
 * The same as a condition on a column, for long lists: whoever sees the root sees every row, and no row is looked at for it.
 * `.where(isInScope('devices.region_id', viewer, db))`
 */
export function isInScope(column: string, viewer: Pick<Viewer, 'regionPaths'>, db: Db): Expression<SqlBool> {
  if (seesAll(viewer)) return sql<SqlBool>`1 = 1`
  // Not a bare column: of most rows a table is read faster from end to end than through an index.
  const asked = isWide(viewer) ? sql`coalesce(${sql.ref(column)}, '')` : sql.ref(column)
  return sql<SqlBool>`${asked} in (${inScope(viewer, db)})`
}

/** Whoever sees the root sees every row. */
export const seesAll = ({ regionPaths }: Pick<Viewer, 'regionPaths'>): boolean => regionPaths.some(isRoot)

/** Several whole cities: likely more than a third of all rows, where an index ceases to pay. */
const isWide = ({ regionPaths }: Pick<Viewer, 'regionPaths'>) =>
  regionPaths.filter((path) => path.split('/').length <= '/province/city/'.split('/').length).length > 3

/** There is one root, and everything is below it: its path has one id, `/reg_a/`. */
const isRoot = (path: string) => /^\/[^/]+\/$/.test(path)

/** A region and all below it, as a subquery: the filter `?regionId=`. Narrows a scope, never replaces it. */
export function inSubtree(regionId: string, db: Db): RegionIds {
  return db
    .selectFrom('regions')
    .select('regions.id')
    .where('regions.path', 'like', sql<string>`${'%/' + escaped(regionId) + '/%'} escape '\\'`)
}

const escaped = (text: string) => text.replace(/[\\%_]/g, (c) => `\\${c}`)

function startsWith(path: string) {
  return ['regions.path', 'like', sql<string>`${escaped(path) + '%'} escape '\\'`] as const
}

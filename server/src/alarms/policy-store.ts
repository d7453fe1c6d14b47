import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { inSubtree, isInScope } from '../identity/scope.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { IncidentPolicy, PolicyAction, PolicyMatch } from './policies.ts'

type Row = Selectable<Tables['incident_policies']>

const policyOf = (row: Row): IncidentPolicy => ({
  id: row.id,
  regionId: row.region_id,
  position: row.position,
  name: row.name,
  match: JSON.parse(row.match) as PolicyMatch,
  action: JSON.parse(row.action) as PolicyAction,
  isEnabled: row.enabled === 1,
})

const kept = (db: Db) => db.selectFrom('incident_policies').selectAll().where('archived_at', 'is', null)

export const allPolicies = async (db: Db): Promise<IncidentPolicy[]> =>
  (await kept(db).execute()).map(policyOf)

export async function policiesInScope(db: Db, viewer: Viewer, regionId?: string): Promise<IncidentPolicy[]> {
  let query = kept(db).where(isInScope('incident_policies.region_id', viewer, db))
  if (regionId) query = query.where('region_id', 'in', inSubtree(regionId, db))
  return (await query.orderBy('position').orderBy('id').execute()).map(policyOf)
}

export const insertPolicy = (db: Db, row: Insertable<Tables['incident_policies']>) =>
  db.insertInto('incident_policies').values(row).execute()

export const updatePolicy = (db: Db, id: string, change: Updateable<Tables['incident_policies']>) =>
  db.updateTable('incident_policies').set(change).where('id', '=', id).execute()

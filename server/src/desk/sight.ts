import type { Viewer } from '../identity/viewer.ts'
import { permissionsOf } from '../identity/roles.ts'

/** Whose tickets one sees: all of the regions one serves or may look into, and everywhere one's own reports. */
export interface Sight {
  userId: string
  /** Roots of the subtrees whose tickets are seen whole, internal entries with them. */
  regionPaths: readonly string[]
}

/** A reporter's grant opens no region: only what they reported themselves. */
export function sightOf(viewer: Pick<Viewer, 'userId' | 'grants'>): Sight {
  const staff = viewer.grants.filter(
    ({ role }) => role !== 'requester' && permissionsOf[role].includes('desk.read'),
  )
  return { userId: viewer.userId, regionPaths: [...new Set(staff.map((grant) => grant.regionPath))] }
}

import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import { pageOfItems, type PageOf } from '../../http/paging.ts'
import type { Right, RightQuery } from '../admin-schema.ts'
import { grantsReaching, type ReachingRow } from './grant-store.ts'
import { mustSeeRegion } from '../regions/regions.ts'
import { isOfficer, permissionsOf, roles, type Permission, type Role } from '../roles.ts'
import { grantView } from '../people/user-views.ts'
import type { Viewer } from '../viewer.ts'

/** Who may do what in a region, and why. */
export class Rights {
  readonly #deps: { db: Db; clock: Clock }

  constructor(deps: { db: Db; clock: Clock }) {
    this.#deps = deps
  }

  /** By name: one entry a person, with every grant that reaches the region, from above too. */
  async list(viewer: Viewer, { regionId, permission, ...paging }: RightQuery): Promise<PageOf<Right>> {
    const { db, clock } = this.#deps
    const region = await mustSeeRegion(db, viewer, regionId)
    const lineage = region.path.split('/').filter(Boolean)
    const reaching = await grantsReaching(db, lineage, clock())
    const byPerson = Map.groupBy(reaching, (row) => row.person_id)
    const rights = Array.from(byPerson.values(), (rows) => rightOf(rows, permission))
    return pageOfItems(
      rights.filter((right) => right.via.length > 0),
      paging,
      ({ user }) => [user.name, user.id],
    )
  }
}

/** `via`: only what gives the permission that was asked for. */
function rightOf(rows: ReachingRow[], wanted: Permission | undefined): Right {
  const { person_id: id, person_name: name } = rows[0]!
  const held = new Set(rows.flatMap((row) => permissionsOf[row.role as Role]))
  const giving = rows.filter((row) => !wanted || permissionsOf[row.role as Role].includes(wanted))
  const via = giving.map((row) => {
    const { id: grantId, role, region, team, expiresAt } = grantView(row)
    return { grantId, role, region, team, expiresAt }
  })
  return { user: { id, name }, via, permissions: [...held] }
}

export const roleList = () => ({
  items: roles.map((role) => ({ role, isOfficer: isOfficer(role), permissions: [...permissionsOf[role]] })),
})

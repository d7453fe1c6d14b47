import type { Db } from '../db/database.ts'
import type { Permission } from './roles.ts'
import type { IdentityService } from './service.ts'

/** Who holds a permission in this region, or in the nearest above it where anybody does. */
export async function nearestHolders(
  identity: Pick<IdentityService, 'holdersOn' | 'regionsNamed'>,
  regionId: string,
  permission: Permission,
  db: Db,
): Promise<string[]> {
  const path = (await identity.regionsNamed([regionId], db)).get(regionId)?.path ?? ''
  const lineage = path.split('/').filter(Boolean).reverse()
  const holders = await identity.holdersOn(lineage, permission, db)
  return holders.get(lineage.find((id) => holders.has(id)) ?? '') ?? []
}

import type { Region } from '@zongheng/server/api.ts'
import { managerOf } from '../region-tree.ts'

/** What can be done about who manages a county: the province takes it over, or its city gets it back. */
export interface Handover {
  region: Region
  from: Region
  to: Region
  /** For the API: null gives it back to its administrative parent. */
  managingParentId: string | null
}

/** 省管县: only a county below a city can be handed over, to the province above that city; null where neither is in sight. */
export function handoverOf(region: Region, byId: ReadonlyMap<string, Region>): Handover | null {
  if (region.tier !== 'county') return null
  const manager = byId.get(managerOf(region) ?? '')
  const parent = byId.get(region.parentId ?? '')
  if (!manager || !parent) return null
  if (manager.id !== parent.id) return { region, from: manager, to: parent, managingParentId: null }
  const above = byId.get(managerOf(parent) ?? '')
  return above ? { region, from: parent, to: above, managingParentId: above.id } : null
}

export const isDirect = (region: Region): boolean => managerOf(region) !== region.parentId

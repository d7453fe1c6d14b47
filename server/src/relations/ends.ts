/** What relations may join, as the estate in memory knows it. */
import { kindOfId } from '@zongheng/inventory/id.ts'
import { relationEnds, type RelationEnd } from '@zongheng/inventory/relation.ts'
import type { EstateModel } from '../estate/model.ts'
import { covers, type Viewer } from '../identity/viewer.ts'

export type Scope = Pick<Viewer, 'regionPaths'>

export interface End {
  type: RelationEnd
  id: string
  name: string
  /** Whose it is; a line is both ends'. */
  regionIds: string[]
}

/** Undefined for what is not there, or cannot be an end. */
export function endOf(id: string, model: EstateModel): End | undefined {
  const kind = kindOfId(id)
  const type = relationEnds.find((one) => one === kind)
  if (!type) return undefined
  if (type === 'link') return linkEnd(id, type, id, model)
  if (type === 'circuit') return linkEnd(id, type, model.circuits.get(id)?.linkId ?? '', model)
  const { services, devices, sites, checks, rooms } = model
  const found = { service: services, device: devices, site: sites, check: checks, room: rooms }[type].get(id)
  return found && { type, id, name: found.name, regionIds: [found.regionId] }
}

function linkEnd(
  id: string,
  type: RelationEnd,
  linkId: string,
  { links, circuits, sites }: EstateModel,
): End | undefined {
  const link = links.get(linkId)
  if (!link) return undefined
  const upper = sites.get(link.upperSiteId)?.regionId
  const name = circuits.get(id)?.number ?? link.name
  return { type, id, name, regionIds: [link.regionId, ...(upper ? [upper] : [])] }
}

export const sees = (viewer: Scope, { regionIds }: End, { regions }: EstateModel): boolean =>
  regionIds.some((id) => covers(viewer, regions.get(id)?.path ?? ''))

/** In the subtree of a region. */
export const isWithin = (regionId: string, within: string | undefined, { regions }: EstateModel): boolean =>
  within === undefined || (regions.get(regionId)?.path.includes(`/${within}/`) ?? false)

import type { Link } from '@zongheng/server/api.ts'

/** A site on the map with the link that reaches it from the tier above. */
export interface TierNode {
  siteId: string
  regionId: string
  name: string
  linkId: string
  children: TierNode[]
}

/** What the map draws: one site in the middle, those linked to it on a ring, theirs on the outer ring. */
export interface TierTree {
  siteId: string
  /** The link from the middle to the tier above, when that is in scope. */
  uplinkId: string | null
  branches: TierNode[]
}

type End = Pick<Link, 'id' | 'region' | 'upperSite' | 'lowerSite'>

/**
 * The tree of links below `regionId`'s site. Without links below, the region hangs alone from its upper site;
 * null when there is no link at all. `order` sorts siblings by their region.
 */
export function tierTree(
  links: End[],
  regionId: string | null,
  order: (regionId: string) => number,
): TierTree | null {
  const below = new Map<string, End[]>()
  for (const link of links) below.set(link.upperSite.id, [...(below.get(link.upperSite.id) ?? []), link])
  const uplink = links.find((link) => link.region.id === regionId && link.upperSite.id !== link.lowerSite.id)
  const middle = middleOf(links, below, uplink)
  if (!middle) return null

  const seen = new Set([middle])
  const nodesUnder = (siteId: string, depth: number): TierNode[] => {
    const found = (below.get(siteId) ?? []).filter(({ lowerSite }) => {
      const first = !seen.has(lowerSite.id)
      seen.add(lowerSite.id)
      return first
    })
    return found
      .map((link) => ({
        siteId: link.lowerSite.id,
        regionId: link.region.id,
        name: link.region.name,
        linkId: link.id,
        children: depth > 1 ? nodesUnder(link.lowerSite.id, depth - 1) : [],
      }))
      .sort((a, b) => order(a.regionId) - order(b.regionId))
  }
  const branches = nodesUnder(middle, 2)
  return { siteId: middle, uplinkId: uplink && uplink.lowerSite.id === middle ? uplink.id : null, branches }
}

function middleOf(links: End[], below: Map<string, End[]>, uplink: End | undefined): string | null {
  if (uplink) return below.has(uplink.lowerSite.id) ? uplink.lowerSite.id : uplink.upperSite.id
  const lower = new Set(links.map((link) => link.lowerSite.id))
  const roots = [...below.keys()].filter((siteId) => !lower.has(siteId))
  const size = (siteId: string) => below.get(siteId)?.length ?? 0
  return roots.sort((a, b) => size(b) - size(a))[0] ?? null
}

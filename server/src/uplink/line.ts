/** Which line measuring shares with its users. */
import type { Line } from '@zongheng/collector/contract.ts'
import type { EstateModel, LinkModel } from '../estate/model.ts'

interface WayUp {
  upperSiteId: string
  line: Line
}

const known = new WeakMap<EstateModel, Map<string, WayUp>>()

/**
 * The narrowest link between a site and its collector's, on the way up from the site; null where there is none. A backup may have to
 * carry it, so of a link's circuits the narrowest counts; of links as narrow, the upper, which has more to carry.
 */
export function lineTo(model: EstateModel, siteId: string, collectorId: string): Line | null {
  const until = model.collectors.get(collectorId)?.siteId ?? null
  let ways = known.get(model)
  if (!ways) known.set(model, (ways = waysUp(model)))
  const seen = new Set<string>()
  let narrowest: Line | null = null
  for (let at = siteId; at !== until && !seen.has(at);) {
    seen.add(at)
    const way = ways.get(at)
    if (!way) break
    if (!narrowest || way.line.bps <= narrowest.bps) narrowest = way.line
    at = way.upperSiteId
  }
  return narrowest
}

/** By lower site; of several links up, the widest: that is the one that carries. */
function waysUp({ links }: EstateModel): Map<string, WayUp> {
  const ways = new Map<string, WayUp>()
  for (const link of links.values()) {
    const bps = narrowestOf(link)
    const other = ways.get(link.lowerSiteId)
    if (bps > 0 && (!other || bps > other.line.bps))
      ways.set(link.lowerSiteId, { upperSiteId: link.upperSiteId, line: { id: link.id, bps } })
  }
  return ways
}

const narrowestOf = ({ circuits }: LinkModel): number =>
  circuits.length > 0 ? Math.min(...circuits.map(({ bandwidthBps }) => bandwidthBps)) : 0

import type { Db } from '../../db/database.ts'
import type { RegionSummary } from '../admin-schema.ts'
import { childrenOf, pathsBelow } from './region-store.ts'
import { mustSeeRegion } from './regions.ts'
import type { Viewer } from '../viewer.ts'

/** So many things of a region itself, without those below it, are in one state or of one severity. */
export interface Count {
  regionId: string
  of: 'links' | 'devices' | 'checks' | 'alarms'
  state: string
  count: number
}

export interface SummaryDeps {
  db: Db
  /** What other modules count, of all regions. */
  counts: () => Promise<Count[]>
}

/** Sums without names: how it stands in regions one may not look into. */
export class Summary {
  readonly #deps: SummaryDeps

  constructor(deps: SummaryDeps) {
    this.#deps = deps
  }

  /** Of each region that this one manages, with all below it. */
  async below(viewer: Viewer, regionId: string): Promise<{ items: RegionSummary[] }> {
    const { db, counts } = this.#deps
    const region = await mustSeeRegion(db, viewer, regionId)
    const [children, below] = [await childrenOf(db, regionId), await pathsBelow(db, regionId)]
    const summaries = new Map<string | undefined, RegionSummary>(
      children.map(({ id, name, tier }) => [
        id,
        { region: { id, name, tier }, links: {}, devices: {}, checks: {}, alarms: {} },
      ]),
    )
    const childOf = new Map(below.map(({ id, path }) => [id, path.slice(region.path.length).split('/')[0]]))
    for (const { regionId: at, of, state, count } of await counts()) {
      const sums = summaries.get(childOf.get(at))?.[of]
      if (sums) sums[state] = (sums[state] ?? 0) + count
    }
    return { items: [...summaries.values()] }
  }
}

import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EstateModel } from '../estate/model.ts'
import { notFound } from '../http/problem.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { HotlineNumber } from './schema.ts'
import { dropHotline, hotlinesIn, hotlinesOf, setHotline } from './store.ts'

interface NumberDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  model: () => EstateModel
}

/** The number by which a region calls its desk. */
export class HotlineNumbers {
  readonly #deps: NumberDeps

  constructor(deps: NumberDeps) {
    this.#deps = deps
  }

  /** The region's own, else that of the nearest region above. */
  async nearest(regionPath: string): Promise<string | null> {
    const lineage = regionPath.split('/').filter(Boolean)
    if (lineage.length === 0) return null
    const rows = await hotlinesOf(this.#deps.db, lineage)
    const byRegion = new Map(rows.map((row) => [row.region_id, row.phone]))
    const nearest = lineage.findLast((id) => byRegion.has(id))
    return nearest === undefined ? null : byRegion.get(nearest)!
  }

  async list(viewer: Viewer): Promise<HotlineNumber[]> {
    const rows = await hotlinesIn(this.#deps.db, viewer)
    return rows.map(({ region_id, phone }) => ({ region: this.#region(region_id), phone }))
  }

  /** Null: calls what the region above calls. */
  async set(viewer: Viewer, regionId: string, phone: string | null): Promise<HotlineNumber[]> {
    const { audit, clock, model } = this.#deps
    const path = model().regions.get(regionId)?.path
    if (path === undefined || !covers(viewer, path)) throw notFound('region')
    await audit.write(async (tx, note) => {
      const [before] = await hotlinesOf(tx, [regionId])
      if (phone === null) await dropHotline(tx, regionId)
      else await setHotline(tx, { region_id: regionId, phone, updated_at: clock() })
      const { id, name } = this.#region(regionId)
      note({ action: 'hotline.number-set', entity: { type: 'region', id, name }, regionId, before: { phone: before?.phone ?? null }, after: { phone } }) // prettier-ignore
    })
    return this.list(viewer)
  }

  #region(id: string) {
    return { id, name: this.#deps.model().regions.get(id)?.name ?? '' }
  }
}

import { tiers, regionPath } from '@zongheng/inventory/region.ts'
import type { AuditTrail, Note } from '../../audit/trail.ts'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import type { Region } from '../../estate/schema.ts'
import type { EventBus } from '../../events.ts'
import type { PageOf } from '../../http/paging.ts'
import { forbidden, notFound } from '../../http/problem.ts'
import { wrongParent } from '../admin-problems.ts'
import { lockGrants } from '../grants/grant-store.ts'
import * as store from './region-store.ts'
import { covers, type Viewer } from '../viewer.ts'

export interface RegionDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: AuditTrail
  /** A region goes to another manager: what its collectors were told must not stay with the former one. */
  handOver: (
    tx: Db,
    note: Note,
    region: { id: string; name: string; path: string },
    nowMs: number,
  ) => Promise<string[]>
}

/** The tree of regions, and who manages whom. */
export class Regions {
  readonly #deps: RegionDeps

  constructor(deps: RegionDeps) {
    this.#deps = deps
  }

  async list(viewer: Viewer, filter: store.RegionFilter): Promise<PageOf<Region>> {
    const page = await store.listRegions(this.#deps.db, viewer, filter)
    return { items: page.items.map(regionOf), next: page.next }
  }

  async detail(viewer: Viewer, id: string): Promise<Region> {
    return regionOf(await mustSeeRegion(this.#deps.db, viewer, id))
  }

  /**
   * 省管县: hands a region, with all below it, to another one above its tier; null gives it back to its administrative parent.
   * The viewer must be above both. From then on the former manager sees nothing of it.
   */
  async manage(
    viewer: Viewer,
    id: string,
    managingParentId: string | null,
    reason?: string,
  ): Promise<Region> {
    const { bus, clock, audit, handOver } = this.#deps
    const deviceIds = await audit.write(async (tx, note) => {
      await lockGrants(tx)
      const region = await mustSeeRegion(tx, viewer, id)
      const to = await newParent(tx, viewer, region, managingParentId)
      if (to.id === region.managing_parent_id) return null
      const path = regionPath(to.path, id)
      await store.moveRegion(tx, region, to.id, path, clock())
      note({
        action: 'identity.region-moved',
        entity: { type: 'region', id, name: region.name },
        regionId: id,
        before: { managingParentId: region.managing_parent_id },
        after: { managingParentId: to.id },
        ...(reason ? { reason } : {}),
      })
      return handOver(tx, note, { id, name: region.name, path }, clock())
    })
    if (deviceIds) {
      bus.emit('estate.changed', { deviceIds, circuitIds: [], linkIds: [] }) // paths are part of the model
      bus.emit('identity.changed', { userIds: null })
    }
    return this.detail(viewer, id)
  }
}

/** Throws `not-found` outside the viewer's regions. */
export async function mustSeeRegion(
  db: Db,
  viewer: Pick<Viewer, 'regionPaths'>,
  id: string,
): Promise<store.RegionRow> {
  const row = await store.regionById(db, id)
  if (!row || !covers(viewer, row.path)) throw notFound('region')
  return row
}

/** Throws `forbidden` unless the viewer's grants cover the whole installation. */
export async function mustCoverAll(db: Db, viewer: Pick<Viewer, 'regionPaths'>): Promise<void> {
  const root = await store.rootRegion(db)
  if (root && !covers(viewer, root.path)) throw forbidden()
}

async function newParent(
  tx: Db,
  viewer: Viewer,
  region: store.RegionRow,
  wanted: string | null,
): Promise<store.RegionRow> {
  const parentId = wanted ?? region.parent_id
  if (parentId === null || region.managing_parent_id === null)
    throw wrongParent('最高一级区域没有上级', 'The root has nobody above it')
  const [from, to] = [
    await store.regionById(tx, region.managing_parent_id),
    await mustSeeRegion(tx, viewer, parentId),
  ]
  if (!from || !covers(viewer, from.path))
    throw forbidden({
      zh: '只有同时管理原上级和新上级的人才能调整',
      en: 'Only who manages both the former parent and the new one may do this',
    })
  if (covers({ regionPaths: [region.path] }, to.path))
    throw wrongParent('不能由自己的下级管理', 'A region is not managed by one below it')
  if (rank(to) >= rank(region))
    throw wrongParent('只能由更高一级的区域管理', 'Only a region of a higher tier manages another')
  return to
}

const rank = (region: store.RegionRow) => tiers.indexOf(region.tier as Region['tier'])

export function regionOf(row: store.RegionRow): Region {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    tier: row.tier as Region['tier'],
    parentId: row.parent_id,
    managingParentId: row.managing_parent_id,
    path: row.path,
  }
}

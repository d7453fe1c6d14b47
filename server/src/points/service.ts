import { newId } from '@zongheng/inventory/id.ts'
import { differences } from '../audit/change.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EstateModel } from '../estate/model.ts'
import type { Readings } from '../estate/readings.ts'
import type { EstateService } from '../estate/service.ts'
import { filteredPage, type PageOf, type Paging } from '../http/paging.ts'
import type { Language } from '../http/problem-messages.ts'
import { conflict, notFound } from '../http/problem.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { StationService } from '../stations/service.ts'
import { columnsOf, recordOf, type PointRecord } from './record.ts'
import type { NewPoint, Point, PointExportQuery, PointPatch, PointQuery } from './schema.ts'
import { csvOf } from './sheet.ts'
import * as store from './store.ts'
import { pointViews } from './views.ts'

type Scope = Pick<Viewer, 'regionPaths'>

export interface PointDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  estate: Pick<EstateService, 'model' | 'site'>
  readings: Pick<Readings, 'interface'>
  stations: Pick<StationService, 'onPorts'>
}

const exportedAtOnce = 1000

/** Information points 信息点: which outlet is on which port, and what hangs there. */
export class PointService {
  readonly #deps: PointDeps

  constructor(deps: PointDeps) {
    this.#deps = deps
  }

  async list(viewer: Scope, { differs, ...filter }: PointQuery): Promise<PageOf<Point>> {
    const read = (paging: Paging) => this.#page(viewer, { ...filter, ...paging })
    const page = differs
      ? await filteredPage(filter, read, ({ point }) => point.findings.length > 0, ({ row }) => store.keysOf(row)) // prettier-ignore
      : await read(filter)
    return { ...page, items: page.items.map(({ point }) => point) }
  }

  /** All that a filter finds, as a file that can be read in again. */
  async csv(
    viewer: Scope,
    { encoding = 'utf-8', ...filter }: PointExportQuery,
    language: Language,
  ): Promise<Buffer> {
    // prettier-ignore
    const points: Point[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await this.list(viewer, { ...filter, limit: exportedAtOnce, ...(cursor && { cursor }) })
      points.push(...page.items)
      cursor = page.next
    }
    return csvOf(points, await this.#deps.estate.model(), language, encoding)
  }

  async get(viewer: Scope, id: string): Promise<Point> {
    const [point] = await this.#views(viewer, [await this.#mustSee(this.#deps.db, viewer, id)])
    return point!
  }

  async add(viewer: Scope, { siteId, ...input }: NewPoint): Promise<Point> {
    const { audit, clock, estate } = this.#deps
    const { region } = await estate.site(viewer, siteId)
    const model = await estate.model()
    const record = { ...nothing, ...input, code: input.code.trim() }
    mustFit(record, siteId, viewer, model)
    const now = clock()
    const id = newId('point', now)
    await audit.write(async (tx, note) => {
      await this.#mustBeFree(tx, viewer, { id, siteId, ...record })
      await store.insert(tx, [{ id, region_id: region.id, site_id: siteId, ...columnsOf(record), created_at: now, updated_at: now }]) // prettier-ignore
      note({ action: 'points.added', ...about(id, record.code, region.id), after: record })
    })
    return this.get(viewer, id)
  }

  async change(viewer: Scope, id: string, patch: PointPatch): Promise<Point> {
    const { audit, clock, estate } = this.#deps
    const model = await estate.model()
    await audit.write(async (tx, note) => {
      const row = await this.#mustSee(tx, viewer, id)
      const before = recordOf(row)
      const after = { ...before, ...patch, code: (patch.code ?? before.code).trim() }
      const changed = differences(before, after)
      mustFit(changed.after, row.site_id, viewer, model)
      await this.#mustBeFree(tx, viewer, { ...after, id, siteId: row.site_id })
      await store.update(tx, id, { ...columnsOf(after), updated_at: clock() })
      note({ action: 'points.changed', ...about(id, after.code, row.region_id), ...changed })
    })
    return this.get(viewer, id)
  }

  /** The trail keeps what was recorded. */
  async remove(viewer: Scope, id: string): Promise<void> {
    await this.#deps.audit.write(async (tx, note) => {
      const row = await this.#mustSee(tx, viewer, id)
      await store.remove(tx, id)
      note({ action: 'points.removed', ...about(id, row.code, row.region_id), before: recordOf(row) })
    })
  }

  /** One port has one point, and a code is once at a site. */
  async #mustBeFree(
    tx: Db,
    viewer: Scope,
    { id, siteId, code, interfaceId }: PointRecord & { id: string; siteId: string },
  ) {
    // prettier-ignore
    const namesake = await store.withCode(tx, siteId, code)
    if (namesake && namesake.id !== id) throw conflict('point-code-taken')
    const other = interfaceId === null ? undefined : await store.atInterface(tx, interfaceId)
    if (!other || other.id === id) return
    const { regions } = await this.#deps.estate.model()
    if (!covers(viewer, regions.get(other.region_id)?.path ?? '')) throw conflict('point-port-taken')
    throw conflict('point-port-taken', {
      zh: `这个端口已登记给信息点 ${other.code}（${other.site_name}），请先改那一处`,
      en: `The port is recorded for point ${other.code} (${other.site_name}): change that one first`,
    })
  }

  async #mustSee(db: Db, viewer: Scope, id: string): Promise<store.PointRow> {
    const row = await store.byId(db, viewer, id)
    if (!row) throw notFound('point')
    return row
  }

  async #page(
    viewer: Scope,
    filter: store.PointFilter,
  ): Promise<PageOf<{ row: store.PointRow; point: Point }>> {
    const { items, next } = await store.list(this.#deps.db, viewer, filter)
    const points = await this.#views(viewer, items)
    return { items: points.map((point, i) => ({ row: items[i]!, point })), next }
  }

  async #views(viewer: Scope, rows: readonly store.PointRow[]): Promise<Point[]> {
    const { db, clock, estate, readings, stations } = this.#deps
    const sight = { viewer, model: await estate.model(), readings, stations, nowMs: clock() }
    return pointViews(db, rows, sight)
  }
}

const nothing = { roomId: null, place: '', panel: '', interfaceId: null, deviceId: null, asset: '', usedBy: '', note: '', state: 'free' } as const // prettier-ignore

/** What it is joined to is there, and the viewer's; the room is of its own site. */
function mustFit(
  { roomId, interfaceId, deviceId }: Partial<PointRecord>,
  siteId: string,
  viewer: Scope,
  { rooms, devices, regions }: EstateModel,
): void {
  if (roomId && rooms.get(roomId)?.siteId !== siteId) throw notFound('room')
  const isSeen = (regionId: string | undefined) => covers(viewer, regions.get(regionId ?? '')?.path ?? '')
  if (deviceId && !isSeen(devices.get(deviceId)?.regionId)) throw notFound('device')
  if (!interfaceId) return
  for (const device of devices.values())
    if (device.interfaces.some(({ id }) => id === interfaceId) && isSeen(device.regionId)) return
  throw notFound('interface')
}

const about = (id: string, name: string, regionId: string) => ({ entity: { type: 'point', id, name }, regionId }) // prettier-ignore

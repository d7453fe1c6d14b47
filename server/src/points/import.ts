import { newId } from '@zongheng/inventory/id.ts'
import { differences } from '../audit/change.ts'
import type { Note } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import { columnsIn, ErrorList, readRows } from '../estate/import/rows.ts'
import { refused } from '../estate/import/service.ts'
import type { Language } from '../http/problem-messages.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import { pointSheets, type PointRow } from './columns.ts'
import { planPoints, type PlannedPoint } from './plan.ts'
import { columnsOf, recordOf } from './record.ts'
import type { PointImportResult } from './schema.ts'
import type { PointDeps } from './service.ts'
import { sheetsOf } from './sheet.ts'
import * as store from './store.ts'

/** Takes a file over: all of it, or nothing and every error. A point that exists is changed in the columns that the file has. */
export class PointImport {
  readonly #deps: Omit<PointDeps, 'readings' | 'stations'>

  constructor(deps: Omit<PointDeps, 'readings' | 'stations'>) {
    this.#deps = deps
  }

  /** Throws 422 `import-refused` with an error per cell that is wrong. */
  async import(viewer: Viewer, file: Buffer, language: Language): Promise<PointImportResult> {
    const { audit, estate } = this.#deps
    const sheets = await sheetsOf(file)
    const errors = new ErrorList(language, pointSheets)
    const rows = readRows<PointRow, 'points'>(sheets, 'points', errors)
    const model = await estate.model()
    const isSeen = (regionId: string) => covers(viewer, model.regions.get(regionId)?.path ?? '')
    return audit.write(async (tx, note) => {
      const all = await store.all(tx)
      const rowOf = new Map(all.map((row) => [row.id, row]))
      const taken = all.map((row) => ({ id: row.id, siteId: row.site_id, code: row.code, interfaceId: row.interface_id })) // prettier-ignore
      const known = { model, isSeen, taken, recordOf: (id: string) => recordOf(rowOf.get(id)!), columns: columnsIn(sheets, pointSheets.points) } // prettier-ignore
      const planned = planPoints(rows, known, errors)
      if (errors.all.length > 0) throw refused(errors)
      return this.#keep(tx, note, planned, rowOf)
    })
  }

  async #keep(
    tx: Db,
    note: Note,
    planned: PlannedPoint[],
    rowOf: ReadonlyMap<string, store.PlainRow>,
  ): Promise<PointImportResult> {
    const now = this.#deps.clock()
    const fresh = planned.filter(({ id }) => id === null)
    const changed = planned.flatMap(({ id, record }) => {
      if (id === null) return []
      const row = rowOf.get(id)!
      const difference = differences(recordOf(row), record)
      return Object.keys(difference.after).length === 0 ? [] : { row, record, difference }
    })
    note({ action: 'points.imported', entity: null, regionId: null, after: { added: fresh.length, changed: changed.length } }) // prettier-ignore
    await store.unplug(tx, changed.map(({ row }) => row.id)) // prettier-ignore
    for (const { row, record, difference } of changed) {
      await store.update(tx, row.id, { ...columnsOf(record), updated_at: now })
      note({ action: 'points.changed', entity: { type: 'point', id: row.id, name: row.code }, regionId: row.region_id, ...difference }) // prettier-ignore
    }
    const rows = fresh.map(({ site, record }) => ({ id: newId('point', now), region_id: site.regionId, site_id: site.id, ...columnsOf(record), created_at: now, updated_at: now })) // prettier-ignore
    await store.insert(tx, rows)
    rows.forEach(
      (row, i) =>
      note({ action: 'points.added', entity: { type: 'point', id: row.id, name: row.code }, regionId: row.region_id, after: fresh[i]!.record }), // prettier-ignore
    )
    return { added: fresh.length, changed: changed.length }
  }
}

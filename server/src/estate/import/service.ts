import type { AuditTrail } from '../../audit/trail.ts'
import type { Db } from '../../db/database.ts'
import type { Language } from '../../http/problem-messages.ts'
import { unprocessable } from '../../http/problem.ts'
import type { IdentityService } from '../../identity/service.ts'
import { covers, type Viewer } from '../../identity/viewer.ts'
import type { ImportResult } from '../schema.ts'
import type { EstateService } from '../service.ts'
import * as store from '../store.ts'
import { sheets, type CircuitRow, type DeviceRow } from './columns.ts'
import { planImport, type Known } from './plan.ts'
import { ErrorList, readRows } from './rows.ts'
import { readWorkbook } from './workbook.ts'

export interface ImportServiceDeps {
  audit: Pick<AuditTrail, 'write'>
  identity: Pick<IdentityService, 'allRegions'>
  estate: EstateService
}

const mostErrors = 500

/** Takes a spreadsheet over: all of it, or nothing and every error. */
export class ImportService {
  readonly #deps: ImportServiceDeps

  constructor(deps: ImportServiceDeps) {
    this.#deps = deps
  }

  /** Throws 422 `import-refused` with an error per cell that is wrong. */
  async import(viewer: Viewer, xlsx: Buffer, language: Language): Promise<ImportResult> {
    const { audit, estate } = this.#deps
    const workbook = await readWorkbook(xlsx)
    const errors = new ErrorList(language, sheets)
    const devices = readRows<DeviceRow>(workbook, 'devices', errors)
    const circuits = readRows<CircuitRow>(workbook, 'circuits', errors)
    const ids = await audit.write(async (tx, note) => {
      const draft = planImport(devices, circuits, await this.#known(tx, viewer), errors)
      if (errors.all.length > 0) throw refused(errors)
      const after = { devices: devices.length, circuits: circuits.length }
      note({ action: 'estate.imported', entity: null, regionId: null, after })
      return estate.create(tx, draft, note)
    })
    estate.changed(ids.values())
    return { created: devices.length + circuits.length, errors: [] }
  }

  async #known(tx: Db, viewer: Viewer): Promise<Known> {
    const { identity } = this.#deps
    const all = await identity.allRegions(tx)
    const regions = all.filter((region) => covers(viewer, region.path))
    const inScope = new Set(regions.map((region) => region.id))
    const [sites, devices, circuits, links, collector] = await Promise.all([
      store.siteNames(tx),
      store.deviceNames(tx),
      store.circuitNumbers(tx),
      store.linkEnds(tx),
      store.localCollector(tx),
    ])
    return {
      rootRegionId: all.find((region) => region.parentId === null)?.id ?? '',
      regions: new Map(regions.map((region) => [region.code, region])),
      sites: sites.map((row) => ({ id: row.id, regionId: row.region_id, name: row.name })),
      devices: devices
        .filter((row) => inScope.has(row.region_id))
        .map((row) => ({ id: row.id, name: row.name, siteId: row.site_id })),
      addresses: new Set(devices.map((row) => `${row.address} ${row.port}`)),
      circuits: new Set(circuits.map((row) => `${row.carrier} ${row.number}`)),
      links: new Set(links.flatMap(({ upper_site_id: a, lower_site_id: z }) => [`${a} ${z}`, `${z} ${a}`])),
      collectorId: collector?.id ?? null,
    }
  }
}

/** Problem+json whose errors also say sheet, row and column. */
export function refused({ all }: Pick<ErrorList, 'all'>) {
  const errors = all
    .slice(0, mostErrors)
    .map((error) => ({ path: `/${error.sheet}/${error.row}/${error.column}`, ...error }))
  const detail = {
    zh: `${all.length} 处错误，未导入任何内容`,
    en: `${all.length} errors; nothing was imported`,
  }
  return unprocessable('import-refused', detail, errors)
}

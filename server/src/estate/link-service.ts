import type { DeviceState } from '@zongheng/inventory/device.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import { notFound, type FieldError } from '../http/problem.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import { carrierDrafts, circuitDraft, endsOf, refuse, refuseKnownCircuit } from './circuit-input.ts'
import { belowLink } from './describe.ts'
import { noDraft } from './draft.ts'
import type { EstateModel } from './model.ts'
import type { Readings } from './readings.ts'
import type { Link, LinkDetail, NewLink } from './schema.ts'
import type { EstateService } from './service.ts'
import * as store from './store.ts'
import { circuitEnd } from './views.ts'

export interface LinkServiceDeps {
  db: Db
  audit: Pick<AuditTrail, 'write'>
  estate: EstateService
  readings: Readings
  /** Availability this month so far, percent, by circuit. */
  monthPercentOf(circuitIds: string[]): Promise<Map<string, number | null>>
}

type Scope = Pick<Viewer, 'regionPaths'>

/** One link whole, and links made by hand. */
export class LinkService {
  readonly #deps: LinkServiceDeps

  constructor(deps: LinkServiceDeps) {
    this.#deps = deps
  }

  async detail(viewer: Scope, id: string): Promise<LinkDetail> {
    const { db, estate, readings } = this.#deps
    if (!(await store.linkById(db, viewer, id))) throw notFound('link')
    const [[link], circuits, model] = await Promise.all([
      estate.linksByIds([id]),
      store.circuitsOf(db, [id]),
      estate.model(),
    ])
    const month = await this.#deps.monthPercentOf(circuits.map((circuit) => circuit.id))
    const isTheirs = (deviceId: string) => sees(viewer, model, deviceId)
    const below = model.links.get(id) && belowLink(model, model.links.get(id)!)
    return {
      ...link!,
      upper: this.#end(viewer, model, link!.upperSite, circuits[0]?.a_device_id),
      lower: this.#end(viewer, model, link!.lowerSite, circuits[0]?.z_device_id),
      circuitDetails: circuits.map((circuit) => ({
        id: circuit.id,
        a: circuitEnd(circuit, 'a', readings, isTheirs),
        z: circuitEnd(circuit, 'z', readings, isTheirs),
        legAddress: circuit.leg_address,
        hotline: circuit.hotline,
        monthlyFeeYuan: circuit.monthly_fee_yuan,
        contractUntil: circuit.contract_until,
        promisedPercent: circuit.promised_percent,
        monthPercent: month.get(circuit.id) ?? null,
        lastActiveAt: readings.circuit(circuit.id)?.carriedAtMs ?? null,
      })),
      evidence: readings.evidenceOf(id),
      below: { sites: below?.sites.length ?? 0, devices: below?.devices.length ?? 0 },
    }
  }

  /** Of an end elsewhere the site's name is all there is to know. */
  #end(viewer: Scope, model: EstateModel, site: Link['upperSite'], deviceId = ''): LinkDetail['upper'] {
    const id = sees(viewer, model, deviceId) ? deviceId : ''
    const device = model.devices.get(id)
    const state = (this.#deps.readings.stateOf(id)?.state ?? 'unknown') as DeviceState
    return {
      site,
      device: {
        id,
        name: device?.name ?? '',
        hardware: device?.hardware ?? '',
        address: device?.address ?? '',
        state,
      },
    }
  }

  /** A link made by hand between two sites in scope. The first circuit is the primary. */
  async create(viewer: Scope, link: NewLink): Promise<LinkDetail> {
    const { audit, db, estate } = this.#deps
    const [upper, lower] = await Promise.all(
      [link.upperSiteId, link.lowerSiteId].map((id) => store.siteById(db, viewer, id)),
    )
    if (!upper || !lower) throw notFound('site')
    refuse(orderErrors(link))
    const ends = await endsOf(db, link)
    const draft = noDraft(lower.region_id)
    draft.carriers = carrierDrafts(link.circuits)
    const circuits = link.circuits.map((circuit, i) => circuitDraft(circuit, i, ends))
    draft.links = [
      { key: 'link', upperSiteKey: upper.id, lowerSiteKey: lower.id, name: link.name ?? '', circuits },
    ]
    const ids = await audit.write(async (tx, note) => {
      for (const { carrier, number } of link.circuits) await refuseKnownCircuit(tx, carrier, number)
      return estate.create(tx, draft, note)
    })
    estate.changed(ids.values())
    return this.detail(viewer, ids.get('link')!)
  }
}

function sees(viewer: Scope, { devices, regions }: EstateModel, deviceId: string): boolean {
  const region = regions.get(devices.get(deviceId)?.regionId ?? '')
  return region !== undefined && covers(viewer, region.path)
}

function orderErrors({ circuits, upperSiteId, lowerSiteId }: NewLink): FieldError[] {
  const misplaced = circuits.flatMap(({ role }, i) =>
    (role === 'primary') === (i === 0)
      ? []
      : [
          {
            path: `/circuits/${i}/role`,
            code: 'role-order',
            message: 'the first circuit is the primary, all others are backups',
          },
        ],
  )
  const same = { path: '/lowerSiteId', code: 'same-site', message: 'a link joins two sites' }
  return upperSiteId === lowerSiteId ? [...misplaced, same] : misplaced
}

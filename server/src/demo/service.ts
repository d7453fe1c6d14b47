import { buildProvince } from '@zongheng/inventory/demo/build.ts'
import { faultTargets, type FaultKind, type SimulatedFault } from '@zongheng/inventory/demo/faults.ts'
import { kindOfId } from '@zongheng/inventory/id.ts'
import type { RelationEnd } from '@zongheng/inventory/relation.ts'
import { isDeepStrictEqual } from 'node:util'
import type { AuditTrail } from '../audit/trail.ts'
import type { CheckService } from '../checks/service.ts'
import type { Db } from '../db/database.ts'
import type { DrillService } from '../drills/service.ts'
import type { EstateModel } from '../estate/model.ts'
import type { EstateService } from '../estate/service.ts'
import { notFound, unprocessable } from '../http/problem.ts'
import { divisionsOf } from '../identity/regions/divisions.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { BusinessService } from '../business/service.ts'
import type { RelationService } from '../relations/service.ts'
import type { RoomService } from '../rooms/service.ts'
import { demoServices } from './business.ts'
import { demoDrills } from './drills.ts'
import { demoChecks } from './checks.ts'
import { demoRooms } from './rooms.ts'
import { draftOf } from './draft.ts'
import type { Fault, NewFault } from './schema.ts'
import type { Simulator } from './simulator.ts'
import * as store from './store.ts'

export interface DemoServiceDeps {
  db: Db
  audit: Pick<AuditTrail, 'tell'>
  identity: Pick<IdentityService, 'allRegions'>
  estate: EstateService
  simulator: Simulator
  checks: Pick<CheckService, 'create' | 'change'>
  relations: Pick<RelationService, 'seed'>
  rooms: Pick<RoomService, 'seed'>
  business: Pick<BusinessService, 'create'>
  drills: Pick<DrillService, 'seed'>
}

export interface SeedOptions {
  provinceCode: string
  /** UDP port of every simulated device. */
  port: number
  collectorId: string | null
}

type Scope = Pick<Viewer, 'regionPaths'>
type TargetType = 'circuit' | 'device' | 'site'

/** The simulated province, and its faults. Faults live in the simulator alone; here only ids become its keys. */
export class DemoService {
  readonly #deps: DemoServiceDeps

  constructor(deps: DemoServiceDeps) {
    this.#deps = deps
  }

  /** Keeps the province's sites, devices and links, once. Its regions are there. Answers the site the collector stands at. */
  async seed({ provinceCode, port, collectorId }: SeedOptions): Promise<string> {
    const { db, identity, estate } = this.#deps
    const province = buildProvince(divisionsOf(provinceCode))
    if (!(await store.isSeeded(db))) {
      const regions = new Map((await identity.allRegions()).map((region) => [region.code, region.id]))
      const ids = await db.transaction().execute(async (tx) => {
        const created = await estate.create(tx, draftOf(province, { regions, port, collectorId }))
        await store.insertKeys(tx, created)
        return created
      })
      estate.changed(ids.values())
    } else await this.#followPort(province.collectorSiteKey, port)
    return (await store.idsOf(db, [province.collectorSiteKey])).get(province.collectorSiteKey)!
  }

  /** Checks of what truly answers here, once; a later start may have had to take other ports. */
  async seedChecks(url: string): Promise<void> {
    const { db, checks, estate } = this.#deps
    const { collectors, devices, regions } = await estate.model()
    const here = [...collectors.values()].find(({ isLocal }) => isLocal)?.siteId
    const device = [...devices.values()].find(({ siteId, role }) => siteId === here && role === 'core-router')
    if (!device) return
    const everywhere = { regionPaths: [regions.get(device.regionId)!.path] }
    const wanted = demoChecks({ url, device, regionId: device.regionId })
    const known = await store.idsOf(db, [...wanted.keys()])
    const kept = (await estate.model()).checks
    for (const [key, check] of wanted) {
      const id = known.get(key)
      if (!id) await store.insertKeys(db, new Map([[key, (await checks.create(everywhere, check)).id]]))
      else if (kept.has(id) && !isDeepStrictEqual(kept.get(id)!.spec, check.spec))
        await checks.change(everywhere, id, { spec: check.spec, ...(check.snmp && { snmp: check.snmp }) })
    }
  }

  /** Rooms with racks and power, and business services on what is there, once. After the checks. */
  async seedServices(): Promise<void> {
    const { db, estate } = this.#deps
    await this.#seedRooms()
    await this.#seedDrills()
    const model = await estate.model()
    const here = [...model.collectors.values()].find(({ isLocal }) => isLocal)?.siteId
    const site = model.sites.get(here ?? '')
    if (!site) return
    const everywhere = { regionPaths: [model.regions.get(site.regionId)!.path] }
    const checkKeys = ['check health', 'check api', 'check port', 'check uptime']
    const wanted = demoServices(model, site.id, await store.idsOf(db, checkKeys))
    const ids = await store.idsOf(db, [...wanted.keys()])
    if (ids.size > 0) return
    for (const [key, { needs: _, ...service }] of wanted)
      ids.set(key, (await this.#deps.business.create(everywhere, service)).id)
    const relations = [...wanted].flatMap(([key, { needs, regionId }]) =>
      needs.map(({ kind, to, details = {} }) => {
        const [fromId, toId] = [ids.get(key)!, ids.get(to) ?? to]
        const toType = kindOfId(toId) as RelationEnd
        return { regionId, kind, fromType: 'service' as const, fromId, toType, toId, details }
      }),
    )
    await db.transaction().execute(async (tx) => {
      await this.#deps.relations.seed(tx, relations)
      await store.insertKeys(tx, ids)
    })
    estate.changed(ids.values())
  }

  /** Requests in every state, once; people and what they may ask for are there. */
  async seedRequests(make: () => Promise<string[]>): Promise<void> {
    await this.#seedOnce('request', make)
  }

  /** What the province sets for its desk. */
  async seedDeskRules(make: () => Promise<string[]>): Promise<void> {
    await this.#seedOnce('desk-rule', make)
  }

  /** What its hotline has ready to say. */
  async seedAnswers(make: () => Promise<string[]>): Promise<void> {
    await this.#seedOnce('answer', make)
  }

  /** What people do together on incidents. */
  async seedTickets(make: () => Promise<string[]>): Promise<void> {
    await this.#seedOnce('ticket', make)
  }

  async #seedOnce(kind: string, make: () => Promise<string[]>): Promise<void> {
    const { db } = this.#deps
    if ((await store.idsOf(db, [`${kind} 0`])).size > 0) return
    const ids = await make()
    await store.insertKeys(db, new Map(ids.map((id, n) => [`${kind} ${n}`, id])))
  }

  async #seedDrills(): Promise<void> {
    const { db, drills, estate } = this.#deps
    if ((await store.idsOf(db, ['drill 0'])).size > 0) return
    const past = demoDrills(await estate.model(), Date.now())
    await db.transaction().execute(async (tx) => {
      const ids = await drills.seed(tx, past)
      await store.insertKeys(tx, new Map(ids.map((id, n) => [`drill ${n}`, id])))
    })
  }

  async #seedRooms(): Promise<void> {
    const { db, estate, rooms, relations } = this.#deps
    const model = await estate.model()
    const wanted = demoRooms(model)
    const known = await store.idsOf(db, [...wanted.keys()])
    const fresh = [...wanted].filter(([key]) => !known.has(key))
    if (fresh.length === 0) return
    await db.transaction().execute(async (tx) => {
      for (const [key, { room, supplies }] of fresh) {
        await store.insertKeys(tx, new Map([[key, await rooms.seed(tx, room)]]))
        const powers = supplies.map(({ fromId, toId, feed }) => {
          const fromType = kindOfId(fromId) as RelationEnd
          const { regionId } = room
          return {
            regionId,
            kind: 'powers' as const,
            fromType,
            fromId,
            toType: 'device' as const,
            toId,
            details: { feed },
          }
        })
        await relations.seed(tx, powers)
      }
    })
    estate.changed([])
  }

  /** The simulator of this start may have had to take another port than the one before. */
  async #followPort(collectorSiteKey: string, port: number): Promise<void> {
    const { db, estate } = this.#deps
    const siteId = (await store.idsOf(db, [collectorSiteKey])).get(collectorSiteKey)
    const devices = (await estate.model()).devices.values()
    const before = devices.find((device) => device.siteId === siteId)?.port
    if (before !== undefined && before !== port) await estate.movePort(before, port)
  }

  // ---- faults ---------------------------------------------------------------------------------

  async faults(viewer: Scope): Promise<Fault[]> {
    const { db, estate, simulator } = this.#deps
    const faults = await simulator.faults()
    const ids = await store.idsOf(db, faults.map(({ target }) => target)) // prettier-ignore
    const [model, visible] = await Promise.all([estate.model(), estate.visible(viewer, [...ids.values()])])
    return faults.flatMap((fault) => {
      const targetId = ids.get(fault.target)
      return targetId && visible.has(targetId) ? [faultView(fault, targetId, model)] : []
    })
  }

  async add(viewer: Scope, { target, ...fault }: NewFault): Promise<Fault> {
    const { db, audit, estate, simulator } = this.#deps
    const model = await estate.model()
    const known = (await estate.visible(viewer, [target])).has(target)
    if (!known) throw notFound(kindOfId(target) ?? 'target')
    const targetId = aimedAt(fault.kind, target, model)
    if (!targetId) throw wrongTarget(fault.kind)
    const key = await store.keyOf(db, targetId)
    if (!key)
      throw unprocessable('not-simulated', {
        zh: '这不是模拟的设备或线路',
        en: 'This is no simulated device or circuit',
      })
    const added = faultView(await simulator.add({ ...fault, target: key }), targetId, model)
    await audit.tell({ action: 'demo.fault-added', ...told(added, model), after: { kind: added.kind } })
    return added
  }

  async remove(viewer: Scope, id: string): Promise<void> {
    const { audit, estate, simulator } = this.#deps
    const fault = (await this.faults(viewer)).find((known) => known.id === id)
    if (!fault) throw notFound('fault')
    await simulator.remove(id)
    const before = { kind: fault.kind }
    await audit.tell({ action: 'demo.fault-removed', ...told(fault, await estate.model()), before })
  }
}

/** What a fault of this kind strikes when it is aimed at this: a UPS stands for its site's power, a room for its router. */
function aimedAt(
  kind: FaultKind,
  target: string,
  { devices, circuits, sites }: EstateModel,
): string | undefined {
  const wanted = faultTargets[kind]
  const device = devices.get(target)
  if (wanted === 'circuit') return circuits.has(target) ? target : undefined
  if (wanted === 'device')
    return device ? target : kind === 'fan-fail' ? routerAt(target, devices) : undefined
  if (sites.has(target)) return target
  const stands = { 'room-hot': 'environment', 'site-power': 'ups' }[kind as 'room-hot' | 'site-power']
  return device?.role === stands ? device?.siteId : undefined
}

function told({ target }: Fault, { devices, sites, circuits, links }: EstateModel) {
  const place =
    devices.get(target.id) ?? sites.get(target.id) ?? links.get(circuits.get(target.id)?.linkId ?? '')
  return { entity: target, regionId: place?.regionId ?? null }
}

function routerAt(siteId: string, devices: EstateModel['devices']): string | undefined {
  const routers = ['core-router', 'access-router']
  return [...devices.values()].find((device) => device.siteId === siteId && routers.includes(device.role))?.id
}

const typeNames = { circuit: '线路', device: '设备', site: '站点' } as const

function wrongTarget(kind: FaultKind) {
  const type = faultTargets[kind]
  const detail = { zh: `${kind} 的对象须为${typeNames[type]}`, en: `${kind} is aimed at a ${type}` }
  return unprocessable('wrong-target', detail, [
    { path: '/target', code: 'wrong-target', message: detail.en },
  ])
}

function faultView({ id, kind, startedAt }: SimulatedFault, targetId: string, model: EstateModel): Fault {
  const type = faultTargets[kind] satisfies TargetType
  const named = {
    circuit: () => model.circuits.get(targetId)?.number,
    device: () => model.devices.get(targetId)?.name,
    site: () => model.sites.get(targetId)?.name,
  }[type]()
  return { id, kind, target: { type, id: targetId, name: named ?? '' }, startedAt }
}

/** The map that draws itself: who stands opposite whom, as devices say, held against the circuits that are recorded. */
import type { Fact } from '@zongheng/collector/contract.ts'
import type { DeviceState } from '@zongheng/inventory/device.ts'
import { newId } from '@zongheng/inventory/id.ts'
import type { Surroundings } from '@zongheng/inventory/surroundings.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EstateService } from '../estate/service.ts'
import { notFound } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import { connectionsOf } from './connections.ts'
import { differencesOf } from './differences.ts'
import { Ground, joins } from './ground.ts'
import { Places } from './places.ts'
import { proposalsOf } from './proposals.ts'
import type { Connection, NewDismissal, TopologyAnswer } from './schema.ts'
import * as store from './store.ts'

type DeviceFact = Extract<Fact, { kind: 'device' }>
type Dismissed = Awaited<ReturnType<typeof store.dismissals>>[number]

export interface TopologyServiceDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  estate: Pick<EstateService, 'model'>
  stateOf(deviceId: string): DeviceState
  namesOf(userIds: string[]): Promise<ReadonlyMap<string, string>>
}

/** A city with all that is below it; a whole province is asked by its regions. */
export const mostDevices = 1000

export class TopologyService {
  readonly #deps: TopologyServiceDeps
  readonly #places = new Places()

  constructor(deps: TopologyServiceDeps) {
    this.#deps = deps
  }

  /** Keeps what a collector told of a device that there is; older ones tell nothing. */
  async take(tx: Db, { deviceId, surroundings, atMs }: DeviceFact): Promise<void> {
    if (!surroundings || !(await store.isDevice(tx, deviceId))) return
    await store.keep(tx, {
      device_id: deviceId,
      surroundings: JSON.stringify(surroundings).replaceAll('\\u0000', ''), // no text of PostgreSQL holds it
      at: atMs,
    })
  }

  async draw(viewer: Pick<Viewer, 'regionPaths'>, regionId?: string): Promise<TopologyAnswer> {
    const { db } = this.#deps
    const rows = await store.standing(db, viewer, regionId, mostDevices + 1)
    const ground = await this.#ground(rows.slice(0, mostDevices))
    const { connections, strangers } = connectionsOf(ground, this.#places.of(ground))
    const dismissed = await this.#dismissed()
    const told = <T extends { key: string }>(some: T[]) => some.map((one) => ({ ...one, dismissal: dismissed(one.key) })) // prettier-ignore
    return {
      ...this.#drawn(ground),
      connections,
      proposals: told(proposalsOf(ground, connections)),
      differences: told(differencesOf(ground, connections)),
      unconfirmed: unconfirmed(ground, connections),
      strangers: strangers.map(({ deviceId, protocol, ifName, sysName, chassisId, portId }) => ({ deviceId, protocol, ifName, sysName, chassisId, portId })), // prettier-ignore
      isCut: rows.length > mostDevices,
      newestAt: ground.told.reduce<number | null>((newest, { atMs }) => (atMs === null ? newest : Math.max(newest ?? 0, atMs)), null), // prettier-ignore
    }
  }

  /** A proposal or difference that is to be let be, for everybody. */
  async dismiss(viewer: Viewer, { regionId, key, reason }: NewDismissal): Promise<void> {
    const { audit, clock, estate } = this.#deps
    const { proposals, differences, connections } = await this.draw(viewer, regionId)
    const one = [...proposals, ...differences].find((some) => some.key === key)
    if (!one) throw notFound('topology')
    const model = await estate.model()
    const region_id = model.devices.get(deviceOf(one, connections))!.regionId
    const now = clock()
    const row = { id: newId('dismissal', now), key, region_id, reason, dismissed_by: viewer.userId, at: now }
    await audit.write(async (tx, note) => {
      await store.dismiss(tx, row)
      note({ action: 'topology.dismissed', entity: null, regionId: region_id, after: { key }, reason })
    })
  }

  async restore(viewer: Viewer, id: string): Promise<void> {
    const { audit, db } = this.#deps
    const row = await store.dismissal(db, viewer, id)
    if (!row) throw notFound('topology')
    await audit.write(async (tx, note) => {
      await store.restore(tx, id)
      note({ action: 'topology.restored', entity: null, regionId: row.region_id, before: { key: row.key } })
    })
  }

  async #ground(rows: Awaited<ReturnType<typeof store.standing>>): Promise<Ground> {
    const { db, estate } = this.#deps
    const ports = await store.portsOf(db, rows.map(({ id }) => id)) // prettier-ignore
    return new Ground(
      await estate.model(),
      rows.map((row) => ({
        id: row.id,
        sysName: row.sys_name,
        surroundings: row.surroundings === null ? null : (JSON.parse(row.surroundings) as Surroundings),
        atMs: row.at,
      })),
      ports.map((row) => ({
        id: row.id,
        deviceId: row.device_id,
        ifIndex: row.if_index,
        ifName: row.if_name,
        ifDescr: row.if_descr,
        ifAlias: row.if_alias,
        ifPhysAddress: row.if_phys_address,
      })),
    )
  }

  #drawn({ model, devices, told }: Ground): Pick<TopologyAnswer, 'sites' | 'devices'> {
    const asked = new Set(told.flatMap(({ id, surroundings }) => (surroundings ? [id] : [])))
    const sites = [...new Set(devices.map(({ siteId }) => siteId))].map((id) => model.sites.get(id)!)
    return {
      sites: sites.map(({ id, name, regionId }) => {
        const region = model.regions.get(regionId)!
        return { id, name, region: { id: regionId, name: region.name }, tier: region.tier }
      }),
      devices: devices.map(({ id, name, role, siteId }) => ({
        ...{ id, name, role, siteId },
        state: this.#deps.stateOf(id),
        isTold: asked.has(id),
      })),
    }
  }

  async #dismissed() {
    const rows = await store.dismissals(this.#deps.db)
    const names = await this.#deps.namesOf([...new Set(rows.map((row) => row.dismissed_by))])
    const byKey = new Map(rows.map((row): [string, Dismissed] => [row.key, row]))
    return (key: string) => {
      const row = byKey.get(key)
      if (!row) return null
      const by = { id: row.dismissed_by, name: names.get(row.dismissed_by) ?? row.dismissed_by }
      return { id: row.id, by, at: row.at, reason: row.reason }
    }
  }
}

type Told = TopologyAnswer['proposals'][number] | TopologyAnswer['differences'][number]

/** It belongs to the region of a device of it. */
function deviceOf(one: Told, connections: readonly Connection[]): string {
  const nearEnd = (key: string) => connections.find((connection) => connection.key === key)!.a.deviceId
  if ('circuits' in one) return nearEnd(one.circuits[0]!.connection)
  if (one.kind === 'conflicting') return nearEnd(one.connection)
  return one.kind === 'words' ? one.end.deviceId : one.found.deviceId
}

/** Both ends tell who stands around them, and neither names the other. */
function unconfirmed(ground: Ground, connections: readonly Connection[]): TopologyAnswer['unconfirmed'] {
  const told = new Set(ground.told.flatMap(({ id, surroundings }) => (surroundings ? [id] : [])))
  const known = new Set(connections.flatMap(({ circuits }) => circuits.map(({ id }) => id)))
  const bare = connections.filter(({ a, z }) => a.ifName === null && z.ifName === null)
  return ground.circuits
    .filter((circuit) => told.has(circuit.a.deviceId) && told.has(circuit.z.deviceId) && !known.has(circuit.id) && !bare.some(({ a, z }) => joins(circuit, a, z))) // prettier-ignore
    .map(({ id, number, linkId, a, z }) => ({ circuit: { id, name: number }, linkId, a: a.deviceId, z: z.deviceId })) // prettier-ignore
}

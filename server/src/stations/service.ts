/** What hangs on the ports of switches, and where a MAC or an address is found. */
import type { Fact } from '@zongheng/collector/contract.ts'
import type { Db } from '../db/database.ts'
import type { EstateModel } from '../estate/model.ts'
import type { EstateService } from '../estate/service.ts'
import type { Viewer } from '../identity/viewer.ts'
import { devicesWithMacs } from '../topology/surroundings.ts'
import { readMark } from './mark.ts'
import type { DeviceStations, FoundStations, Hanging, StationQuery } from './schema.ts'
import * as store from './store.ts'

type Scope = Pick<Viewer, 'regionPaths'>
type StationsFact = Extract<Fact, { kind: 'stations' }>

export interface StationServiceDeps {
  db: Db
  estate: Pick<EstateService, 'device' | 'model'>
}

/** Of one MAC; a router that answers for a whole network has more. */
const mostAddresses = 4

export class StationService {
  readonly #deps: StationServiceDeps

  constructor(deps: StationServiceDeps) {
    this.#deps = deps
  }

  /** Keeps what a collector told of a device that there is: what hangs where it hung keeps its time. */
  async take(tx: Db, { deviceId, stations, atMs }: StationsFact): Promise<void> {
    if (!(await store.isDevice(tx, deviceId))) return
    const told = stations.ports.flatMap(({ ifName, macs }) => macs.map((mac) => ({ device_id: deviceId, if_name: ifName, mac, since: atMs }))) // prettier-ignore
    const hung = changes(await store.onDevices(tx, [deviceId]), told, ({ mac, if_name }) => `${mac} ${if_name}`) // prettier-ignore
    for (const [ifName, gone] of Map.groupBy(hung.gone, (row) => row.if_name))
      await store.removeStations(tx, deviceId, ifName, gone.map(({ mac }) => mac)) // prettier-ignore
    await store.addStations(tx, hung.come)
    const hosts = [...new Map(stations.hosts.map(({ mac, address }) => [address, { device_id: deviceId, mac, address }])).values()] // prettier-ignore
    const known = changes(await store.addressesOn(tx, deviceId), hosts, ({ mac, address }) => `${mac} ${address}`) // prettier-ignore
    await store.removeAddresses(tx, deviceId, known.gone.map(({ address }) => address)) // prettier-ignore
    await store.addAddresses(tx, known.come)
    await store.tell(tx, { device_id: deviceId, crowded: JSON.stringify(stations.crowded), at: atMs })
  }

  async on(viewer: Scope, deviceId: string): Promise<DeviceStations> {
    const { db, estate } = this.#deps
    await estate.device(viewer, deviceId)
    const telling = await store.telling(db, deviceId)
    const rows = await store.onDevices(db, [deviceId])
    const named = await this.#named(viewer, rows)
    return {
      at: telling?.at ?? null,
      items: rows.map((row) => ({ ifName: row.if_name, since: row.since, ...named(row) })),
      crowded: telling ? (JSON.parse(telling.crowded) as DeviceStations['crowded']) : [],
    }
  }

  /** By each of these devices, for whoever may see them, and by port. */
  async onPorts(viewer: Scope, deviceIds: readonly string[]): Promise<ReadonlyMap<string, OnPorts>> {
    const rows = await store.onDevices(this.#deps.db, deviceIds)
    const named = await this.#named(viewer, rows)
    const byPort = (some: store.StationRow[]): OnPorts =>
      new Map([...Map.groupBy(some, (row) => row.if_name)].map(([port, all]) => [port, all.map(named)]))
    return new Map([...Map.groupBy(rows, (row) => row.device_id)].map(([id, some]) => [id, byPort(some)]))
  }

  async find(viewer: Scope, { q, regionId, limit = 20 }: StationQuery): Promise<FoundStations> {
    const { db, estate } = this.#deps
    const mark = readMark(q)
    if (!mark) return { items: [] }
    const rows = await store.hanging(db, viewer, mark, { regionId, limit })
    const [named, model] = [await this.#named(viewer, rows), await estate.model()]
    return {
      items: rows.flatMap((row) => {
        const device = model.devices.get(row.device_id)
        const hanging = named(row)
        // the same private addresses are used in many places
        const isMeant = 'part' in mark || hanging.addresses.some((one) => one.startsWith(mark.address))
        if (!device || !isMeant) return []
        return [
          {
            ...{ ...hanging, since: row.since, ifName: row.if_name, beside: Number(row.there) - 1 },
            switch: { id: device.id, name: device.name },
            site: { id: device.siteId, name: model.sites.get(device.siteId)?.name ?? '' },
          },
        ]
      }),
    }
  }

  /** Who a MAC is: by a device of ours whose it is, and by what those around its switch know. */
  async #named(viewer: Scope, rows: readonly { device_id: string; mac: string }[]) {
    const { db, estate } = this.#deps
    const macs = [...new Set(rows.map(({ mac }) => mac))]
    const model = await estate.model()
    const [devices, addresses] = [
      await devicesWithMacs(db, macs, model, viewer),
      Map.groupBy(await store.addressesOf(db, macs), ({ mac }) => mac),
    ]
    return ({ device_id, mac }: { device_id: string; mac: string }): Hanging => {
      const near = nearness(model, device_id)
      const known = (addresses.get(mac) ?? []).flatMap(({ device_id: by, address }) => {
        const distance = near(by)
        return distance === null ? [] : [{ address, distance }]
      })
      known.sort((a, b) => a.distance - b.distance || (a.address < b.address ? -1 : 1))
      return {
        mac,
        addresses: [...new Set(known.map(({ address }) => address))].slice(0, mostAddresses),
        device: devices(mac),
      }
    }
  }
}

/** By ifName. */
export type OnPorts = ReadonlyMap<string, readonly Hanging[]>

function changes<T>(old: readonly T[], told: readonly T[], keyOf: (row: T) => string) {
  const [before, now] = [new Map(old.map((row) => [keyOf(row), row])), new Map(told.map((row) => [keyOf(row), row]))] // prettier-ignore
  return {
    gone: [...before].flatMap(([key, row]) => (now.has(key) ? [] : [row])),
    come: [...now].flatMap(([key, row]) => (before.has(key) ? [] : [row])),
  }
}

/** How many regions lie between a device and one whose region is above, below or the same; null where neither is. */
function nearness({ devices, regions }: EstateModel, deviceId: string): (other: string) => number | null {
  const pathOf = (id: string) => regions.get(devices.get(id)?.regionId ?? '')?.path
  const own = pathOf(deviceId)
  return (other) => {
    const path = pathOf(other)
    if (own === undefined || path === undefined) return null
    if (!own.startsWith(path) && !path.startsWith(own)) return null
    return Math.abs(own.split('/').length - path.split('/').length)
  }
}

/** The map that draws itself: who stands opposite whom, as devices say, held against the circuits that are recorded. */
import type { Fact } from '@zongheng/collector/contract.ts'
import { adjacencies } from '@zongheng/inventory/adjacency.ts'
import type { AdjacencyEnd, StandingDevice, Surroundings } from '@zongheng/inventory/surroundings.ts'
import { circuitWords } from '@zongheng/inventory/circuit-words.ts'
import type { Db } from '../db/database.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Connection, Standing, TopologyAnswer } from './schema.ts'
import * as store from './store.ts'

type DeviceFact = Extract<Fact, { kind: 'device' }>
type Device = Awaited<ReturnType<typeof store.standing>>[number]
type Port = Awaited<ReturnType<typeof store.portsOf>>[number]
type Circuit = Awaited<ReturnType<typeof store.circuitsAt>>[number]

/** A county, or a city: a whole province is asked by its regions. */
export const mostDevices = 500

export class TopologyService {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
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

  async draw(viewer: Viewer, regionId?: string): Promise<TopologyAnswer> {
    const rows = await store.standing(this.#db, viewer, regionId, mostDevices + 1)
    const devices = rows.slice(0, mostDevices)
    const ids = devices.map(({ id }) => id)
    const [ports, circuits] = ids.length === 0 ? [[], []] : [await store.portsOf(this.#db, ids), await store.circuitsAt(this.#db, ids)] // prettier-ignore
    return {
      ...drawn(devices, ports, circuits),
      devices: devices.length,
      isCut: rows.length > mostDevices,
      newestAt: devices.reduce<number | null>((newest, { at }) => Math.max(newest ?? 0, at), null),
    }
  }
}

function drawn(devices: Device[], ports: Port[], circuits: Circuit[]) {
  const byId = new Map(devices.map((device) => [device.id, device]))
  const portsBy = Map.groupBy(ports, ({ device_id }) => device_id)
  const portAt = new Map(ports.map((port) => [keyOf(port.device_id, port.if_name), port]))
  const { found, strangers } = adjacencies(devices.map((device) => standingOf(device, portsBy.get(device.id) ?? []))) // prettier-ignore
  const refOf = (id: string) => ({ id, name: byId.get(id)!.name })
  const endOf = ({ deviceId, ifName }: AdjacencyEnd) => {
    const ifAlias = portAt.get(keyOf(deviceId, ifName))?.if_alias ?? ''
    const { placeId: _, ...says } = circuitWords(ifAlias)
    return { device: refOf(deviceId), siteId: byId.get(deviceId)!.site_id, ifName, ifAlias, says }
  }
  return {
    connections: found.map(({ layer, a, z, agreement, by }): Connection => {
      const interfaceIds = [a, z].map((end) => portAt.get(keyOf(end.deviceId, end.ifName))?.id)
      const there = circuits.filter((circuit) => endsOf(circuit).some((id) => interfaceIds.includes(id)))
      const ends = { a: endOf(a), z: endOf(z) }
      const isInside = ends.a.siteId === ends.z.siteId
      return {
        ...{ layer, ...ends, agreement, by },
        standing: isInside ? 'inside' : standingOfCircuits(there, interfaceIds),
        circuits: there.map(({ id, number }) => ({ id, name: number })),
      }
    }),
    strangers: strangers.map(({ deviceId, protocol, ifName, sysName, chassisId, portId }) => ({ device: refOf(deviceId), protocol, ifName, sysName, chassisId, portId })), // prettier-ignore
  }
}

const keyOf = (deviceId: string, ifName: string | null) => `${deviceId} ${ifName ?? ''}`
const endsOf = (circuit: Circuit) => [circuit.a_interface_id, circuit.z_interface_id]

function standingOfCircuits(there: Circuit[], interfaceIds: (string | undefined)[]): Standing {
  if (there.length === 0) return 'unrecorded'
  return there.some((circuit) => endsOf(circuit).every((id) => interfaceIds.includes(id))) ? 'recorded' : 'elsewhere' // prettier-ignore
}

const standingOf = (device: Device, ports: Port[]): StandingDevice => ({
  ...(JSON.parse(device.surroundings) as Surroundings),
  id: device.id,
  sysName: device.sys_name,
  interfaces: ports.map((port) => ({
    ifIndex: port.if_index!,
    ifName: port.if_name,
    ifDescr: port.if_descr,
    ifAlias: port.if_alias,
    ifPhysAddress: port.if_phys_address,
  })),
})

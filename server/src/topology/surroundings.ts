import type { CableSeen, Surroundings } from '@zongheng/inventory/surroundings.ts'
import type { Db } from '../db/database.ts'
import type { EstateModel } from '../estate/model.ts'
import type { EstateService } from '../estate/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { DeviceSurroundings } from './schema.ts'
import * as store from './store.ts'

export interface SurroundingsDeps {
  db: Db
  estate: Pick<EstateService, 'device' | 'model'>
}

type Scope = Pick<Viewer, 'regionPaths'>
type Refs = (mark: string) => DeviceSurroundings['cables'][number]['device']

/** Who stands around a device, what addresses it has, with whom it exchanges routes. */
export class SurroundingsService {
  readonly #deps: SurroundingsDeps

  constructor(deps: SurroundingsDeps) {
    this.#deps = deps
  }

  async of(viewer: Scope, deviceId: string): Promise<DeviceSurroundings> {
    const { db, estate } = this.#deps
    await estate.device(viewer, deviceId)
    const [row] = await store.saidBy(db, [deviceId])
    if (!row) return { at: null, cables: [], addresses: [], peers: [], vlans: [] }
    const { cables, addresses, peers, vlans = [] } = JSON.parse(row.surroundings) as Surroundings
    const model = await estate.model()
    const names = await store.named(db, distinct(cables.map(({ sysName }) => sysName.toLowerCase())))
    const byName = refsOf(names, model, viewer)
    const byMac = await devicesWithMacs(db, distinct(cables.map(({ chassisId }) => chassisId)), model, viewer) // prettier-ignore
    const byAddress = refsOf(addressesOf(model), model, viewer)
    const ports = new Map((await store.portsOf(db, [deviceId])).map((port) => [port.if_index, port.if_name]))
    return {
      at: row.at,
      cables: cables.map(({ protocol, ifName, sysName, chassisId, portId, portDescr }) => ({
        ...{ protocol, ifName, sysName, chassisId, portId, portDescr },
        device: byMac(chassisId) ?? byName(sysName.toLowerCase()),
      })),
      addresses: addresses.map(({ address, prefixLength, ifIndex }) => ({
        address,
        prefixLength,
        ifName: ports.get(ifIndex) ?? null,
      })),
      peers: peers.map(({ protocol, address }) => ({ protocol, address, device: byAddress(address) })),
      vlans,
    }
  }
}

/** Whose each of these MACs is, of the devices that the viewer may see. */
export const devicesWithMacs = async (db: Db, macs: string[], model: EstateModel, viewer: Scope): Promise<Refs> => refsOf(await store.withMacs(db, macs), model, viewer) // prettier-ignore

/** Whom each of these sees over its cables. */
export async function cablesOf(db: Db, deviceIds: readonly string[]): Promise<Map<string, CableSeen[]>> {
  const rows = deviceIds.length === 0 ? [] : await store.saidBy(db, deviceIds)
  return new Map(rows.map((row) => [row.device_id, (JSON.parse(row.surroundings) as Surroundings).cables]))
}

const distinct = (texts: string[]) => [...new Set(texts.filter((text) => text !== ''))]

const addressesOf = ({ devices }: EstateModel) =>
  [...devices.values()].flatMap(({ id, address, answersFrom }) =>
    distinct([address, ...answersFrom]).map((mark) => ({ id, mark })),
  )

/** By a mark that one device alone has, and only what the viewer may see. */
function refsOf(rows: readonly { id: string; mark: string }[], model: EstateModel, viewer: Scope): Refs {
  const byMark = Map.groupBy(rows, ({ mark }) => mark)
  return (mark) => {
    const found = new Set(byMark.get(mark)?.map(({ id }) => id))
    const device = found.size === 1 ? model.devices.get([...found][0]!) : undefined
    if (!device || !covers(viewer, model.regions.get(device.regionId)?.path ?? '')) return null
    return { id: device.id, name: device.name }
  }
}

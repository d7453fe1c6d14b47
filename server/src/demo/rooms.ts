import type { DeviceRole } from '@zongheng/inventory/device.ts'
import type { Feed } from '@zongheng/inventory/relation.ts'
import type { DeviceModel, EstateModel } from '../estate/model.ts'
import type { RoomDraft } from '../rooms/draft.ts'

/** A device powers another, or, for a site, its mains do. */
export interface Supply {
  fromId: string
  toId: string
  feed: Feed
}

export interface DemoRoom {
  room: RoomDraft
  supplies: Supply[]
}

/** Rack units of what stands in racks, from the top down in this order. */
const heights: Partial<Record<DeviceRole, number>> = {
  'core-router': 8,
  'access-router': 1,
  'vpn-gateway': 1,
  'core-switch': 10,
  'access-switch': 1,
  environment: 1,
  server: 2,
}
const rackUnits = 42

/** One room at every site that has a UPS: racks, and what powers what. By keys that are never given twice. */
export function demoRooms({ sites, devices, regions }: EstateModel): Map<string, DemoRoom> {
  const bySite = Map.groupBy(devices.values(), ({ siteId }) => siteId)
  const found = new Map<string, DemoRoom>()
  for (const { id: siteId, name, regionId } of sites.values()) {
    const here = (bySite.get(siteId) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1))
    const region = regions.get(regionId)
    if (!region || !here.some(({ role }) => role === 'ups')) continue
    const isBig = region.tier === 'province'
    const room = { regionId, siteId, name: `${name.replace(/(机房|数据中心)$/, '')}${isBig ? '数据中心主机房' : '机房'}`, floor: isBig ? '3 层' : '1 层' } // prettier-ignore
    const racked = here.filter(({ role }) => heights[role] !== undefined)
    const standing = here.filter(({ role }) => heights[role] === undefined).map(({ id }) => id)
    found.set(`room ${region.code}`, { room: { ...room, standing, racks: racksOf(racked) }, supplies: suppliesOf(siteId, here) }) // prettier-ignore
  }
  return found
}

/** Network in the first rack, servers in the second; filled from the top, a unit of air between them. */
function racksOf(devices: DeviceModel[]): RoomDraft['racks'] {
  const [servers, network] = [devices.filter(isServer), devices.filter((device) => !isServer(device))]
  const parts = devices.length > 8 ? [network, servers] : [[...network, ...servers]]
  return parts.map((part, i) => {
    let top = rackUnits - 1
    const order = Object.keys(heights)
    const mounts = part
      .toSorted((a, b) => order.indexOf(a.role) - order.indexOf(b.role))
      .map(({ id: deviceId, role }) => {
        const height = heights[role]!
        const unit = top - height + 1
        top = unit - 2
        return { deviceId, unit, height, face: 'front' as const }
      })
    return { name: `A${String(i + 1).padStart(2, '0')}`, units: rackUnits, mounts }
  })
}

const isServer = ({ role }: DeviceModel) => role === 'server'

/** Mains feed each UPS. What has two power units hangs on both UPS, or on one and on the mains; the rest on one. */
function suppliesOf(siteId: string, devices: DeviceModel[]): Supply[] {
  const ups = devices.filter(({ role }) => role === 'ups')
  const doubly = new Set<DeviceRole>(['core-router', 'core-switch', 'server'])
  const others = devices.filter(({ role }) => role !== 'ups')
  return [
    ...ups.map(({ id }): Supply => ({ fromId: siteId, toId: id, feed: 'A' })),
    ...others.flatMap(({ id, role }): Supply[] => [
      { fromId: ups[0]!.id, toId: id, feed: 'A' },
      ...(doubly.has(role) ? [{ fromId: ups[1]?.id ?? siteId, toId: id, feed: 'B' as const }] : []),
    ]),
  ]
}

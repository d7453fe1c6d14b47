/** What each device says of who stands opposite: over its cables, by its subnets of two, by its routing neighbours. */
import { Directory } from './adjacency-names.ts'
import type { AdjacencyEnd, Evidence, StandingDevice, Stranger } from './surroundings.ts'

export interface Claim {
  layer: 2 | 3
  near: AdjacencyEnd
  far: AdjacencyEnd
  by: Evidence
}

export function claimsOf(devices: readonly StandingDevice[]): { claims: Claim[]; strangers: Stranger[] } {
  const strangers: Stranger[] = []
  const cables = byCable(devices, strangers)
  return { claims: [...cables, ...byAddress(devices)], strangers }
}

function byCable(devices: readonly StandingDevice[], strangers: Stranger[]): Claim[] {
  const directory = new Directory(devices)
  return devices.flatMap((device) =>
    device.cables.flatMap((seen): Claim[] => {
      const far = directory.deviceOf(seen)
      if (!far) strangers.push({ deviceId: device.id, ...seen })
      if (!far || far === device) return []
      const near = { deviceId: device.id, ifName: seen.ifName || null }
      return [{ layer: 2, near, far: { deviceId: far.id, ifName: directory.portOf(far, seen) }, by: seen.protocol }] // prettier-ignore
    }),
  )
}

interface OwnedAddress extends AdjacencyEnd {
  address: string
  network: string | null
}

function byAddress(devices: readonly StandingDevice[]): Claim[] {
  const owned = devices.flatMap(ownedBy)
  const owners = Map.groupBy(owned, ({ address }) => address)
  const networks = Map.groupBy(owned.filter(({ network }) => network !== null), ({ network }) => network!) // prettier-ignore
  const subnets = [...networks.values()].flatMap((ends) =>
    ends.flatMap((near) =>
      ends.filter((far) => far.deviceId !== near.deviceId).map((far) => claim(near, far, 'subnet')),
    ),
  )
  return [...subnets, ...devices.flatMap((device) => byPeer(device, owners, networks))]
}

/** An address that two devices have says nothing. */
function byPeer(
  device: StandingDevice,
  owners: ReadonlyMap<string, OwnedAddress[]>,
  networks: ReadonlyMap<string, OwnedAddress[]>,
): Claim[] {
  return device.peers.flatMap(({ address, protocol }) => {
    const [far, ...others] = owners.get(address) ?? []
    if (!far || far.deviceId === device.id || others.some((one) => one.deviceId !== far.deviceId)) return []
    const near = networks.get(far.network ?? '')?.find((one) => one.deviceId === device.id)
    return [near ? claim(near, far, protocol) : claim(portless(device.id), portless(far.deviceId), protocol)]
  })
}

/** Sessions between loopbacks say nothing of ports. */
const portless = (deviceId: string): AdjacencyEnd => ({ deviceId, ifName: null })

const claim = (near: AdjacencyEnd, far: AdjacencyEnd, by: Evidence): Claim => ({
  layer: 3,
  near: { deviceId: near.deviceId, ifName: near.ifName },
  far: { deviceId: far.deviceId, ifName: far.ifName },
  by,
})

function ownedBy(device: StandingDevice): OwnedAddress[] {
  const names = new Map(device.interfaces.map(({ ifIndex, ifName }) => [ifIndex, ifName]))
  return device.addresses.map(({ address, prefixLength, ifIndex }) => ({
    deviceId: device.id,
    ifName: names.get(ifIndex) ?? null,
    address,
    network: subnetOfTwo(address, prefixLength),
  }))
}

/** Of /30 and /31 [RFC 3021]: what only two can share. */
function subnetOfTwo(address: string, prefixLength: number | null): string | null {
  if (prefixLength !== 30 && prefixLength !== 31) return null
  const octets = address.split('.').map(Number)
  const isAddress = octets.length === 4 && octets.every((one) => Number.isInteger(one) && one >= 0 && one <= 255) // prettier-ignore
  if (!isAddress || octets[0] === 127) return null
  const size = 2 ** (32 - prefixLength)
  return [...octets.slice(0, 3), octets[3]! - (octets[3]! % size)].join('.') + `/${prefixLength}`
}

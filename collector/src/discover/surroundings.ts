/** Who stands around a device, as its discovery tells the server: bounded, and in an order that a second walk does not change. */
import type { RoutingPeer, Surroundings } from '@zongheng/inventory/surroundings.ts'
import type { Discovery } from './plan.ts'

/** Of each kind; a table that never ends is cut here. */
export const mostAround = 2000

export function surroundingsOf({
  neighbours = [],
  chassisId = '',
  addresses = [],
  bgpPeers = [],
  ospfNeighbours = [],
  vlans = [],
}: Discovery): Surroundings {
  const peers: RoutingPeer[] = [
    ...bgpPeers.map(({ peer }) => ({ protocol: 'bgp', address: peer }) as const),
    ...ospfNeighbours.map((address) => ({ protocol: 'ospf', address }) as const),
  ]
  return {
    chassisId,
    cables: inOrder(neighbours.flatMap(({ seen }) => seen ?? [])),
    addresses: inOrder(addresses),
    peers: inOrder(peers),
    vlans,
  }
}

function inOrder<T>(rows: readonly T[]): T[] {
  const keyed = rows.slice(0, mostAround).map((row) => [JSON.stringify(row), row] as const)
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, row]) => row)
}

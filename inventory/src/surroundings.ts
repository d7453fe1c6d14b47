/** What devices say of what stands around them, and who stands opposite whom by that: the words of `adjacency.ts`. */

export type Evidence = 'lldp' | 'cdp' | 'subnet' | 'words' | RoutingPeer['protocol']

/** What a device says of its surroundings. Addresses are IPv4; MACs 12 hex digits. */
export interface Surroundings {
  /** LldpChassisId of its own; blank where it does not tell. */
  chassisId: string
  cables: CableSeen[]
  addresses: { address: string; prefixLength: number | null; ifIndex: number }[]
  peers: RoutingPeer[]
  /** By id; collectors of earlier versions do not say. */
  vlans?: { id: number; name: string }[]
}

/** Of each kind. More on one port is another network behind it. */
export const mostOfStations = { ports: 2000, onPort: 64, hosts: 2000 } as const

/** What hangs on a switch's ports, and whose addresses a device knows. */
export interface Stations {
  ports: { ifName: string; macs: string[] }[]
  /** Ports with more than anybody looks through: another network is behind them. */
  crowded: { ifName: string; count: number }[]
  hosts: { mac: string; address: string }[]
}

export interface StandingDevice extends Surroundings {
  id: string
  sysName: string
  interfaces: readonly StandingInterface[]
}

export interface StandingInterface {
  ifIndex: number
  ifName: string
  ifDescr: string
  ifAlias: string
  ifPhysAddress: string
}

/** What a device was told over one of its ports. `portId` may be a name, a MAC or a number, as the other side likes. */
export interface CableSeen {
  protocol: 'lldp' | 'cdp'
  ifName: string
  sysName: string
  chassisId: string
  portId: string
  portDescr: string
}

export interface RoutingPeer {
  protocol: 'bgp' | 'ospf'
  address: string
}

/** `ifName`: null where the device is known and its port is not. */
export interface AdjacencyEnd {
  deviceId: string
  ifName: string | null
}

/** `both`: each end names the other. `one`: the other says nothing. `conflicting`: the other names somebody else on that port. */
export const agreements = ['both', 'one', 'conflicting'] as const
export type Agreement = (typeof agreements)[number]

/** `a` is before `z` by id, then by name. */
export interface Adjacency {
  layer: 2 | 3
  a: AdjacencyEnd
  z: AdjacencyEnd
  agreement: Agreement
  by: Evidence[]
}

/** Somebody on a cable whom none of the devices is. */
export interface Stranger extends CableSeen {
  deviceId: string
}

export interface Adjacencies {
  found: Adjacency[]
  strangers: Stranger[]
}

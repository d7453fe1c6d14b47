/**
 * A routing neighbour across a circuit, as one number: an OSPF neighbour's ospfNbrState [OSPF-MIB, RFC 4750], a BGP peer's
 * bgpPeerState [BGP4-MIB, RFC 4273] and 100. 0 and 100: its row was there and is gone, as OSPF's is once it is dead.
 */
export const routingProtocols = ['ospf', 'bgp'] as const
export type RoutingProtocol = (typeof routingProtocols)[number]

/** By what the MIBs number; 0: gone. */
const states: Record<RoutingProtocol, readonly string[]> = {
  ospf: ['gone', 'down', 'attempt', 'init', 'twoWay', 'exchangeStart', 'exchange', 'loading', 'full'],
  bgp: ['gone', 'idle', 'connect', 'active', 'opensent', 'openconfirm', 'established'],
}
const bgpFrom = 100

export interface NeighbourSaid {
  protocol: RoutingProtocol
  /** The MIB's word for it. */
  state: string
  /** Null: seen, and by design not to exchange routes: two that are no designated routers of a segment [RFC 2328 §10.4]. */
  isUp: boolean | null
}

export const neighbourCode = (protocol: RoutingProtocol, state: number): number =>
  protocol === 'bgp' ? bgpFrom + state : state

/** Null for a number that means nothing. */
export function neighbourSaid(code: number): NeighbourSaid | null {
  const protocol = code >= bgpFrom ? 'bgp' : 'ospf'
  const state = states[protocol][protocol === 'bgp' ? code - bgpFrom : code]
  if (state === undefined) return null
  const isUp = state === 'full' || state === 'established' ? true : state === 'twoWay' ? null : false
  return { protocol, state, isUp }
}

import type { CircuitState } from '../world/circuit.ts'
import type { DeviceState } from '../world/device.ts'
import { address, int } from './value.ts'
import { compareOids, rows, table, type Leaf, type Row } from './view.ts'

interface Neighbour extends Row {
  circuit: CircuitState
  across: string
}

const full = 8
const established = 6
const active = 3

/** OSPF-MIB ospfNbrTable [RFC 4750]. */
const ospfNbrTable = table<Neighbour>('1.3.6.1.2.1.14.10.1', {
  1: ({ across }) => address(across),
  2: () => int(0),
  3: ({ across }) => address(across),
  6: () => int(full),
})

/** BGP4-MIB bgpPeerTable [RFC 4273]. */
const bgpPeerTable = table<Neighbour>('1.3.6.1.2.1.15.3.1', {
  2: ({ circuit }) => int(circuit.usable ? established : active),
  3: () => int(2), // bgpPeerAdminStatus start
  7: ({ across }) => address(across),
})

const isVpn = ({ circuit }: CircuitState) => circuit.role === 'backup'

/** Over leased lines routers speak OSPF, whose dead neighbours leave the table; over VPN they speak BGP. */
export function routing(device: DeviceState): Leaf[] {
  const all = device.ports.flatMap(({ circuit }) => circuit ?? [])
  const neighbour = (circuit: CircuitState, after: number[]): Neighbour => {
    const across = circuit.a === device ? circuit.circuit.zAddress : circuit.a.device.address
    return { circuit, across, index: [...across.split('.').map(Number), ...after] }
  }
  const sorted = (list: Neighbour[]) => list.toSorted((a, b) => compareOids(a.index, b.index))
  const ospf = sorted(all.filter((one) => !isVpn(one)).map((one) => neighbour(one, [0])))
  const bgp = sorted(all.filter(isVpn).map((one) => neighbour(one, [])))
  return [
    ...rows(ospfNbrTable, () => ospf.filter(({ circuit }) => circuit.usable)),
    ...rows(bgpPeerTable, bgp),
  ]
}

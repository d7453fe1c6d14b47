/** An ifName taken apart: `GE1/0/17` is kind `GE`, path [1, 0], port 17; a bare `1/1/17` has no kind. */
export interface PortName {
  kind: string
  path: number[]
  port: number
  /** Ten gigabit and faster: drawn as a cage, not as a socket. */
  wide: boolean
}

const shape = /^(\d*[A-Za-z][A-Za-z-]*)?\s?(\d+(?:\/\d+)*)$/
const logical =
  /^(vlan|lo|null|inloop|tu|vpn|eth-?trunk|bridge-agg|bagg|route-agg|ragg|port-?channel|po$|ag|trk|dialer|virtual|vt|nve|bri|async|cellular|ppp|sslvpn|register|stack)/i
const cage =
  /^(10GE|25GE|40GE|50GE|100GE|200GE|400GE|XGE|XGigabit|Te|TF|Ten|Twe|Fo|FGE|Hu|HGE|FortyGig|HundredGig|TwentyFive)/i

const management = /^(meth|m-?gigabitethernet|m-?ge|mgmt|management|fxp|ma)$/i

/** Whether one may log in by it and nothing is switched: `MEth0/0/1`, `M-GigabitEthernet0/0/0`, `mgmt0`. */
export const isManagement = ({ kind }: PortName): boolean => management.test(kind)

/** VLANs, tunnels, aggregates and the like, by their names alone. */
export const isLogical = (ifName: string): boolean => logical.test(ifName)

/** Null for what is no socket on the front: VLANs, tunnels, aggregates, loopbacks, sub-interfaces. */
export function parsePort(ifName: string): PortName | null {
  const [, kind = '', numbers] = shape.exec(ifName) ?? []
  if (numbers === undefined || logical.test(kind)) return null
  const path = numbers.split('/').map(Number)
  const port = path.pop() as number
  return { kind, path, port, wide: cage.test(kind) }
}

/** Orders ports as they sit on the device: by card, sockets before cages, by number. */
export function byPosition(a: PortName, b: PortName): number {
  for (let i = 0; i < Math.max(a.path.length, b.path.length); i++) {
    const difference = (a.path[i] ?? -1) - (b.path[i] ?? -1)
    if (difference !== 0) return difference
  }
  return Number(a.wide) - Number(b.wide) || a.kind.localeCompare(b.kind) || a.port - b.port
}

const shortKinds: [RegExp, string][] = [
  [/^(HundredGigE|HundredGigabitEthernet)/i, '100GE'],
  [/^(FortyGigE|FortyGigabitEthernet)/i, '40GE'],
  [/^(Twenty-?FiveGigE|TwentyFiveGigabitEthernet)/i, '25GE'],
  [/^(Ten-?GigabitEthernet|XGigabitEthernet|TenGigE)/i, 'XGE'],
  [/^M-GigabitEthernet/i, 'M-GE'],
  [/^GigabitEthernet/i, 'GE'],
  [/^FastEthernet/i, 'FE'],
  [/^Ethernet/i, 'Eth'],
  [/^Bridge-Aggregation/i, 'BAGG'],
  [/^Route-Aggregation/i, 'RAGG'],
  [/^Vlan-?interface/i, 'Vlan'],
]

/** As people write it where there is little room: `GE1/0/17` for `GigabitEthernet1/0/17`. */
export function shortPort(ifName: string): string {
  const known = shortKinds.find(([kind]) => kind.test(ifName))
  return known ? ifName.replace(known[0], known[1]) : ifName
}

import type { LogEntry } from '@zongheng/collector/contract.ts'
import type { DeviceModel, EstateModel } from '../estate/model.ts'
import { namesMatcher } from './matcher.ts'

/** An end of a circuit at a device. */
interface End {
  interfaceId: string
  ifName: string
  /** Of the router at the other end, where it is known. */
  neighbour: string | null
}

const ofPort = namesMatcher(['linkDown', 'cieLinkDown', 'LINK-*-UPDOWN', 'LINEPROTO-*-UPDOWN', 'IFNET/*/LINK_STATE', 'IFNET/*/LINK_UPDOWN', 'IFNET/*/PHY_UPDOWN', 'IFPDT/*/IF_STATE']) // prettier-ignore
const ofNeighbour = namesMatcher(['ospfNbrStateChange', 'bgpBackwardTransition', 'bgpBackwardTransNotification', 'OSPF*NBR*', 'OSPF-*-ADJCHG', 'BGP*STATE_CHANGED', 'BGP-*-ADJCHANGE']) // prettier-ignore
/** Traps that say a loss by their names alone. */
const sure = namesMatcher(['linkDown', 'cieLinkDown', 'bgpBackward*'])
const down = /\bdown\b|[=_]down\b/i
/** What parts words. A colon between digits does not: a channel is `Serial6/0/0:0`. */
const between = /[\s,;()="']+|:(?!\d)|(?<!\d):/
/** So much of a text is looked at. */
const textLooked = 500

const known = new WeakMap<EstateModel, ReadonlyMap<string, End[]>>()

/** Ports at ends of circuits that this record of a device says are lost, or have lost the neighbour behind them. */
export function lostPorts(entry: LogEntry, { id }: DeviceModel, model: EstateModel): string[] {
  const { name, values } = entry
  const isOfNeighbour = ofNeighbour(name)
  if (!isOfNeighbour && !ofPort(name)) return []
  const text = entry.text.slice(0, textLooked)
  if (!sure(name) && !down.test(`${name} ${text}`)) return []
  const ends = endsAt(model, id)
  const exact = ends.filter(({ interfaceId }) => interfaceId === values.interfaceId)
  if (exact.length > 0) return exact.map(({ interfaceId }) => interfaceId)
  const words = new Set(`${String(values.port ?? '')} ${text}`.split(between).map((word) => plain(word)))
  const isNamed = ({ ifName, neighbour }: End) =>
    words.has(plain(ifName)) || (isOfNeighbour && neighbour !== null && words.has(neighbour))
  return ends.filter(isNamed).map(({ interfaceId }) => interfaceId)
}

/** Names of ports as vendors write them at length and in short are one: `GigabitEthernet0/0/1`, `GE0/0/1`, `Gi0/0/1`. */
const kinds: [RegExp, string][] = [
  [/^(hundredgige|hundredgigabitethernet|hu)(?=\d)/, '100ge'],
  [/^(xgigabitethernet|tengigabitethernet|ten-gigabitethernet|te|xge|xgi)(?=\d)/, '10ge'],
  [/^(gigabitethernet|gi)(?=\d)/, 'ge'],
  [/^(fastethernet|fa)(?=\d)/, 'fe'],
  [/^(ethernet|et)(?=\d)/, 'eth'],
]
function plain(name: string): string {
  const lower = name.toLowerCase().replace(/\.+$/, '')
  const kind = kinds.find(([pattern]) => pattern.test(lower))
  return kind ? lower.replace(kind[0], kind[1]) : lower
}

function endsAt(model: EstateModel, deviceId: string): End[] {
  let ends = known.get(model)
  if (!ends) known.set(model, (ends = allEnds(model)))
  return ends.get(deviceId) ?? []
}

function allEnds({ circuits }: EstateModel): Map<string, End[]> {
  const ends = new Map<string, End[]>()
  const add = (deviceId: string, end: End) => ends.set(deviceId, [...(ends.get(deviceId) ?? []), end])
  for (const { a, z, leg } of circuits.values()) {
    add(a.deviceId, { ...a, neighbour: leg?.address ?? null }) // the leg's address is the lower end's
    add(z.deviceId, { ...z, neighbour: null })
  }
  return ends
}

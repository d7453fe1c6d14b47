import { byPosition, isLogical, isManagement, parsePort, type PortName } from './port-name.ts'

/** A socket on the front, in pixels. `upper`: in the row whose sockets stand upright. */
export interface Socket<T> {
  item: T
  x: number
  y: number
  width: number
  upper: boolean
  wide: boolean
  label: string
  /** The card that begins with it, where its box has several. */
  card?: string
}

export interface Chassis<T> {
  label: string
  y: number
  height: number
  sockets: Socket<T>[]
}

export interface Faceplate<T> {
  width: number
  height: number
  chassis: Chassis<T>[]
}

type Port = { ifName: string; ifSpeedBps?: number | null; ifType?: number | null }
type Placed<T> = { item: T; name: PortName }

const socket = { width: 17, pitch: 21 }
const cage = { width: 28, pitch: 34 }
const lineHeight = 62
const padding = 8
const chassisGap = 8
const blockOf = 6
const blockGap = 9
const cardGap = 15
/** IANAifType */
const ethernetCsmacd = 6
/** For the name of a card before its first socket. */
const cardWord = 20

/**
 * Lays ports out as on the real device: a box a chassis or stack member, a block a card, odd numbers above even ones (counting
 * from 0: even above odd), a gap after six columns, a new line where the box is full.
 */
export function layFaceplate<T extends Port>(
  items: readonly T[],
  width: number,
  left: number,
  right: number,
): Faceplate<T> {
  const known = items
    .map((item) => ({ item, name: named(item) }))
    .filter((p): p is Placed<T> => p.name !== null)
    .sort((a, b) => byPosition(a.name, b.name))
  const placed = known.length > 0 ? known : inARow(items)
  const chassis: Chassis<T>[] = []
  let y = 0
  for (const [label, ports] of boxes(placed)) {
    const { sockets, lines } = layChassis(ports, width - left - right)
    const height = lines * lineHeight + padding
    const moved = sockets.map((s) => ({ ...s, x: s.x + left, y: s.y + y + padding / 2 }))
    chassis.push({ label, y, height, sockets: moved })
    y += height + chassisGap
  }
  return { width, height: Math.max(0, y - chassisGap), chassis }
}

/** What stands beside the numbered boxes, as `MEth0/0/1` or `mgmt0` beside `GE1/0/1`, is no box: it goes last into the first. */
function boxes<T>(placed: Placed<T>[]): Map<string, Placed<T>[]> {
  const deepest = Math.max(...placed.map(({ name }) => name.path.length))
  const isNumbered = ({ name }: Placed<T>) => name.path.length === deepest && !isManagement(name)
  const numbered = new Set(placed.filter(isNumbered).map(({ name }) => chassisOf(name)))
  if (numbered.size === 0) return grouped(placed, ({ name }) => chassisOf(name))
  const isInside = ({ name }: Placed<T>) => numbered.has(chassisOf(name)) && !isManagement(name)
  const beside = placed.filter((port) => !isInside(port))
  const found = grouped(placed.filter(isInside), ({ name }) => chassisOf(name))
  for (const ports of found.values()) {
    ports.push(...beside)
    break
  }
  return found
}

/** Map.groupBy, which Chromium 102 lacks. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

/** Where no name says where a port sits: whatever a cable hangs on, in the order of the device. */
const inARow = <T extends Port>(items: readonly T[]): Placed<T>[] =>
  items
    .filter(({ ifName, ifType }) => ifType === ethernetCsmacd && !isLogical(ifName) && !/\.\d+$/.test(ifName))
    .map((item, i) => {
      const wide = (item.ifSpeedBps ?? 0) >= 10e9
      return { item, name: { kind: '', path: [], port: i + 1, wide } }
    })

/** What runs at ten gigabit is a cage, whatever it is called. */
function named(item: Port): PortName | null {
  const name = parsePort(item.ifName)
  return name && { ...name, wide: name.wide || (item.ifSpeedBps ?? 0) >= 10e9 }
}

/** A card within its box: the numbers between box and port. Null for what stands beside the box's own ports. */
const cardWordOf = ({ path }: PortName, first: PortName): string | null =>
  path.length > 1 && path[0] === first.path[0] ? path.slice(1).join('/') : null

/**
 * What a box is. Numbers alone do not say: of three the first is a member on an access switch and a slot elsewhere; of four it is a
 * chassis of several that are one.
 */
export function boxesAre(role: string, items: readonly Port[]): 'members' | 'slots' {
  const depth = Math.max(0, ...items.map(({ ifName }) => parsePort(ifName)?.path.length ?? 0))
  return role === 'access-switch' || depth > 2 ? 'members' : 'slots'
}

const chassisOf = (name: PortName) => String(name.path[0] ?? '')
const cardOf = (name: PortName) => `${name.path.join('/')} ${name.wide ? 'cage' : 'socket'} ${name.kind}`

function layChassis<T>(ports: Placed<T>[], room: number): { sockets: Socket<T>[]; lines: number } {
  const sockets: Socket<T>[] = []
  const cards = new Set(ports.flatMap(({ name }) => cardWordOf(name, ports[0]!.name) ?? []))
  let [x, line] = [0, 0]
  let before: string | null = null
  for (const card of grouped(ports, (p) => cardOf(p.name)).values()) {
    const size = card[0]?.name.wide ? cage : socket
    const word = cards.size > 1 ? cardWordOf(card[0]!.name, ports[0]!.name) : null
    if (word !== null && x + cardWord + size.width > room) [x, line] = [0, line + 1]
    if (word !== null) x += cardWord
    let begun = word === before ? null : word
    before = word
    let [column, inBlock] = [-1, 0]
    for (const { port, at } of columns(card)) {
      if (at.column !== column) {
        if (column >= 0) x += size.pitch
        if (inBlock === blockOf) [x, inBlock] = [x + blockGap, 0]
        if (x + size.width > room) [x, line, inBlock] = [0, line + 1, 0]
        ;[column, inBlock] = [at.column, inBlock + 1]
      }
      const { wide, port: number } = port.name
      sockets.push({
        item: port.item,
        x,
        y: line * lineHeight,
        width: size.width,
        upper: at.upper,
        wide,
        label: String(number),
        ...(begun !== null && { card: begun }),
      })
      begun = null
    }
    x += size.pitch + cardGap
    if (x + size.width > room) [x, line] = [0, line + 1]
  }
  const lines = sockets.length === 0 ? 0 : 1 + Math.max(...sockets.map((s) => s.y / lineHeight))
  return { sockets, lines }
}

/** Numbered pairs share a column: 1 over 2, or 0 over 1 where counting starts at 0. */
function columns<T>(card: Placed<T>[]): { port: Placed<T>; at: { column: number; upper: boolean } }[] {
  const base = Math.min(...card.map((p) => p.name.port)) === 0 ? 0 : 1
  return card.map((port) => {
    const position = port.name.port - base
    return { port, at: { column: Math.floor(position / 2), upper: position % 2 === 0 } }
  })
}

import { deviceRoles } from '@zongheng/inventory/device.ts'
import { tiers } from '@zongheng/inventory/region.ts'
import type { Connection, Topology } from '@zongheng/server/api.ts'

export interface GraphNode {
  id: string
  kind: 'site' | 'device'
  /** Of a device, the frame it stands in. */
  siteId: string | null
  width: number
  height: number
}
export interface GraphEdge {
  id: string
  from: string
  to: string
  look: Look
  /** Between two sites drawn as such there may be several. */
  connections: Connection[]
}
/** Of several the last is what is seen. */
export const looks = ['inside', 'recorded', 'unconfirmed', 'unrecorded', 'elsewhere', 'conflicting'] as const
export type Look = (typeof looks)[number]
export interface Graph {
  nodes: GraphNode[]
  edges: GraphEdge[]
  /** Devices at each site that nobody names: counted on the frame, not drawn. */
  alone: ReadonlyMap<string, number>
}

const deviceSize = { width: 132, height: 30 }
const siteSize = { width: 156, height: 28 }
/** Devices and sites; more are no picture: then sites alone are drawn, and what joins them. */
export const mostNodesDrawn = 80

export const worstLook = (some: readonly Look[]): Look =>
  some.reduce((worst, look) => (looks.indexOf(look) > looks.indexOf(worst) ? look : worst), 'inside')

export const lookOf = ({ agreement, standing }: Connection): Look =>
  agreement === 'conflicting' ? 'conflicting' : standing

/** The upper tier first, then the more central device: drawings go from there. */
function ranksOf({ sites, devices }: Topology): (deviceId: string) => number {
  const tierOf = new Map(sites.map(({ id, tier }) => [id, tiers.indexOf(tier)]))
  const ranks = new Map(devices.map(({ id, siteId, role }) => [id, tierOf.get(siteId)! * deviceRoles.length + deviceRoles.indexOf(role)])) // prettier-ignore
  return (id) => ranks.get(id)!
}

/** What is drawn of devices: those that are named by somebody, in their sites. O(devices + connections). */
export function deviceGraph(topology: Topology): Graph {
  const { sites, devices, connections, unconfirmed } = topology
  const rankOf = ranksOf(topology)
  const between = (one: string, other: string) =>
    rankOf(one) <= rankOf(other) ? { from: one, to: other } : { from: other, to: one }
  const named = new Set([...connections.flatMap(({ a, z }) => [a.deviceId, z.deviceId]), ...unconfirmed.flatMap(({ a, z }) => [a, z])]) // prettier-ignore
  const drawn = devices.filter(({ id }) => named.has(id))
  const alone = new Map<string, number>()
  for (const { id, siteId } of devices) if (!named.has(id)) alone.set(siteId, (alone.get(siteId) ?? 0) + 1)
  const frames = new Set(drawn.map(({ siteId }) => siteId))
  return {
    nodes: [
      ...sites.filter(({ id }) => frames.has(id)).map(({ id }): GraphNode => ({ id, kind: 'site', siteId: null, ...siteSize })), // prettier-ignore
      ...drawn.map(({ id, siteId }): GraphNode => ({ id, kind: 'device', siteId, ...deviceSize })),
    ],
    edges: [
      ...connections.map((one): GraphEdge => ({ id: one.key, ...between(one.a.deviceId, one.z.deviceId), look: lookOf(one), connections: [one] })), // prettier-ignore
      ...unconfirmed.map(({ circuit, a, z }): GraphEdge => ({ id: circuit.id, ...between(a, z), look: 'unconfirmed', connections: [] })), // prettier-ignore
    ],
    alone,
  }
}

/** The same as sites, and one line between two of them. */
export function siteGraph(topology: Topology): Graph {
  const { devices, sites } = topology
  const siteOf = new Map(devices.map(({ id, siteId }) => [id, siteId]))
  const byPair = new Map<string, GraphEdge & { seen: Look[] }>()
  for (const { from, to, look, connections } of deviceGraph(topology).edges) {
    const [a, z] = [siteOf.get(from)!, siteOf.get(to)!]
    if (a === z) continue
    const id = a < z ? `${a}~${z}` : `${z}~${a}`
    const edge = byPair.get(id) ?? { id, from: a, to: z, look, connections: [], seen: [] }
    edge.connections.push(...connections)
    edge.seen.push(look)
    byPair.set(id, edge)
  }
  const joined = new Set([...byPair.values()].flatMap(({ from, to }) => [from, to]))
  const alone = new Map<string, number>()
  for (const { siteId } of devices) alone.set(siteId, (alone.get(siteId) ?? 0) + 1)
  return {
    nodes: sites.filter(({ id }) => joined.has(id)).map(({ id }) => ({ id, kind: 'site', siteId: null, ...siteSize })), // prettier-ignore
    edges: Array.from(byPair.values(), ({ seen, ...edge }) => ({ ...edge, look: worstLook(seen) })),
    alone,
  }
}

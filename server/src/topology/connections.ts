/** Who stands opposite whom, whatever it is known by, and whether a recorded circuit knows of it. */
import { adjacencies } from '@zongheng/inventory/adjacency.ts'
import { describedPairs } from '@zongheng/inventory/circuit-match.ts'
import type { Place } from '@zongheng/inventory/circuit-words.ts'
import { agreements, type Adjacency, type AdjacencyEnd } from '@zongheng/inventory/surroundings.ts'
import type { CircuitModel } from '../estate/model.ts'
import { joins, type Ground } from './ground.ts'
import type { Connection, ConnectionEnd, Standing } from './schema.ts'

type Found = Pick<Adjacency, 'a' | 'z' | 'agreement' | 'by'> & { layers: Adjacency['layer'][] }

/** O((neighbours + ports) · log): strangers are those that none of the devices is. */
export function connectionsOf(ground: Ground, places: readonly Place[]) {
  const { found, strangers } = adjacencies(ground.standing())
  const seen = merged(found.map(({ layer, ...one }) => ({ ...one, layers: [layer] })))
  const all = [...seen, ...described(ground, places, seen)]
  return { connections: all.map((one) => connectionOf(ground, one)), strangers }
}

/** A cable and the subnet on it are one connection; so are a session between loopbacks and the cable under it. */
function merged(found: readonly Found[]): Found[] {
  const byPorts = new Map<string, Found>()
  const byDevices = new Map<string, Found[]>()
  const isKnown = ({ a, z }: Found) => a.ifName !== null && z.ifName !== null
  for (const one of [...found].sort((x, y) => Number(isKnown(y)) - Number(isKnown(x)))) {
    const devices = `${one.a.deviceId} ${one.z.deviceId}`
    const between = byDevices.get(devices) ?? []
    const under = byPorts.get(keyOf(one)) ?? (!isKnown(one) && between.length === 1 ? between[0] : undefined)
    if (under) Object.assign(under, united(under, one))
    else {
      const fresh = { ...one }
      byPorts.set(keyOf(one), fresh)
      byDevices.set(devices, [...between, fresh])
    }
  }
  return [...byPorts.values()]
}

const lineOf = ({ deviceId, ifName }: AdjacencyEnd) => `${deviceId} ${ifName?.split('.', 1)[0] ?? ''}`
const keyOf = ({ a, z }: Pick<Found, 'a' | 'z'>) => `${lineOf(a)}|${lineOf(z)}`

const united = (one: Found, other: Found): Partial<Found> => ({
  layers: [...new Set([...one.layers, ...other.layers])].sort(),
  by: [...new Set([...one.by, ...other.by])].sort(),
  agreement: agreements[Math.min(agreements.indexOf(one.agreement), agreements.indexOf(other.agreement))]!,
})

/** Ports of routers with nobody opposite that tells: most carriers' gear keeps LLDP to itself. */
function described(ground: Ground, places: readonly Place[], seen: readonly Found[]): Found[] {
  const taken = new Set(seen.flatMap(({ a, z }) => [lineOf(a), lineOf(z)]))
  const free = ground.ports.filter((port) => !taken.has(lineOf(port)) && ground.isDrawn(port.deviceId))
  const ports = free.map(({ deviceId, ifName, ifAlias }) => {
    const site = ground.siteOf(deviceId)
    return { deviceId, ifName, ifAlias, siteId: site.id, placeId: site.regionId }
  })
  return describedPairs(ports, places).map(({ a, z }) => {
    const ends = [a, z].map(({ deviceId, ifName }) => ({ deviceId, ifName })).sort((x, y) => (lineOf(x) < lineOf(y) ? -1 : 1)) // prettier-ignore
    return { a: ends[0]!, z: ends[1]!, layers: [], by: ['words'], agreement: 'both' }
  })
}

function connectionOf(ground: Ground, { a, z, layers, agreement, by }: Found): Connection {
  const ends = { a: ground.end(a), z: ground.end(z) }
  const isInside = ground.siteOf(a.deviceId) === ground.siteOf(z.deviceId)
  const there = isInside ? [] : circuitsOf(ground, ends.a, ends.z)
  return {
    key: `${portKey(ends.a)}~${portKey(ends.z)}`,
    ...{ layers, ...ends, agreement, by },
    standing: isInside ? 'inside' : standingOf(there, a, z),
    linkId: there[0]?.linkId ?? (isInside ? null : ground.linkBetween(a.deviceId, z.deviceId)),
    circuits: there.map(({ id, number }) => ({ id, name: number })),
  }
}

const portKey = ({ deviceId, interfaceId }: ConnectionEnd) => interfaceId ?? deviceId

/** Those that join the two; else those that end on either port, or whose number is written there. */
function circuitsOf(ground: Ground, a: ConnectionEnd, z: ConnectionEnd): CircuitModel[] {
  const near = [...ground.circuitsOn(a), ...ground.circuitsOn(z)]
  const joining = near.filter((circuit) => joins(circuit, a, z))
  const bare = a.ifName === null && z.ifName === null ? ground.circuits.filter((one) => joins(one, a, z)) : []
  const named = [a, z].flatMap(({ says }) => ground.circuitsNumbered(says.number))
  const first = [joining, near, bare, named].find((some) => some.length > 0) ?? []
  return [...new Set(first)].sort((x, y) => (x.id < y.id ? -1 : 1))
}

function standingOf(there: readonly CircuitModel[], a: AdjacencyEnd, z: AdjacencyEnd): Standing {
  if (there.length === 0) return 'unrecorded'
  return there.some((circuit) => joins(circuit, a, z)) ? 'recorded' : 'elsewhere'
}

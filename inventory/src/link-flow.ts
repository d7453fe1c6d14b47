/** Which of a link's circuits carries what, by direction: a way out over one and back over another hides half of every fault. */

/** What one circuit carries, bit/s; `in` is what the lower site receives. */
export interface CircuitFlow {
  id: string
  inBps: number
  outBps: number
  /** More than this is traffic, less the keepalives of an idle line. */
  leastBps: number
}

/** The circuit that carries a direction, and its share of it. */
export interface Carrier {
  circuitId: string
  percent: number
}

export interface Directions {
  in: Carrier | null
  out: Carrier | null
  isAsymmetric: boolean
}

/** A circuit with this share of a direction carries it; less is shared load. */
export const carrierPercent = 80

/** Of circuits whose traffic is known. Asymmetric: each direction has its circuit, and they are two. */
export function directionsOf(flows: readonly CircuitFlow[]): Directions {
  const [inward, outward] = [carrierOf(flows, 'inBps'), carrierOf(flows, 'outBps')]
  const isAsymmetric = inward !== null && outward !== null && inward.circuitId !== outward.circuitId
  return { in: inward, out: outward, isAsymmetric }
}

function carrierOf(flows: readonly CircuitFlow[], direction: 'inBps' | 'outBps'): Carrier | null {
  const total = flows.reduce((sum, flow) => sum + flow[direction], 0)
  const most = flows.find((flow) => flow[direction] > flow.leastBps && 100 * flow[direction] >= carrierPercent * total) // prettier-ignore
  return most ? { circuitId: most.id, percent: (100 * most[direction]) / total } : null
}

/** What is known of one circuit's carrying: from its counters, and from its routing neighbour. */
export interface Carrying {
  traffic: boolean | null
  neighbourUp: boolean | null
}

/**
 * What routing or traffic shows, circuit by circuit. Counters say what is. Without them a neighbour that is away says that nothing
 * can be carried; one that is there says so only where the neighbours of all of the link's circuits are known.
 */
export function carryingOf(circuits: readonly Carrying[]): (boolean | null)[] {
  const isRouted = circuits.every(({ neighbourUp }) => neighbourUp !== null)
  return circuits.map(
    ({ traffic, neighbourUp }) => traffic ?? (neighbourUp && !isRouted ? null : neighbourUp),
  )
}

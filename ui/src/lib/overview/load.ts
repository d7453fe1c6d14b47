import type { Link, LinkCircuit } from '@zongheng/server/api.ts'

/** Above this share of the rented bandwidth a line is full enough to be drawn in ink. */
export const loadLimit = 0.85

/** The busier direction as a share of the rented bandwidth; null when neither is known. */
export function circuitLoad(circuit: LinkCircuit): number | null {
  if (circuit.inBps === null && circuit.outBps === null) return null
  return Math.max(circuit.inBps ?? 0, circuit.outBps ?? 0) / circuit.bandwidthBps
}

/** The load of the circuit that carries the link; null when none does or nothing is known. */
export function linkLoad(link: Link): number | null {
  const active = link.circuits.find((circuit) => circuit.id === link.activeCircuitId)
  return active ? circuitLoad(active) : null
}

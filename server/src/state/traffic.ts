import { utilisationLimit } from '@zongheng/inventory/access.ts'
import type { CircuitModel } from '../estate/model.ts'
import type { Observations } from './observations.ts'
import type { InterfaceSeen } from './ports.ts'

/** bit/s on a circuit, seen from its A end: `in` is what the lower site receives. */
export interface Traffic {
  inBps: number
  outBps: number
  atMs: number
  errors: number
  packets: number
}

const freshMs = 150_000
const leastCarriedBps = 20_000
const leastCarriedShare = 0.001

/** From the A end's interface; from the Z end's, turned round, when the A end says nothing fresh. */
export function trafficOf(circuit: CircuitModel, o: Observations, nowMs: number): Traffic | null {
  const a = fresh(o.interfaces.get(circuit.a.interfaceId), nowMs)
  if (a) return { inBps: bps(a, 'ifHCOutOctets'), outBps: bps(a, 'ifHCInOctets'), ...tail(a) }
  const z = fresh(o.interfaces.get(circuit.z.interfaceId), nowMs)
  return z ? { inBps: bps(z, 'ifHCInOctets'), outBps: bps(z, 'ifHCOutOctets'), ...tail(z) } : null
}

const bps = (seen: InterfaceSeen, metric: 'ifHCInOctets' | 'ifHCOutOctets') => 8 * (seen.perS(metric) ?? 0)
const tail = (seen: InterfaceSeen) => ({ atMs: seen.ratesAtMs, errors: seen.errors, packets: seen.packets })

function fresh(seen: InterfaceSeen | undefined, nowMs: number): InterfaceSeen | null {
  return seen && seen.ratesAtMs > 0 && nowMs - seen.ratesAtMs <= freshMs ? seen : null
}

/** The keepalives of an idle line stay below. */
export const leastCarried = (bandwidthBps: number): number =>
  Math.max(leastCarriedBps, leastCarriedShare * bandwidthBps)

export function carries(traffic: Traffic, bandwidthBps: number): boolean {
  return Math.max(traffic.inBps, traffic.outBps) > leastCarried(bandwidthBps)
}

/** Remembers since when each circuit is over the graver limit of utilisation. */
export class UtilisationWatch {
  readonly #highSince = new Map<string, number>()

  /** `highSinceMs` only once it has lasted as long as the limit asks. */
  of(
    circuit: CircuitModel,
    traffic: Traffic | null,
    nowMs: number,
  ): { percent: number; highSinceMs: number | null } | null {
    if (!traffic) return null
    const percent = (100 * Math.max(traffic.inBps, traffic.outBps)) / circuit.bandwidthBps
    if (percent <= utilisationLimit.major) this.#highSince.delete(circuit.id)
    else if (!this.#highSince.has(circuit.id)) this.#highSince.set(circuit.id, traffic.atMs)
    const since = this.#highSince.get(circuit.id)
    const lasted = since !== undefined && nowMs - since >= utilisationLimit.forMs
    return { percent, highSinceMs: lasted ? since : null }
  }
}

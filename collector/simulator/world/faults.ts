import type { FaultKind, SimulatedFault } from '@zongheng/inventory/demo/faults.ts'
import { bothLost, unimpaired, type Impairment } from './circuit.ts'

/** Alternating: gone for as long as it is back. */
export const flapMs = 25_000

const degraded = { lossPercent: 8, latencyMs: 180, errorsPerS: 20 }

const flapPhase = (fault: SimulatedFault, atMs: number) => Math.floor((atMs - fault.startedAt) / flapMs)

const effects: Partial<Record<FaultKind, (fault: SimulatedFault, atMs: number) => Partial<Impairment>>> = {
  'circuit-cut': () => ({ cut: true }),
  'circuit-flap': (fault, atMs) => ({ cut: flapPhase(fault, atMs) % 2 === 0 }),
  'circuit-one-way': () => ({ oneWay: true }),
  'circuit-saturate': () => ({ saturated: true }),
  'circuit-degrade': (fault) => ({
    lossPercent: fault.lossPercent ?? degraded.lossPercent,
    latencyMs: fault.latencyMs ?? degraded.latencyMs,
    errorsPerS: fault.errorsPerS ?? degraded.errorsPerS,
  }),
}

/** What all of a circuit's faults together do to it. */
export function impairmentOf(faults: SimulatedFault[], atMs: number): Impairment {
  return faults.reduce((sum, fault) => {
    const more = { ...unimpaired, ...effects[fault.kind]?.(fault, atMs) }
    return {
      cut: sum.cut || more.cut,
      saturated: sum.saturated || more.saturated,
      oneWay: sum.oneWay || more.oneWay,
      lossPercent: bothLost(sum.lossPercent, more.lossPercent),
      latencyMs: sum.latencyMs + more.latencyMs,
      errorsPerS: sum.errorsPerS + more.errorsPerS,
    }
  }, unimpaired)
}

/** When a fault next changes by itself; Infinity for one that stays as it is. */
export function nextTurnMs(fault: SimulatedFault, atMs: number): number {
  return fault.kind === 'circuit-flap' ? fault.startedAt + (flapPhase(fault, atMs) + 1) * flapMs : Infinity
}

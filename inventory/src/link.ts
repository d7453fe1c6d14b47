import type { CircuitState } from './circuit.ts'
import type { Priority, Severity } from './severity.ts'

/** Worst first. */
export const linkStates = ['down', 'on-backup', 'degraded', 'unprotected', 'unknown', 'normal'] as const
export type LinkState = (typeof linkStates)[number]

/** How grave a link state is, and how urgent its incident. */
export const linkSeverity: Record<LinkState, { severity: Severity; priority: Priority } | null> = {
  down: { severity: 'critical', priority: 'P1' },
  'on-backup': { severity: 'major', priority: 'P2' },
  degraded: { severity: 'minor', priority: 'P3' },
  unprotected: { severity: 'warning', priority: 'P3' },
  unknown: null,
  normal: null,
}

/** A backup that was last seen well this long ago still counts as one. */
export const backupTrustMs = 15 * 60_000

/** A circuit as its link sees it, in carrying order (primary first). */
export interface CarriedCircuit {
  id: string
  state: CircuitState
  /** Since when it is in this state. */
  sinceMs: number
  /** When it was last up or degraded; null if never. */
  usableAt: number | null
  /** What routing or traffic shows; null when they show nothing. */
  carries: boolean | null
}

export interface LinkVerdict {
  state: LinkState
  activeCircuitId: string | null
}

const usable = (circuit: CarriedCircuit) => circuit.state === 'up' || circuit.state === 'degraded'

/** The circuit that carries the link: shown by traffic (if several, the first), else the first that could. */
export function activeCircuit(circuits: CarriedCircuit[]): CarriedCircuit | null {
  return circuits.find((c) => usable(c) && c.carries === true) ?? circuits.find(usable) ?? null
}

/** First match wins; see the table of link states in the model. Unknown is never shown as normal. */
export function judgeLink(circuits: CarriedCircuit[], nowMs: number): LinkVerdict {
  const [primary, ...backups] = circuits
  if (!primary) return { state: 'unknown', activeCircuitId: null }
  if (circuits.every((c) => c.state === 'down')) return { state: 'down', activeCircuitId: null }
  const active = activeCircuit(circuits)
  if (!active) return { state: 'unknown', activeCircuitId: null }
  const is = (state: LinkState): LinkVerdict => ({ state, activeCircuitId: active.id })
  if (active.id !== primary.id)
    return primary.state === 'unknown' && active.carries !== true ? is('unknown') : is('on-backup')
  if (primary.state === 'degraded') return is('degraded')
  const lost = (c: CarriedCircuit) =>
    c.state === 'down' || (c.state === 'unknown' && nowMs - c.sinceMs > backupTrustMs)
  if (backups.some(lost)) return is('unprotected')
  const trusted = (c: CarriedCircuit) =>
    usable(c) || (c.usableAt !== null && nowMs - c.usableAt <= backupTrustMs)
  return is(backups.every(trusted) ? 'normal' : 'unknown')
}

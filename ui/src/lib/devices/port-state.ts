import type { Interface } from '@zongheng/server/api.ts'
import { parsePort } from './port-name.ts'

/** `idle`: nothing is plugged in. `lost`: it carries a circuit or is labelled for a use, and is down. */
export const portStates = ['lost', 'errors', 'up', 'idle', 'shut', 'unknown'] as const
export type PortState = (typeof portStates)[number]

type PortFacts = Pick<
  Interface,
  'ifIndex' | 'ifAdminStatus' | 'ifOperStatus' | 'ifAlias' | 'circuitId' | 'errorsPerS'
>

export function portState(port: PortFacts): PortState {
  if (port.ifIndex === null || port.ifOperStatus === 'unknown' || port.ifOperStatus === '') return 'unknown'
  if (port.ifAdminStatus === 'down') return 'shut'
  if (port.ifOperStatus === 'up' || port.ifOperStatus === 'dormant')
    return (port.errorsPerS ?? 0) > 0 ? 'errors' : 'up'
  return port.circuitId !== null || port.ifAlias !== '' ? 'lost' : 'idle'
}

/** The busier direction against the port's speed, percent; null when either is unknown. */
export function portLoad(port: Pick<Interface, 'ifSpeedBps' | 'inBps' | 'outBps'>): number | null {
  if (!port.ifSpeedBps || (port.inBps === null && port.outBps === null)) return null
  return (100 * Math.max(port.inBps ?? 0, port.outBps ?? 0)) / port.ifSpeedBps
}

/** Worst first, then the busiest, then as they sit on the device. */
export function byTrouble<T extends PortFacts & Pick<Interface, 'ifName' | 'inBps' | 'outBps'>>(
  ports: readonly T[],
): T[] {
  const rank = (port: T) => portStates.indexOf(portState(port))
  const traffic = (port: T) => Math.max(port.inBps ?? -1, port.outBps ?? -1)
  /** Loopbacks, VLANs and the like come after what a cable hangs on. */
  const logical = (port: T) => Number(port.circuitId === null && parsePort(port.ifName) === null)
  return [...ports].sort((a, b) => rank(a) - rank(b) || logical(a) - logical(b) || traffic(b) - traffic(a))
}

/** The mark and tint of each port state. */
export const stateMarks: Record<PortState, string> = {
  lost: 'down',
  errors: 'degraded',
  up: 'up',
  idle: 'unknown',
  shut: 'unknown',
  unknown: 'unknown',
}

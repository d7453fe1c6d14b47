/** What is wrong with the duplex of a port: collisions late in the frame, errors under load, and nothing to see while it is quiet. */
import type { Duplex } from './interface.ts'

export interface DuplexReading {
  duplex: Duplex | null
  ifSpeedBps: number | null
  /** Of the port at the other end of its line, where it is known. */
  far: Duplex | null
}

/** From 100 Mbit/s on half duplex is a negotiation that failed; below, old equipment may know nothing else [IEEE 802.3]. */
const fastBps = 100_000_000

/** `differs`: the far end sends whenever it likes; `half`: a fast port that waits for silence. */
export function duplexFault({ duplex, ifSpeedBps, far }: DuplexReading): 'differs' | 'half' | null {
  if (duplex !== 'half') return null
  if (far === 'full') return 'differs'
  return ifSpeedBps !== null && ifSpeedBps >= fastBps ? 'half' : null
}

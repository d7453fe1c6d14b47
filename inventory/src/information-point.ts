/** Information points 信息点, the telecommunications outlets of a building [GB 50311]: what is recorded of one, held against its port. Pure. */
export const pointStates = ['free', 'used', 'faulty'] as const
export type PointState = (typeof pointStates)[number]

/**
 * - port-gone: the device no longer has the port, or is no longer there.
 * - free-but-up: recorded as free, and something is plugged in.
 * - used-but-quiet: recorded as used, and nothing was plugged in for a month.
 * - other-neighbour: the port's neighbour is not what is recorded to hang there.
 * - other-port: what is recorded to hang there hangs on another port of the switch.
 */
export const pointFindings = [
  'port-gone',
  'other-neighbour',
  'other-port',
  'free-but-up',
  'used-but-quiet',
] as const
export type PointFinding = (typeof pointFindings)[number]

/** The port of a point, as the network shows it. */
export interface PointPort {
  isThere: boolean
  ifOperStatus: string
  /** Since when; null when nobody saw it change. */
  sinceMs: number | null
  /** Who tells of itself there. */
  neighbours: readonly NeighbourMarks[]
}

export interface NeighbourMarks {
  sysName: string
  /** A MAC as 12 hex digits, or what the other side likes. */
  chassisId: string
}

/** By what a device is known again on a cable. */
export interface HangingDevice {
  /** Its own, and the one that is recorded. */
  names: readonly string[]
  /** 12 hex digits each. */
  macs: readonly string[]
  /** The port of the switch that it is seen on, where that is another one. */
  otherPort: string | null
}

const quietAfterMs = 30 * 24 * 3_600_000

export function findingsOf(
  state: PointState,
  port: PointPort | null,
  hanging: HangingDevice | null,
  nowMs: number,
): PointFinding[] {
  if (!port) return []
  if (!port.isThere) return ['port-gone']
  const isUp = port.ifOperStatus === 'up'
  const isQuiet = port.ifOperStatus !== '' && !isUp && port.sinceMs !== null && nowMs - port.sinceMs > quietAfterMs // prettier-ignore
  const isOther = hanging !== null && isUp && port.neighbours.length > 0 && !port.neighbours.some((one) => isSame(one, hanging)) // prettier-ignore
  const found = { 'other-neighbour': isOther, 'other-port': hanging !== null && hanging.otherPort !== null, 'free-but-up': state === 'free' && isUp, 'used-but-quiet': state === 'used' && isQuiet } // prettier-ignore
  return (Object.keys(found) as (keyof typeof found)[]).filter((name) => found[name])
}

function isSame({ sysName, chassisId }: NeighbourMarks, { names, macs }: HangingDevice): boolean {
  const plain = (name: string) => name.toLowerCase().split('.')[0]!
  return (
    macs.includes(chassisId.toLowerCase()) ||
    (sysName !== '' && names.some((name) => name !== '' && plain(name) === plain(sysName)))
  )
}

/** Faults of the demo, as the simulator's control takes them: `target` is a key of the province. */
export const faultKinds = [
  'circuit-cut',
  'circuit-degrade',
  'device-down',
  'site-power',
  'room-hot',
  'circuit-saturate',
  'circuit-flap',
  'circuit-one-way',
  'fan-fail',
] as const
export type FaultKind = (typeof faultKinds)[number]

/** What each kind may be aimed at. room-hot and site-power take a site; fan-fail and device-down a device. */
export const faultTargets: Record<FaultKind, 'circuit' | 'device' | 'site'> = {
  'circuit-cut': 'circuit',
  'circuit-degrade': 'circuit',
  'circuit-saturate': 'circuit',
  'circuit-flap': 'circuit',
  'circuit-one-way': 'circuit',
  'device-down': 'device',
  'fan-fail': 'device',
  'site-power': 'site',
  'room-hot': 'site',
}

export interface SimulatedFault {
  id: string
  kind: FaultKind
  target: string
  lossPercent?: number
  latencyMs?: number
  errorsPerS?: number
  startedAt: number
}

import type { Link } from '@zongheng/server/api.ts'

export type LinkState = Link['state']

/** The seven forms of a state: one shape, one line pattern, one band height each. */
export type Mark = 'normal' | 'unprotected' | 'onbackup' | 'degraded' | 'down' | 'unknown' | 'maintenance'

/** Worst first. */
export const linkStates = [
  'down',
  'on-backup',
  'degraded',
  'unprotected',
  'unknown',
  'normal',
] as const satisfies readonly LinkState[]

const marks: Record<string, Mark> = {
  normal: 'normal',
  up: 'normal',
  unprotected: 'unprotected',
  'on-backup': 'onbackup',
  degraded: 'degraded',
  down: 'down',
  unknown: 'unknown',
  unreachable: 'unknown',
  maintenance: 'maintenance',
}

/** The form of any link, circuit, device, site or interface state; what nobody knows is unknown. */
export const markOf = (state: string | null | undefined): Mark => marks[state ?? ''] ?? 'unknown'

/** Worst is 0. */
export const linkStateRank = (state: string) => {
  const rank = linkStates.indexOf(state as LinkState)
  return rank === -1 ? linkStates.length : rank
}

/** Height of a state's band as a share of the whole band. */
export const bandHeight: Record<Mark, number> = {
  normal: 0.35,
  unprotected: 0.4,
  onbackup: 0.6,
  degraded: 0.7,
  down: 1,
  unknown: 1,
  maintenance: 0.6,
}

/** When something is wrong with a collector itself. Pure: what is known of it is an argument. */
import type { CollectorFault } from '@zongheng/collector/contract.ts'
import { evidence } from '@zongheng/inventory/evidence.ts'
import type { Finding } from './finding.ts'

/** How a collector fares, as it says itself, and whether it says anything. */
export interface CollectorLook {
  /** Since when it gives no sign; null while it does. */
  awaySinceMs: number | null
  /** It has said how it fares since this process started. */
  isHeard?: boolean
  onTimePercent?: number | null
  lagMs?: number | null
  faults?: readonly CollectorFault[]
}

export type CollectorIll = Pick<
  Finding,
  'condition' | 'severity' | 'priority' | 'holdMs' | 'clearHoldMs' | 'values' | 'evidence' | 'sinceMs'
>

/** How the way between server and collector looks: `cut` explains its silence, `fine` leaves only itself. */
export type LostWay = 'cut' | 'fine' | 'unknown'

/** Long enough that what cut it off has been found. */
const awayHoldMs = 15_000
const lateHoldMs = 5 * 60_000
const lateClearHoldMs = 60_000
const faultHoldMs = 30_000
const leastOnTimePercent = 90
const mostLagMs = 60_000

const major = { severity: 'major', priority: 'P2' } as const
const minor = { severity: 'minor', priority: 'P3' } as const
/** Of what nobody works on until it matters: shown, no incident. */
const shown = { severity: 'warning', priority: null } as const
/** Faults that need a hand. What is not listed is shown with the collector alone. */
const graveness: Record<string, typeof major | typeof minor | typeof shown> = {
  'disk-full': major,
  overload: major,
  'spool-at-bound': major,
  'clock-offset': minor,
  'spool-damaged': minor,
  'icmp-forbidden': shown,
  'icmp-missing': shown,
}
const gravest = ['major', 'minor', 'warning']

const usable: readonly (string | undefined)[] = ['normal', 'degraded', 'on-backup', 'unprotected']

/** `links`: states of the links between server and collector, or null when nobody knows the way. */
export function lostWay(isCut: boolean, links: readonly (string | undefined)[] | null): LostWay {
  if (isCut) return 'cut'
  return links?.every((state) => usable.includes(state)) ? 'fine' : 'unknown'
}

/** An absent one is not late as well: nobody knows. */
export function illsOf(look: CollectorLook, way: LostWay, nowMs: number): CollectorIll[] {
  if (look.awaySinceMs !== null) return [away(look.awaySinceMs, way)]
  return [lateness(look, nowMs), faulty(look, nowMs)].filter((ill) => ill !== null)
}

const away = (sinceMs: number, way: LostWay): CollectorIll => ({
  condition: 'collector-away',
  ...major,
  holdMs: awayHoldMs,
  clearHoldMs: 0,
  values: { way },
  evidence: [evidence('collector-away', 'bad', sinceMs, { way })],
  sinceMs,
})

function lateness({ onTimePercent = null, lagMs = null }: CollectorLook, nowMs: number): CollectorIll | null {
  const isUnpunctual = onTimePercent !== null && onTimePercent < leastOnTimePercent
  if (!isUnpunctual && (lagMs === null || lagMs <= mostLagMs)) return null
  const values = isUnpunctual
    ? { value: onTimePercent, limit: leastOnTimePercent, unit: '%' }
    : { value: Math.round(lagMs! / 1000), limit: mostLagMs / 1000, unit: 's' }
  return {
    condition: 'collector-late',
    ...minor,
    holdMs: lateHoldMs,
    clearHoldMs: lateClearHoldMs,
    values,
    evidence: [evidence('collector-late', 'bad', nowMs, values)],
    sinceMs: nowMs,
  }
}

/** All its faults are one finding, as grave as the gravest. */
function faulty({ faults = [] }: CollectorLook, nowMs: number): CollectorIll | null {
  const rank = ({ code }: CollectorFault) => gravest.indexOf(graveness[code]!.severity)
  const grave = faults
    .filter(({ code }) => Object.hasOwn(graveness, code))
    .sort((a, b) => rank(a) - rank(b) || a.code.localeCompare(b.code))
  const worst = grave[0]
  if (!worst) return null
  return {
    condition: 'collector-fault',
    ...graveness[worst.code]!,
    holdMs: faultHoldMs,
    clearHoldMs: faultHoldMs,
    values: { code: worst.code, codes: grave.map(({ code }) => code).join(' ') },
    evidence: grave.map(({ code, text, sinceMs }) =>
      evidence('collector-fault', 'bad', sinceMs ?? nowMs, { code, text }),
    ),
    sinceMs: worst.sinceMs ?? nowMs,
  }
}

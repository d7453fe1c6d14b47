/**
 * One thing that was looked at when a state was judged: what it said and when. The console words it from `code` and
 * `values`; nothing here is text for people.
 */
export interface EvidenceItem {
  code: EvidenceCode
  verdict: 'good' | 'bad' | 'neutral'
  at: number | null
  circuitId: string | null
  values: Record<string, string | number | null>
}

export const evidenceCodes = [
  'probe-ok',
  'probe-lost',
  'ends-up',
  'end-down',
  'end-admin-down',
  'rtt-high',
  'loss-high',
  'jitter-high',
  'errors-high',
  'duplex',
  'utilisation-high',
  'near-site-dark',
  'near-site-unsure',
  'traffic-carried',
  'traffic-none',
  'neighbour-up',
  'neighbour-down',
  'asymmetric',
  'flapping',
  'backup-idle',
  'device-answers',
  'device-silent',
  'site-visible',
  'site-dark',
  'collector-away',
  'collector-late',
  'collector-fault',
  'log-told',
  'series-capacity',
  'no-evidence',
  'circuit-state',
  'sensor-value',
  'measured',
  'group-down',
  'mains-lost',
  'cause',
  'check-ok',
  'check-failed',
  'check-limit',
  'check-unheard',
  'need-state',
] as const
export type EvidenceCode = (typeof evidenceCodes)[number]

export function evidence(
  code: EvidenceCode,
  verdict: EvidenceItem['verdict'],
  at: number | null,
  values: EvidenceItem['values'] = {},
  circuitId: string | null = null,
): EvidenceItem {
  return { code, verdict, at, circuitId, values }
}

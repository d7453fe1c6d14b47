import type { EvidenceItem } from '@zongheng/inventory/evidence.ts'

/** Part of an entity's history. */
export interface Span {
  state: string
  fromMs: number
  untilMs: number | null
  evidence: EvidenceItem[]
}

export interface Reckoning {
  knownMs: number
  unknownMs: number
  downMs: number
  errorBoundMs: number
  outages: number
  percent: number | null
}

/**
 * Availability of a period from state history: 1 − down ÷ (period − unknown), in ms. Time before the first known state counts
 * as unknown. The error bound adds, for each edge of each outage, the time between the two probes that saw the change.
 */
export function reckon(spans: Span[], fromMs: number, untilMs: number): Reckoning {
  let known = 0
  let down = 0
  let bound = 0
  let outages = 0
  for (const [i, span] of spans.entries()) {
    const lasted = Math.min(span.untilMs ?? untilMs, untilMs) - Math.max(span.fromMs, fromMs)
    if (lasted <= 0 || span.state === 'unknown') continue
    known += lasted
    if (span.state !== 'down') continue
    down += lasted
    outages += 1
    if (span.fromMs >= fromMs) bound += blindMs(span)
    const next = spans[i + 1]
    if (next && next.fromMs <= untilMs) bound += blindMs(next)
  }
  const percent = known > 0 ? 100 * (1 - down / known) : null
  return {
    knownMs: known,
    unknownMs: untilMs - fromMs - known,
    downMs: down,
    errorBoundMs: bound,
    outages,
    percent,
  }
}

/** Between the last look that saw the old state and the first that saw the new. */
function blindMs(span: Span): number {
  for (const { code, at, values } of span.evidence) {
    const other = code === 'probe-lost' ? values.okAtMs : code === 'probe-ok' ? values.lostAtMs : null
    const seen = code === 'probe-lost' ? Number(values.lostSinceMs) : at
    if (typeof other === 'number' && seen) return Math.max(0, seen - other)
  }
  return defaultBlindMs
}

const defaultBlindMs = 60_000 // a poll of SNMP status

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
    if (next && next.fromMs <= untilMs) bound += Math.min(blindMs(next), lasted)
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

/**
 * Between the last look that saw the old state and the first that saw the new: of the probe, or of an interface's status since
 * the probe last answered.
 */
function blindMs(span: Span): number {
  const said = (code: EvidenceItem['code']) => span.evidence.find((item) => item.code === code)
  const [lost, ok, end] = [said('probe-lost'), said('probe-ok'), said('end-down') ?? said('end-admin-down')]
  if (lost) return between(lost.values.okAtMs, lost.values.lostSinceMs)
  if (end) return between(ok?.at, end.at)
  return ok ? between(ok.values.lostAtMs, ok.at) : statusIntervalMs
}

const statusIntervalMs = 60_000

function between(before: unknown, after: unknown): number {
  const known = typeof before === 'number' && typeof after === 'number' && after >= before
  return known ? after - before : statusIntervalMs
}

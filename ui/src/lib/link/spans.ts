/** A stretch of a state. `untilAt` null: it lasts. */
export interface Span {
  state: string
  fromAt: number
  untilAt: number | null
}

/** The parts of the spans that lie in the period, in order. */
export function within(
  spans: readonly Span[],
  from: number,
  until: number,
): { state: string; from: number; until: number }[] {
  return spans
    .map((span) => ({
      state: span.state,
      from: Math.max(span.fromAt, from),
      until: Math.min(span.untilAt ?? until, until),
    }))
    .filter((part) => part.until > part.from)
    .sort((a, b) => a.from - b.from)
}

/** How long the period was spent in each state, ms. What no span covers counts as unknown. */
export function timeIn(spans: readonly Span[], from: number, until: number): Map<string, number> {
  const spent = new Map<string, number>()
  const add = (state: string, ms: number) => spent.set(state, (spent.get(state) ?? 0) + ms)
  let covered = 0
  for (const part of within(spans, from, until)) {
    add(part.state, part.until - part.from)
    covered += part.until - part.from
  }
  if (until - from > covered) add('unknown', until - from - covered)
  return spent
}

/** States in which nobody could see how it was. */
const unseen = ['unknown', 'unreachable']

/** Percent of the known time in which the state was none of `lost`; null when nothing is known. */
export function sharePercent(
  spans: readonly Span[],
  from: number,
  until: number,
  lost: readonly string[],
): number | null {
  const spent = timeIn(spans, from, until)
  const blindMs = unseen.reduce((sum, state) => sum + (spent.get(state) ?? 0), 0)
  const knownMs = until - from - blindMs
  if (knownMs <= 0) return null
  const lostMs = lost.reduce((sum, state) => sum + (spent.get(state) ?? 0), 0)
  return 100 * (1 - lostMs / knownMs)
}

/** One change of the link onto its backup, and how long it stayed there. */
export interface Failover {
  at: number
  /** Null while it lasts. */
  untilAt: number | null
}

/** Newest first. */
export function failovers(spans: readonly Span[], from: number, until: number): Failover[] {
  return spans
    .filter((span) => span.state === 'on-backup' && span.fromAt >= from && span.fromAt < until)
    .map((span) => ({ at: span.fromAt, untilAt: span.untilAt }))
    .sort((a, b) => b.at - a.at)
}

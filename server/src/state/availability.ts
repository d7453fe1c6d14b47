import type { EvidenceItem } from '@zongheng/inventory/evidence.ts'

/** Part of an entity's history. */
export interface Span {
  state: string
  fromMs: number
  /** Null: it lasts. */
  untilMs: number | null
  /** Read when it is asked for: only outages and what follows them are. */
  readonly evidence: EvidenceItem[]
}

/** From (inclusive) to until (exclusive), UTC epoch ms. */
export interface Period {
  fromMs: number
  untilMs: number
}

/** A stretch of being down that touches the period. */
export interface Outage {
  /** Where the stretch itself begins and ends, within the period or not; null: it lasts. */
  fromMs: number
  untilMs: number | null
  /** Within the period, outside of and within planned time. */
  downMs: number
  plannedMs: number
  /** By how much `downMs` can be off, from the rhythm of looking. */
  errorBoundMs: number
  evidence: EvidenceItem[]
}

/** up + down + planned + unknown is the period, to the millisecond. */
export interface Reckoning {
  upMs: number
  downMs: number
  plannedMs: number
  unknownMs: number
  errorBoundMs: number
  /** In order of time; those wholly within planned time too. */
  outages: Outage[]
  percent: number | null
}

/**
 * Availability of a period from state history: 1 − unplanned down ÷ (period − planned − unknown), in ms. Planned time is out of the
 * reckoning whatever the state was; time before the first known state is unknown. The error bound adds, for each edge of each
 * outage, the time between the two looks that saw the change; an edge within planned time moves nothing.
 * `planned`: in order, without overlaps.
 */
export function reckon(spans: readonly Span[], planned: readonly Period[], period: Period): Reckoning {
  const { fromMs, untilMs } = period
  const plan = new PlannedTime(planned)
  const plannedMs = plan.within(fromMs, untilMs)
  let upMs = 0
  let downMs = 0
  let errorBoundMs = 0
  const outages: Outage[] = []
  for (const [i, span] of spans.entries()) {
    const from = Math.max(span.fromMs, fromMs)
    const until = Math.min(span.untilMs ?? untilMs, untilMs)
    if (until <= from || span.state === 'unknown') continue
    const within = plan.within(from, until)
    if (span.state !== 'down') {
      upMs += until - from - within
      continue
    }
    const outage = outageOf(span, spans[i + 1], { fromMs: from, untilMs: until }, within, plan)
    downMs += outage.downMs
    errorBoundMs += outage.errorBoundMs
    outages.push(outage)
  }
  const knownMs = upMs + downMs
  const unknownMs = Math.max(0, untilMs - fromMs) - plannedMs - knownMs
  return { upMs, downMs, plannedMs, unknownMs, errorBoundMs, outages, percent: percentOf(downMs, knownMs) }
}

export interface KnownShare {
  /** Null: nothing is known. */
  percent: number | null
  knownPercent: number
}

/** What is known of a period is told beside how it was: little that was all well is not a period that was. */
export function knownShareOf({ upMs, downMs, unknownMs, percent }: Reckoning): KnownShare {
  const knownMs = upMs + downMs
  const askedMs = knownMs + unknownMs
  return { percent, knownPercent: askedMs === 0 ? 0 : (knownMs / askedMs) * 100 }
}

/** How many of them count. */
export const counted = (outages: readonly Outage[]): number =>
  outages.filter(({ downMs }) => downMs > 0).length

/** 1 − down ÷ known, of a hundred; null when nothing is known. */
export const percentOf = (downMs: number, knownMs: number): number | null =>
  knownMs > 0 ? 100 * (1 - downMs / knownMs) : null

function outageOf(
  span: Span,
  next: Span | undefined,
  { fromMs, untilMs }: Period,
  plannedMs: number,
  plan: PlannedTime,
): Outage {
  const downMs = untilMs - fromMs - plannedMs
  let errorBoundMs = 0
  if (span.fromMs === fromMs && !plan.has(fromMs)) errorBoundMs += blindMs(span)
  if (next && next.fromMs === untilMs && !plan.has(untilMs - 1))
    errorBoundMs += Math.min(blindMs(next), downMs)
  const { evidence } = span
  return { fromMs: span.fromMs, untilMs: span.untilMs, downMs, plannedMs, errorBoundMs, evidence }
}

/** Spans of planned time, asked about periods that come one after another or anyhow. */
class PlannedTime {
  readonly #spans: readonly Period[]

  constructor(spans: readonly Period[]) {
    this.#spans = spans
  }

  within(fromMs: number, untilMs: number): number {
    let sum = 0
    for (let i = this.#firstAfter(fromMs); i < this.#spans.length; i++) {
      const span = this.#spans[i]!
      if (span.fromMs >= untilMs) break
      sum += Math.min(span.untilMs, untilMs) - Math.max(span.fromMs, fromMs)
    }
    return sum
  }

  has(ms: number): boolean {
    const span = this.#spans[this.#firstAfter(ms)]
    return span !== undefined && span.fromMs <= ms
  }

  /** The first that ends after it. */
  #firstAfter(ms: number): number {
    let [low, high] = [0, this.#spans.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#spans[middle]!.untilMs <= ms) low = middle + 1
      else high = middle
    }
    return low
  }
}

/**
 * Between the last look that saw the old state and the first that saw the new: of the probe, or of an interface's status since
 * the probe last answered.
 */
function blindMs(span: Span): number {
  const { evidence } = span
  const said = (code: EvidenceItem['code']) => evidence.find((item) => item.code === code)
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

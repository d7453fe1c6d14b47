export const ranges = ['1h', '6h', '24h', '7d', '30d', '1y'] as const
export type Range = (typeof ranges)[number]

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const rangeMs: Record<Range, number> = {
  '1h': hourMs,
  '6h': 6 * hourMs,
  '24h': dayMs,
  '7d': 7 * dayMs,
  '30d': 30 * dayMs,
  '1y': 365 * dayMs,
}
/** Narrower there is nothing to see; wider the server refuses. */
const leastMs = 5 * minuteMs
const mostMs = 366 * dayMs
const mostSteps = 50

export interface Period {
  from: number
  until: number
}
interface Shown {
  /** Null: a period of one's own. */
  range: Range | null
  period: Period
}

/**
 * The period that charts look at. A range ends now and moves on with the clock; once panned or zoomed it stands still,
 * until it is brought to the present again.
 */
export interface Look extends Shown {
  chosen: Range
  /** What was shown before each zoom, newest last. */
  before: readonly Shown[]
}

export const spanOf = ({ from, until }: Period): number => until - from

/** A range up to now. */
export function upToNow(range: Range, now: number, before: readonly Shown[] = []): Look {
  return { range, period: { from: now - rangeMs[range], until: now }, chosen: range, before }
}

/** Time went on: a range moves with it. */
export const atTime = (look: Look, now: number): Look =>
  look.range === null ? look : upToNow(look.range, now, look.before)

/** A period of one's own; `returned` comes back to what was shown before. */
export function marked(look: Look, period: Period, now: number): Look {
  const { range, period: shown } = look
  return lookingAt(
    { ...look, before: [...look.before, { range, period: shown }].slice(-mostSteps) },
    period,
    now,
  )
}

export function returned(look: Look, now: number): Look {
  const last = look.before.at(-1)
  const before = look.before.slice(0, -1)
  if (last && last.range === null) return lookingAt({ ...look, before }, last.period, now)
  return upToNow(last?.range ?? look.chosen, now, before)
}

export function panned(look: Look, shareOfSpan: number, now: number): Look {
  const shift = shareOfSpan * spanOf(look.period)
  return lookingAt(look, { from: look.period.from + shift, until: look.period.until + shift }, now)
}

/** By less than 1 it comes nearer; `at` stays where it is. */
export function zoomed(look: Look, factor: number, at: number, now: number): Look {
  const span = bounded(spanOf(look.period) * factor)
  const share = (at - look.period.from) / spanOf(look.period)
  return lookingAt(look, { from: at - share * span, until: at + (1 - share) * span }, now)
}

/** Nothing later than now, neither too narrow nor too wide; the chosen range up to now goes on with the clock. */
function lookingAt(look: Look, { from, until }: Period, now: number): Look {
  const span = bounded(until - from)
  const end = Math.min(now, (from + until + span) / 2)
  if (end === now && Math.abs(span - rangeMs[look.chosen]) < minuteMs)
    return upToNow(look.chosen, now, look.before)
  return { ...look, range: null, period: { from: end - span, until: end } }
}

const bounded = (spanMs: number) => Math.min(mostMs, Math.max(leastMs, spanMs))

/** What an address holds of it; a range that is usual goes without saying. */
export function toAddress(
  { range, period }: Look,
  usual: Range,
): Record<'range' | keyof Period, string | null> {
  const isOwn = range === null
  return {
    range: isOwn || range === usual ? null : range,
    from: isOwn ? String(Math.round(period.from)) : null,
    until: isOwn ? String(Math.round(period.until)) : null,
  }
}

export function fromAddress(search: Pick<URLSearchParams, 'get'>, usual: Range, now: number): Look {
  const [from, until] = [Number(search.get('from')), Number(search.get('until'))]
  const range = ranges.find((one) => one === search.get('range')) ?? usual
  const look = upToNow(range, now)
  return from > 0 && until > from && Number.isFinite(until) ? lookingAt(look, { from, until }, now) : look
}

/** While a chart is dragged, what lies beside it is there already. */
const marginShare = 0.5
/** The server's bounds. */
const longestMs = 399 * dayMs
const [leastPoints, mostPoints] = [10, 2000]
/** Nothing is measured more often. */
const finestMs = 10_000

/** What to ask for, so that the period can be dragged about a little: wider on both sides, as fine. */
export function widened(period: Period, points: number, now: number): Period & { points: number } {
  const span = spanOf(period)
  const margin = Math.min(marginShare * span, Math.max(0, (longestMs - span) / 2))
  const from = Math.round(period.from - margin)
  const until = Math.round(Math.max(period.until, Math.min(now, period.until + margin)))
  const finest = Math.min(mostPoints, Math.ceil((until - from) / finestMs))
  const wanted = Math.ceil((points * (until - from)) / span)
  return { from, until, points: Math.max(leastPoints, Math.min(finest, wanted)) }
}

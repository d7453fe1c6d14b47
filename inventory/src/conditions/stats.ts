/** Statistics that a few wild values do not move. Arrays are not changed; of nothing everything is NaN. */

/** `share` 0 … 1 of the values lie at or below it; between two values it is interpolated. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return NaN
  const sorted = Float64Array.from(values).sort()
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)]!
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at))
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Median absolute deviation, scaled to the standard deviation of a normal distribution. */
export function spreadOf(values: readonly number[], middle = median(values)): number {
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)))
}

export interface Trend {
  /** What the line says at x = 0. */
  base: number
  perX: number
}

/** Theil–Sen: the median of the slopes between all pairs of points. O(n²); meant for some hundred points. */
export function trendOf(x: readonly number[], y: readonly number[]): Trend {
  const slopes: number[] = []
  for (let i = 0; i < x.length; i++)
    for (let j = i + 1; j < x.length; j++) if (x[j] !== x[i]) slopes.push((y[j]! - y[i]!) / (x[j]! - x[i]!))
  const perX = median(slopes)
  return { perX, base: median(y.map((value, i) => value - perX * x[i]!)) }
}

export interface Usual {
  median: number
  low: number
  high: number
}

export interface Wideness {
  spreads: number
  leastPercent: number
  leastSpread: number
}

/** Fewer past values say nothing. */
const fewestWeeks = 3

/** What is usual by past values of the same weekday-hour; null when they are too few. */
export function usualOf(
  past: readonly number[],
  { spreads, leastPercent, leastSpread }: Wideness,
): Usual | null {
  if (past.length < fewestWeeks) return null
  const middle = median(past)
  const reach = Math.max(
    spreads * spreadOf(past, middle),
    (Math.abs(middle) * leastPercent) / 100,
    leastSpread,
  )
  return { median: middle, low: middle - reach, high: middle + reach }
}

const fewestDays = 14

/**
 * Days from the last day on until the trend reaches `toward`; Infinity when it leads elsewhere, null when there are too few days.
 * `days`: day numbers, rising.
 */
export function daysUntil(days: readonly number[], values: readonly number[], toward: number): number | null {
  if (days.length < fewestDays) return null
  const last = days.at(-1)!
  const { base, perX } = trendOf(
    days.map((day) => day - last),
    values,
  )
  if (perX === 0 || !Number.isFinite(perX)) return Infinity
  const left = (toward - base) / perX
  // Within noise a level line leads anywhere: what it moved in all must stand out from what it wavers by.
  const moved = Math.abs(perX) * (last - days[0]!)
  const noise = spreadOf(values.map((value, i) => value - base - perX * (days[i]! - last)))
  if (moved <= 2 * noise) return Infinity
  const first = base - perX * (last - days[0]!)
  const isPast = (value: number) => (perX > 0 ? value >= toward : value <= toward)
  // It was past it all the time: that is a limit's to tell, no trend led there.
  if (isPast(first)) return Infinity
  return isPast(base) ? 0 : left
}

import type { Series } from '@zongheng/server/api.ts'
import type { Point, Spread } from './line.ts'

/** The mean of each step, divided by `by`. */
export function means(series: Series | undefined, by = 1): Point[] {
  return (series?.atMs ?? []).map((at, i) => ({ at, value: scaled(series?.mean[i], by) }))
}

/** The range of each step. */
export function spreads(series: Series | undefined): Spread[] {
  return (series?.atMs ?? []).map((at, i) => ({
    at,
    low: series?.min[i] ?? null,
    high: series?.max[i] ?? null,
  }))
}

const scaled = (value: number | null | undefined, by: number) => (value == null ? null : value / by)

/** Lost probes as percent of sent ones, step by step; null where none was sent. */
export function lossPercent(sent: Series | undefined, lost: Series | undefined): Point[] {
  const lostAt = new Map((lost?.atMs ?? []).map((at, i) => [at, lost?.mean[i] ?? null]))
  return (sent?.atMs ?? []).map((at, i) => {
    const [probes, missed] = [sent?.mean[i], lostAt.get(at)]
    return { at, value: probes == null || probes === 0 || missed == null ? null : (100 * missed) / probes }
  })
}

/** The newest value that was measured; null where none was. */
export function latest(points: readonly Point[]): number | null {
  for (let i = points.length - 1; i >= 0; i--) {
    const value = points[i]?.value ?? null
    if (value !== null) return value
  }
  return null
}

/** The point whose instant is nearest to `at`; undefined when there is none or it lies further than `withinMs`. */
export function nearest<T extends { at: number }>(
  points: readonly T[],
  at: number,
  withinMs: number,
): T | undefined {
  let [low, high] = [0, points.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle] as T).at < at) low = middle + 1
    else high = middle
  }
  const found = [points[low - 1], points[low]]
    .filter((p) => p !== undefined)
    .sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0]
  return found && Math.abs(found.at - at) <= withinMs ? found : undefined
}

const fiveMinutesMs = 300_000

/**
 * 95th percentile of a period as carriers bill it: the busier direction of each five minutes, the top 5 % cut off.
 * Null unless the steps are five minutes, for a percentile of coarser means is something else.
 */
export function percentile95(inbound: Series | undefined, outbound: Series | undefined): number | null {
  if (inbound?.stepMs !== fiveMinutesMs || outbound?.stepMs !== fiveMinutesMs) return null
  const busier = inbound.mean.flatMap((value, i) => {
    const other = outbound.mean[i] ?? null
    return value === null && other === null ? [] : [Math.max(value ?? 0, other ?? 0)]
  })
  busier.sort((a, b) => a - b)
  return busier[Math.ceil(busier.length * 0.95) - 1] ?? null
}

import type { Series } from '@zongheng/server/api.ts'

/** How many events a series of rates per second stands for. */
export function total(series: Series | undefined): number | null {
  const rates = series?.mean.filter((rate) => rate !== null) ?? []
  if (!series || rates.length === 0) return null
  return rates.reduce((sum, rate) => sum + rate * (series.stepMs / 1000), 0)
}

/** Null only when none of them is known. */
export function sum(...values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0)
}

/** Step by step over several series of the same steps. */
export function sumSeries(list: (Series | undefined)[]): (number | null)[] {
  const known = list.filter((series) => series !== undefined)
  const length = Math.max(0, ...known.map((series) => series.mean.length))
  return Array.from({ length }, (_, i) => sum(...known.map((series) => series.mean[i] ?? null)))
}

/** The newest known value. */
export const latest = (series: Series | undefined): number | null =>
  [...(series?.mean ?? [])].reverse().find((value) => value !== null) ?? null

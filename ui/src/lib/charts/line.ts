import type { Scale } from './scale.ts'

/** A value at an instant; null where nothing was measured. */
export interface Point {
  at: number
  value: number | null
}

/** A range at an instant; null where nothing was measured. */
export interface Spread {
  at: number
  low: number | null
  high: number | null
}

const round = (n: number) => Math.round(n * 10) / 10

/** Splits where `broken` holds: each run is drawn by itself, a gap is never bridged. */
export function runs<T>(items: readonly T[], broken: (item: T) => boolean): T[][] {
  const found: T[][] = []
  let run: T[] = []
  for (const item of items) {
    if (!broken(item)) run.push(item)
    else if (run.length > 0) {
      found.push(run)
      run = []
    }
  }
  if (run.length > 0) found.push(run)
  return found
}

const measured = (points: readonly Point[]) =>
  runs(points, (p) => p.value === null) as { at: number; value: number }[][]

const trace = (points: { at: number; value: number }[], x: Scale, y: Scale) =>
  points.map((p) => `${round(x(p.at))} ${round(y(p.value))}`).join(' ')

/** SVG path of the line through the measured points. A lone point is drawn as a short dash. */
export function linePath(points: readonly Point[], x: Scale, y: Scale): string {
  return measured(points)
    .map((run) => `M${trace(run, x, y)}${run.length === 1 ? 'h1' : ''}`)
    .join('')
}

/** SVG path of the area between the line and the value `base`. */
export function areaPath(points: readonly Point[], x: Scale, y: Scale, base = 0): string {
  return measured(points)
    .map((run) => {
      const [first, last] = [run[0]!, run[run.length - 1]!]
      return `M${round(x(first.at))} ${round(y(base))}L${trace(run, x, y)} ${round(x(last.at))} ${round(y(base))}z`
    })
    .join('')
}

/** SVG path of the ribbon between low and high, cut off at `top`. */
export function ribbonPath(spreads: readonly Spread[], x: Scale, y: Scale, top = Infinity): string {
  const known = runs(spreads, (s) => s.low === null || s.high === null) as {
    at: number
    low: number
    high: number
  }[][]
  return known
    .map((run) => {
      const up = run.map((s) => ({ at: s.at, value: Math.min(s.high, top) }))
      const down = run.map((s) => ({ at: s.at, value: Math.min(s.low, top) })).reverse()
      return `M${trace(up, x, y)} ${trace(down, x, y)}z`
    })
    .join('')
}

/** Stretches without a measurement, from the last point before to the first after. */
export function gaps(points: readonly Point[], until: number): { from: number; until: number }[] {
  const found: { from: number; until: number }[] = []
  let from: number | null = null
  points.forEach((point, i) => {
    if (point.value === null) from ??= points[i - 1]?.at ?? point.at
    else if (from !== null) {
      found.push({ from, until: point.at })
      from = null
    }
  })
  if (from !== null) found.push({ from, until })
  return found
}

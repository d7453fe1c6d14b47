import type { Series } from '@zongheng/server/api.ts'

/** A value a step; null where nothing was measured. */
export type Column = readonly (number | null)[]

/** A colour token, without its dashes. */
export type Ink =
  | 'series-1'
  | 'series-1-soft'
  | 'series-2'
  | 'series-2-soft'
  | 'series-limit'
  | 'smoke-1'
  | 'smoke-2'
  | 'smoke-3'
  | 'bg-surface'
  | 'ink'
  | 'ink-2'
  | 'ink-3'
  | 'ink-faint'
  | 'line'
  | 'line-strong'
  | 'st-down'
  | 'st-down-soft'
  | 'st-degraded'
  | 'st-unknown-soft'
  | 'st-maintenance-soft'

/** One line, with what is filled beneath it, and the range that it is the mean of. */
export interface Trace {
  line: Column
  ink: Ink
  dash?: readonly number[]
  /** Filled down to zero, or to `base`. */
  fill?: Ink
  base?: Column
  range?: { low: Column; high: Column; ink: Ink }
}

/** A horizontal line. */
export interface Level {
  value: number
  ink: Ink
  dash: readonly number[]
  text?: string
  side?: 'left' | 'right'
}

/** A stretch of time, tinted. */
export interface Shade {
  from: number
  until: number
  ink: Ink
}

/** A bar of one step, standing on the floor; `share`: of the plot's height. */
export interface Bar {
  at: number
  untilAt: number
  share: number
  ink: Ink
}

export interface Picture {
  at: readonly number[]
  traces: readonly Trace[]
  low: number
  high: number
  ticks: readonly { value: number; text: string; strong?: boolean }[]
  levels?: readonly Level[]
  shades?: readonly Shade[]
  bars?: readonly Bar[]
}

/** Columns in the order that they are drawn in, and which of them a trace is made of. */
export interface Drawn {
  column: Column
  trace: number
  part: 'line' | 'base' | 'low' | 'high'
}

export function drawn(traces: readonly Trace[]): Drawn[] {
  return traces.flatMap((trace, i) => {
    const parts: [Drawn['part'], Column | undefined][] = [
      ['low', trace.range?.low],
      ['high', trace.range?.high],
      ['base', trace.base],
      ['line', trace.line],
    ]
    return parts.flatMap(([part, column]) => (column ? [{ column, trace: i, part }] : []))
  })
}

/** Two pictures of one shape differ in their values alone. */
export const shapeOf = ({ traces }: Picture): string =>
  traces.map(({ ink, fill, base, range }) => `${ink} ${fill} ${base !== undefined} ${range?.ink}`).join()

export const scaledColumn = (column: Column, by: number): (number | null)[] =>
  column.map((value) => (value === null ? null : value / by))

/** The steps of `at` that lie within the period: from the first index to before the second. */
export function stepsWithin(at: readonly number[], from: number, until: number): [number, number] {
  return [lowerBound(at, from), lowerBound(at, until)]
}

function lowerBound(at: readonly number[], value: number): number {
  let [low, high] = [0, at.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (at[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** The step nearest to an instant; null when there is none within `withinMs`. */
export function nearestStep(at: readonly number[], instant: number, withinMs: number): number | null {
  const next = lowerBound(at, instant)
  const [before, after] = [at[next - 1] ?? -Infinity, at[next] ?? Infinity]
  const nearer = instant - before <= after - instant ? next - 1 : next
  return Math.abs((at[nearer] ?? Infinity) - instant) <= withinMs ? nearer : null
}

/** The greatest and the least of several columns, of the steps within the period. */
export function extent(columns: readonly Column[], [first, end]: readonly [number, number]) {
  let [least, greatest] = [Infinity, -Infinity]
  for (const column of columns) {
    for (let i = first; i < end; i++) {
      const value = column[i] ?? null
      if (value === null) continue
      if (value < least) least = value
      if (value > greatest) greatest = value
    }
  }
  return greatest < least ? null : { least, greatest }
}

/** What is that new has not been heard of yet: no gap. */
const lateMs = 180_000

/** Stretches without a measurement, from the last step before to the first after. */
export function gapsOf(
  at: readonly number[],
  column: Column,
  stepMs: number,
): { from: number; until: number }[] {
  const found: { from: number; until: number }[] = []
  let from: number | null = null
  at.forEach((instant, i) => {
    if ((column[i] ?? null) === null) from ??= i === 0 ? instant : at[i - 1]!
    else if (from !== null) {
      found.push({ from, until: instant })
      from = null
    }
  })
  const end = at.at(-1)! + stepMs
  if (from !== null && end - from > lateMs) found.push({ from, until: end })
  return found
}

/** Measured steps between two gaps: no line leads to them, so a point is drawn. */
export function loneSteps(column: Column, first: number, last: number): number[] {
  const alone: number[] = []
  for (let i = first; i <= last; i++) {
    if (column[i] != null && column[i - 1] == null && column[i + 1] == null) alone.push(i)
  }
  return alone
}

/** Lost echoes as percent of sent ones, step by step; null where none was sent. */
export function lossPercent(sent: Series | undefined, lost: Series | undefined): (number | null)[] {
  const lostAt = new Map((lost?.atMs ?? []).map((at, i) => [at, lost?.mean[i] ?? null]))
  return (sent?.atMs ?? []).map((at, i) => {
    const [probes, missed] = [sent?.mean[i], lostAt.get(at)]
    return probes == null || probes === 0 || missed == null ? null : (100 * missed) / probes
  })
}

const stateInks: Readonly<Record<string, Ink>> = {
  down: 'st-down-soft',
  unknown: 'st-unknown-soft',
  unreachable: 'st-unknown-soft',
  maintenance: 'st-maintenance-soft',
}

/** Outages, what nobody could see, and maintenance, behind the lines. */
export function shadesOf(
  spans: readonly { state: string; fromAt: number; untilAt: number | null }[],
  now: number,
): Shade[] {
  return spans.flatMap(({ state, fromAt, untilAt }) => {
    const ink = stateInks[state]
    return ink ? [{ from: fromAt, until: untilAt ?? now, ink }] : []
  })
}

import type { Series } from '@zongheng/server/api.ts'
import type { Point } from '../charts/line.ts'
import { means } from '../charts/series.ts'

export const timingParts = [
  'checkDnsMs',
  'checkConnectMs',
  'checkTlsMs',
  'checkFirstByteMs',
  'checkRestMs',
] as const
export type TimingPart = (typeof timingParts)[number]

export interface Layer {
  part: TimingPart | 'checkMs'
  /** Its own share. */
  points: Point[]
  /** Its upper edge, upon all layers before it. */
  tops: Point[]
  bottoms: Point[]
}

/** What a response time is made of, one upon the other; one layer where its parts were not measured. */
export function layers(series: (metric: string) => Series | undefined): Layer[] {
  const whole = means(series('checkMs'))
  const measured = timingParts.slice(0, -1).map((part) => ({ part, points: means(series(part)) }))
  const isSplit = measured.some(({ points }) => points.some(({ value }) => value !== null))
  const zero = whole.map(({ at, value }) => ({ at, value: value === null ? null : 0 }))
  if (!isSplit)
    return whole.length > 0 ? [{ part: 'checkMs', points: whole, tops: whole, bottoms: zero }] : []
  const rest = whole.map(({ at, value }, i) => {
    const parts = measured.reduce((sum, { points }) => sum + (points[i]?.value ?? 0), 0)
    return { at, value: value === null ? null : Math.max(0, value - parts) }
  })
  let below = zero
  return [...measured, { part: 'checkRestMs' as const, points: rest }].map(({ part, points }) => {
    const bottoms = below
    const tops = whole.map(({ at, value }, i) => ({
      at,
      value: value === null ? null : (bottoms[i]?.value ?? 0) + (points[i]?.value ?? 0),
    }))
    below = tops
    return { part, points, tops, bottoms }
  })
}

/** SVG path between two edges, parted where either is not known. */
export function between(
  tops: readonly Point[],
  bottoms: readonly Point[],
  x: (at: number) => number,
  y: (v: number) => number,
): string {
  let path = ''
  let run: number[] = []
  const close = () => {
    if (run.length > 1) {
      const up = run.map((i) => `${x(tops[i]!.at).toFixed(1)} ${y(tops[i]!.value!).toFixed(1)}`)
      const back = run
        .map((i) => `${x(bottoms[i]!.at).toFixed(1)} ${y(bottoms[i]!.value!).toFixed(1)}`)
        .reverse()
      path += `M${[...up, ...back].join('L')}z`
    }
    run = []
  }
  tops.forEach((top, i) => (top.value === null || bottoms[i]?.value == null ? close() : run.push(i)))
  close()
  return path
}

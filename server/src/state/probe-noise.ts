import type { ProbeNoise } from '@zongheng/inventory/circuit-state.ts'
import { quantile, type ProbeTrack } from './probe-track.ts'

export const quiet: ProbeNoise = { recentRttMs: 0, longRttMs: 0, jitterMs: 0 }

/** With fewer legs than this, slow ones cannot be told from a slow collector. */
const fewestLegs = 8
const spread = 8

/**
 * What all legs waver by at once is the collector's doing (a busy machine, a pause of its own), not the lines'. Median and spread
 * over all legs do not move when less than half of them really are slow. O(legs).
 */
export function noiseOf(legs: Iterable<ProbeTrack>): ProbeNoise {
  const windows = [...legs].filter((leg) => leg.lostSinceMs === null).map((leg) => leg.windows())
  const excess = (pick: (of: (typeof windows)[number]) => number | null) =>
    windows.flatMap((of) => {
      const value = pick(of)
      return value === null || of.floorMs === null ? [] : [Math.max(0, value - of.floorMs)]
    })
  const jitters = windows.flatMap((of) => of.long.mostJitterMs ?? [])
  return {
    recentRttMs: wavering(excess((of) => of.recent.mostRttMs)),
    longRttMs: wavering(excess((of) => of.long.mostRttMs)),
    jitterMs: wavering(jitters),
  }
}

/** Median and eight times the median deviation from it: delays of a busy machine have a long tail. */
function wavering(values: number[]): number {
  if (values.length < fewestLegs) return 0
  const middle = quantile(values, 0.5)!
  return (
    middle +
    spread *
      quantile(
        values.map((value) => Math.abs(value - middle)),
        0.5,
      )!
  )
}

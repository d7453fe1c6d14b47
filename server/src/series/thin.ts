import type { Samples } from './samples.ts'

/** A step may stand on a sample this many intervals back; after that nothing is known. */
const heldIntervals = 3
const usualIntervalMs = 60_000

export type Thinned = {
  atMs: number[]
  mean: (number | null)[]
  min: (number | null)[]
  max: (number | null)[]
}

/** Something that held from `from` to `until` at `level`; a gauge holds for an instant. */
interface Stretch {
  from: number
  until: number
  level: number
}

/** Samples in steps of `stepMs` from `from` to `until`: increments as rates per second, weighted by their overlap. */
export function thin(samples: Samples, from: number, until: number, stepMs: number): Thinned {
  const stretches = stretchesOf(samples)
  const heldMs = heldIntervals * expectedInterval(samples)
  const out: Thinned = { atMs: [], mean: [], min: [], max: [] }
  let first = 0
  let last: Stretch | null = null
  for (let at = from; at < until; at += stepMs) {
    const end = at + stepMs
    let [weight, sum, min, max] = [0, 0, Infinity, -Infinity]
    while (first < stretches.length && isOver(stretches[first]!, at)) last = stretches[first++]!
    for (let i = first; i < stretches.length && stretches[i]!.from < end; i++) {
      const stretch = stretches[i]!
      const share =
        stretch.until === stretch.from ? 1 : Math.min(end, stretch.until) - Math.max(at, stretch.from)
      weight += share
      sum += share * stretch.level
      min = Math.min(min, stretch.level)
      max = Math.max(max, stretch.level)
    }
    const held = weight === 0 && last !== null && at - last.until < heldMs ? last.level : null
    out.atMs.push(at)
    out.mean.push(weight > 0 ? sum / weight : held)
    out.min.push(weight > 0 ? min : held)
    out.max.push(weight > 0 ? max : held)
  }
  return out
}

const isOver = (stretch: Stretch, at: number) =>
  stretch.until === stretch.from ? stretch.from < at : stretch.until <= at

function stretchesOf({ at, start, value }: Samples): Stretch[] {
  if (!start) return at.map((instant, i) => ({ from: instant, until: instant, level: value[i]! }))
  return at.flatMap((end, i) => {
    const begin = start[i]!
    return end > begin ? [{ from: begin, until: end, level: value[i]! / ((end - begin) / 1000) }] : []
  })
}

/** The median distance of neighbours. */
function expectedInterval({ at }: Samples): number {
  if (at.length < 2) return usualIntervalMs
  const distances = at.slice(1).map((instant, i) => instant - at[i]!)
  return distances.sort((a, b) => a - b)[distances.length >> 1]!
}

/** What increments add up to between two instants, each pro rata of its overlap. */
export function totalOf(
  { at, start, value }: Samples,
  from: number,
  until: number,
): { total: number; coveredMs: number } {
  let [total, coveredMs] = [0, 0]
  for (let i = 0; i < at.length; i++) {
    const begin = start?.[i] ?? at[i]!
    const overlap = Math.min(until, at[i]!) - Math.max(from, begin)
    if (overlap <= 0) continue
    coveredMs += overlap
    total += overlap === at[i]! - begin ? value[i]! : (value[i]! * overlap) / (at[i]! - begin)
  }
  return { total, coveredMs }
}

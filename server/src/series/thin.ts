import type { Rollup } from './rollup.ts'
import { coverageOf, type Samples } from './samples.ts'

/** A step may stand on a sample this many intervals back; after that nothing is known. */
const heldIntervals = 3
const usualIntervalMs = 60_000
const mostDistances = 64

export type Thinned = {
  atMs: number[]
  mean: (number | null)[]
  min: (number | null)[]
  max: (number | null)[]
}

/** Samples in steps of `stepMs` from `from` to `until`: increments as rates per second, weighted by their overlap. */
export function thin(samples: Samples, from: number, until: number, stepMs: number): Thinned {
  const steps = new Steps(from, until, stepMs)
  steps.addSamples(samples, -Infinity, Infinity)
  return steps.thinned()
}

interface Level {
  mean: number
  min: number
  max: number
  until: number
}

/** A level that held from an instant to another, for a share of that time; beyond `alone` others cover it too. */
interface Stretch extends Level {
  from: number
  alone: number
  share: number
}

/**
 * Steps of equal length, filled in order of time with what held from an instant to another. A gauge's sample stands for the
 * interval that it is usually measured at.
 */
export class Steps {
  readonly #from: number
  readonly #until: number
  readonly #ms: number
  readonly #weight: Float64Array
  readonly #sum: Float64Array
  readonly #min: Float64Array
  readonly #max: Float64Array
  /** What held last when a step ended, and until when. */
  readonly #lastLevel: Float64Array
  readonly #lastUntil: Float64Array
  #before = { level: NaN, until: -Infinity }
  #intervalMs = usualIntervalMs
  #isGauge = false

  constructor(from: number, until: number, stepMs: number) {
    const count = Math.max(0, Math.ceil((until - from) / stepMs))
    const column = (value: number) => new Float64Array(count).fill(value)
    this.#from = from
    this.#until = from + count * stepMs
    this.#ms = stepMs
    this.#weight = column(0)
    this.#sum = column(0)
    this.#min = column(Infinity)
    this.#max = column(-Infinity)
    this.#lastLevel = column(NaN)
    this.#lastUntil = column(-Infinity)
  }

  /** Samples in order of time; of them only what lies within `from` and `until`. */
  addSamples({ at, start, value }: Samples, from: number, until: number): void {
    this.#isGauge ||= !start
    this.#intervalMs = medianDistance(at) ?? this.#intervalMs
    const covered = start && coverageOf(at, start)
    for (let i = 0; i < at.length; i++) {
      const end = at[i]!
      if (!start) {
        if (end >= from && end < until) this.#addInstant(end, value[i]!)
      } else if (end > start[i]!) {
        const level = (value[i]! / (end - start[i]!)) * 1000
        const alone = covered![i]!
        this.#add({ from: Math.max(start[i]!, from), until: Math.min(end, until), alone, share: 1, mean: level, min: level, max: level }) // prettier-ignore
      }
    }
  }

  addRollup({ at, isIncrement, weight, sum, min, max }: Rollup, partMs: number): void {
    this.#isGauge ||= !isIncrement
    for (let i = 0; i < at.length; i++) {
      if (weight[i] === 0) continue
      const share = isIncrement ? Math.min(1, weight[i]! / partMs) : 1
      const mean = isIncrement ? (sum[i]! / weight[i]!) * 1000 : sum[i]! / weight[i]!
      const until = at[i]! + partMs
      this.#add({ from: at[i]!, until, alone: until, share, mean, min: min[i]!, max: max[i]! })
    }
  }

  #addInstant(at: number, level: number): void {
    if (at < this.#from) this.#before = { level, until: at }
    if (at < this.#from || at >= this.#until) return
    const step = Math.floor((at - this.#from) / this.#ms)
    this.#take(step, this.#intervalMs, this.#intervalMs, { mean: level, min: level, max: level, until: at })
  }

  #add(stretch: Stretch): void {
    const { from, until, alone, share, mean } = stretch
    if (until <= from) return
    if (until <= this.#from) this.#before = { level: mean, until }
    let step = Math.max(0, Math.floor((from - this.#from) / this.#ms))
    for (let at = this.#from + step * this.#ms; at < until && step < this.#weight.length; at += this.#ms, step++) {
      const [begin, end] = [Math.max(at, from), Math.min(at + this.#ms, until)]
      this.#take(step, Math.max(0, Math.min(end, alone) - begin) * share, (end - begin) * share, stretch)
    }
  } // prettier-ignore

  /** `weight` is the time that is covered, `held` for how much of it the level held: more, where increments overlap. */
  #take(step: number, weight: number, held: number, { mean, min, max, until }: Level): void {
    this.#weight[step]! += weight
    this.#sum[step]! += held * mean
    if (min < this.#min[step]!) this.#min[step] = min
    if (max > this.#max[step]!) this.#max[step] = max
    if (until < this.#lastUntil[step]!) return
    this.#lastUntil[step] = until
    this.#lastLevel[step] = mean
  }

  /**
   * A step of a gauge in which nothing was measured stands on what was known shortly before; one that is longer than that is
   * expected to have samples of its own. Increments cover the time they took: where there is none is a gap.
   */
  thinned(): Thinned {
    const out: Thinned = { atMs: [], mean: [], min: [], max: [] }
    const heldMs = heldIntervals * this.#intervalMs
    const holds = this.#isGauge && this.#ms < heldMs
    let last = this.#before
    for (let step = 0; step < this.#weight.length; step++) {
      const at = this.#from + step * this.#ms
      const weight = this.#weight[step]!
      const held = holds && weight === 0 && at - last.until < heldMs ? last.level : null
      out.atMs.push(at)
      out.mean.push(weight > 0 ? this.#sum[step]! / weight : held)
      out.min.push(weight > 0 ? this.#min[step]! : held)
      out.max.push(weight > 0 ? this.#max[step]! : held)
      if (weight > 0) last = { level: this.#lastLevel[step]!, until: this.#lastUntil[step]! }
    }
    return out
  }
}

/** Of neighbours, a few of them from all over; null of less than two. */
function medianDistance(at: number[]): number | null {
  const stride = Math.ceil((at.length - 1) / mostDistances)
  const distances: number[] = []
  for (let i = 1; i < at.length; i += stride) distances.push(at[i]! - at[i - 1]!)
  return distances.sort((a, b) => a - b)[distances.length >> 1] ?? null
}

/** What increments add up to between two instants, each pro rata of its overlap; time that several cover counts once. */
export function totalOf(
  { at, start, value }: Samples,
  from: number,
  until: number,
): { total: number; coveredMs: number } {
  let [total, coveredMs] = [0, 0]
  const covered = start && coverageOf(at, start)
  for (let i = 0; i < at.length; i++) {
    const begin = start?.[i] ?? at[i]!
    const overlap = Math.min(until, at[i]!) - Math.max(from, begin)
    if (overlap <= 0) continue
    coveredMs += Math.max(0, Math.min(until, covered![i]!) - Math.max(from, begin))
    total += overlap === at[i]! - begin ? value[i]! : (value[i]! * overlap) / (at[i]! - begin)
  }
  return { total, coveredMs }
}

/**
 * Roll-ups: what a series was within equal parts of a day. Of gauges the sum and number of samples; of increments the volume
 * and for how much of the time it is known, and extremes as rates per second. A volume that lies across an edge is parted in
 * whole units, so that the parts add up to it exactly, over whatever they are summed.
 */
import { coverageOf, type Samples } from './samples.ts'
import { commonDecimals, type Track } from './track.ts'

export const levels = [
  { name: '5 minutes', ms: 300_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'day', ms: Infinity },
] as const

/** Columns of one length; a row a part of the day in which anything was measured. */
export interface Rollup {
  isIncrement: boolean
  /** Where the part begins, epoch ms. */
  at: number[]
  /** Samples of gauges; milliseconds that are covered by increments. */
  weight: number[]
  sum: number[]
  min: number[]
  max: number[]
}

const columns = ['weight', 'sum', 'min', 'max'] as const

export const noRollup = (isIncrement: boolean): Rollup => ({
  isIncrement,
  at: [],
  weight: [],
  sum: [],
  min: [],
  max: [],
})

/** Of samples in order of time, within a day from `from` to `until`, in parts of `partMs`. */
export function rollUp(samples: Samples, from: number, until: number, partMs: number): Rollup {
  const { at, start, value } = samples
  const parts = new Parts(start !== null, from, Math.min(partMs, until - from))
  if (start) addIncrements(parts, { at, start, value }, from, until)
  else {
    for (let i = 0; i < at.length; i++)
      if (at[i]! >= from && at[i]! < until) parts.add(parts.of(at[i]!), 1, value[i]!, value[i]!, value[i]!)
  }
  return parts.rolled()
}

/** Coarser parts of the same day. */
export function rollFurther(rollup: Rollup, from: number, partMs: number): Rollup {
  const parts = new Parts(rollup.isIncrement, from, partMs)
  parts.merge(rollup)
  return parts.rolled()
}

/** Both, of the same day and level: later samples of a day whose raw ones are gone. */
export function mergeRollups(one: Rollup, other: Rollup, from: number, partMs: number): Rollup {
  const parts = new Parts(one.isIncrement, from, partMs)
  parts.merge(one)
  parts.merge(other)
  return parts.rolled()
}

/** What of an increment came before an instant, in whole units: what lies between edges are differences of that. */
export function grownBy(edge: number, start: number, at: number, value: number): number {
  if (edge >= at) return value
  return edge <= start ? 0 : Math.round((value * (edge - start)) / (at - start))
}

function addIncrements(
  parts: Parts,
  { at, start, value }: Samples & { start: number[] },
  from: number,
  until: number,
): void {
  const covered = coverageOf(at, start)
  for (let i = 0; i < at.length; i++) {
    const [began, ended, grown, alone] = [start[i]!, at[i]!, value[i]!, covered[i]!]
    if (began === ended) {
      if (ended >= from && ended < until) parts.add(parts.of(ended), 0, grown, Infinity, -Infinity)
      continue
    }
    const rate = rounded((grown / (ended - began)) * 1000)
    const last = Math.min(ended, until)
    for (let edge = Math.max(began, from); edge < last;) {
      const part = parts.of(edge)
      const next = Math.min(parts.end(part), last)
      const volume =
        edge === began && next === ended
          ? grown
          : grownBy(next, began, ended, grown) - grownBy(edge, began, ended, grown)
      parts.add(part, Math.max(0, Math.min(next, alone) - edge), volume, rate, rate)
      edge = next
    }
  }
}

/** Sums and extremes with a thousandth's precision: what is added up has no more to tell, and packs better. */
const rounded = (value: number) => (Math.abs(value) < 2 ** 40 ? Math.round(value * 1000) / 1000 : value)

/** Of the parts of a day, 25 hours at most, that are being added up: one day after another, so that one place does for all. */
const mostParts = (25 * 3_600_000) / levels[0].ms
const room = () => new Float64Array(mostParts)
const scratch = { isUsed: new Uint8Array(mostParts), weight: room(), sum: room(), min: room(), max: room() }

/** Grows by the part; instants may come in any order. To be rolled before the next one is begun. */
class Parts {
  readonly #from: number
  readonly #ms: number
  readonly #isIncrement: boolean
  #count = 0

  constructor(isIncrement: boolean, from: number, ms: number) {
    this.#isIncrement = isIncrement
    this.#from = from
    this.#ms = ms
    scratch.isUsed.fill(0)
  }

  /** The part that holds an instant. */
  of(at: number): number {
    return this.#ms === Infinity ? 0 : Math.floor((at - this.#from) / this.#ms)
  }

  /** Where a part ends. */
  end(part: number): number {
    return this.#from + (part + 1) * this.#ms
  }

  add(part: number, weight: number, sum: number, min: number, max: number): void {
    if (part >= this.#count) this.#count = part + 1
    if (scratch.isUsed[part] === 0) {
      scratch.isUsed[part] = 1
      scratch.weight[part] = weight
      scratch.sum[part] = sum
      scratch.min[part] = min
      scratch.max[part] = max
      return
    }
    scratch.weight[part]! += weight
    scratch.sum[part]! += sum
    if (min < scratch.min[part]!) scratch.min[part] = min
    if (max > scratch.max[part]!) scratch.max[part] = max
  }

  merge({ at, weight, sum, min, max }: Rollup): void {
    for (let i = 0; i < at.length; i++) this.add(this.of(at[i]!), weight[i]!, sum[i]!, min[i]!, max[i]!)
  }

  /** No part is covered for longer than it is: of what came late it is not known what else covered its time. */
  rolled(): Rollup {
    const out = noRollup(this.#isIncrement)
    for (let part = 0; part < this.#count; part++) {
      if (scratch.isUsed[part] === 0) continue
      const [weight, sum] = [scratch.weight[part]!, scratch.sum[part]!]
      const hasExtremes = scratch.min[part]! !== Infinity
      out.at.push(this.#ms === Infinity ? this.#from : this.#from + part * this.#ms)
      out.weight.push(this.#isIncrement ? Math.min(weight, this.#ms) : weight)
      out.sum.push(this.#isIncrement ? sum : rounded(sum))
      out.min.push(hasExtremes ? scratch.min[part]! : 0)
      out.max.push(hasExtremes ? scratch.max[part]! : 0)
    }
    return out
  }
}

/** A roll-up as tracks of a tile, four in a row for each series. */
export function tracksOf(index: number, rollup: Rollup): Track[] {
  const times = { at: new Float64Array(rollup.at), start: null }
  return columns.map((column, k) => {
    const value = new Float64Array(rollup[column])
    return { index: index * columns.length + k, times, value, decimals: commonDecimals(value) }
  })
}

/** The roll-ups of a tile by the index of their series. */
export function rollupsOf(
  tracks: Map<number, Samples>,
  isIncrement: (index: number) => boolean,
): Map<number, Rollup> {
  const found = new Map<number, Rollup>()
  for (const [at, samples] of tracks) {
    const index = Math.floor(at / columns.length)
    let rollup = found.get(index)
    if (!rollup) found.set(index, (rollup = { ...noRollup(isIncrement(index)), at: samples.at }))
    rollup[columns[at % columns.length]!] = samples.value
  }
  return found
}

/** Whether a tile's track belongs to a series that is wanted. */
export const isTrackOf = (isWanted: (index: number) => boolean) => (track: number) =>
  isWanted(Math.floor(track / columns.length))

/**
 * Roll-ups: what a series was within equal parts of a day. Of gauges the sum and number of samples; of increments the volume
 * and for how much of the time it is known, and extremes as rates per second. A volume that lies across an edge is parted in
 * whole units, so that the parts add up to it exactly, over whatever they are summed.
 */
import type { Samples } from './samples.ts'
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
export function rollUp({ at, start, value }: Samples, from: number, until: number, partMs: number): Rollup {
  const parts = new Parts(start !== null, from, Math.min(partMs, until - from))
  for (let i = 0; i < at.length; i++) {
    if (!start) {
      if (at[i]! >= from && at[i]! < until) parts.add(at[i]!, 1, value[i]!, value[i]!)
    } else addIncrement(parts, { start: start[i]!, at: at[i]!, value: value[i]! }, from, until)
  }
  return parts.rolled()
}

/** Coarser parts of the same day. */
export function rollFurther(rollup: Rollup, from: number, partMs: number): Rollup {
  const parts = new Parts(rollup.isIncrement, from, partMs)
  rollup.at.forEach((at, i) => parts.merge(at, rollup, i))
  return parts.rolled()
}

/** Both, of the same day and level: later samples of a day whose raw ones are gone. */
export function mergeRollups(one: Rollup, other: Rollup, from: number, partMs: number): Rollup {
  const parts = new Parts(one.isIncrement, from, partMs)
  for (const rollup of [one, other]) rollup.at.forEach((at, i) => parts.merge(at, rollup, i))
  return parts.rolled()
}

/** What of an increment came before an instant, in whole units: what lies between edges are differences of that. */
export function grownBy(edge: number, start: number, at: number, value: number): number {
  if (edge >= at) return value
  return edge <= start ? 0 : Math.round((value * (edge - start)) / (at - start))
}

interface Increment {
  start: number
  at: number
  value: number
}

function addIncrement(parts: Parts, { start, at, value }: Increment, from: number, until: number): void {
  const lengthMs = at - start
  if (lengthMs === 0) {
    if (at >= from && at < until) parts.add(at, 0, value, null)
    return
  }
  const rate = rounded((value / lengthMs) * 1000)
  const upTo = (edge: number) => grownBy(edge, start, at, value)
  for (let edge = Math.max(start, from); edge < Math.min(at, until);) {
    const next = Math.min(parts.end(edge), at, until)
    parts.add(edge, next - edge, upTo(next) - upTo(edge), rate)
    edge = next
  }
}

/** Sums and extremes with a thousandth's precision: what is added up has no more to tell, and packs better. */
const rounded = (value: number) => (Math.abs(value) < 2 ** 40 ? Math.round(value * 1000) / 1000 : value)

/** Grows by the part; instants may come in any order. */
class Parts {
  readonly #from: number
  readonly #ms: number
  readonly #isIncrement: boolean
  #weight: number[] = []
  #sum: number[] = []
  #min: number[] = []
  #max: number[] = []

  constructor(isIncrement: boolean, from: number, ms: number) {
    this.#isIncrement = isIncrement
    this.#from = from
    this.#ms = ms
  }

  #of(at: number): number {
    return Math.floor((at - this.#from) / this.#ms)
  }

  /** Where the part that holds an instant ends. */
  end(at: number): number {
    return this.#ms === Infinity ? Infinity : this.#from + (this.#of(at) + 1) * this.#ms
  }

  add(at: number, weight: number, sum: number, level: number | null): void {
    const part = this.#ms === Infinity ? 0 : this.#of(at)
    this.#weight[part] = (this.#weight[part] ?? 0) + weight
    this.#sum[part] = (this.#sum[part] ?? 0) + sum
    if (level === null) return
    this.#min[part] = Math.min(this.#min[part] ?? Infinity, level)
    this.#max[part] = Math.max(this.#max[part] ?? -Infinity, level)
  }

  merge(at: number, { weight, sum, min, max }: Rollup, i: number): void {
    this.add(at, weight[i]!, sum[i]!, min[i]!)
    this.add(at, 0, 0, max[i]!)
  }

  rolled(): Rollup {
    const out = noRollup(this.#isIncrement)
    for (let part = 0; part < this.#sum.length; part++) {
      if (this.#sum[part] === undefined) continue
      out.at.push(this.#ms === Infinity ? this.#from : this.#from + part * this.#ms)
      out.weight.push(this.#weight[part]!)
      out.sum.push(this.#isIncrement ? this.#sum[part]! : rounded(this.#sum[part]!))
      out.min.push(this.#min[part] ?? 0)
      out.max.push(this.#max[part] ?? 0)
    }
    return out
  }
}

/** A roll-up as tracks of a tile, four in a row for each series. */
export function tracksOf(index: number, rollup: Rollup): Track[] {
  const times = { at: Float64Array.from(rollup.at), start: null }
  return columns.map((column, k) => {
    const value = Float64Array.from(rollup[column])
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

import type { Days } from './days.ts'
import type { Dictionary } from './dictionary.ts'
import { tracksByDay } from './legacy.ts'
import { levels, mergeRollups, rollFurther, rollUp, rollupsOf, tracksOf, type Rollup } from './rollup.ts'
import { join, type Samples } from './samples.ts'
import { decodeTile, encodeTile } from './tile.ts'
import { seriesOf, type Place, type Tiles } from './tiles.ts'
import type { Track } from './track.ts'

/** For how many days what is kept. A long class is told by its entities; all others are of the short one. */
export interface Retention {
  rawDays: number
  longRawDays: number
  /** For each level of roll-ups. */
  rollupDays: readonly [number, number, number]
}

/** Raw samples of circuits and their ends a year, others 35 days; 5 minutes 400 days, hours five years, days for good. */
export const usualRetention: Retention = {
  rawDays: 35,
  longRawDays: 366,
  rollupDays: [400, 5 * 366, Infinity],
}

interface Parts {
  dictionary: Dictionary
  tiles: Tiles
  days: Days
}

/** Work in small pieces, at the end of which stands what is to be done within one transaction: it gives the octets it wrote. */
export type Steps = Generator<void, () => number>

/** Makes roll-ups of days, and thins what is older than it has to be. */
export class Keeping {
  readonly #dictionary: Dictionary
  readonly #tiles: Tiles
  readonly #days: Days
  readonly #retention: Retention

  constructor({ dictionary, tiles, days }: Parts, retention: Retention) {
    this.#dictionary = dictionary
    this.#tiles = tiles
    this.#days = days
    this.#retention = retention
  }

  /** Makes the roll-ups of a place from its raw samples; of series that were thinned before, adds what came late. */
  *roll(place: Place, isLong: (series: number) => boolean): Steps {
    const { day, group } = place
    const samples = yield* this.#samplesOf(place)
    const isThinned = this.#tiles.isThinned(place)
    const gone = isThinned ? this.#rollupsOf(place) : null
    const [from, until] = [this.#days.start(day), this.#days.start(day + 1)]
    const tracks: Track[][] = levels.map(() => [])
    const indexes = new Set([...samples.keys(), ...(gone?.keys() ?? [])])
    for (const index of [...indexes].sort((a, b) => a - b)) {
      const own = samples.get(index)
      let rollup = own && rollUp(own, from, until, levels[0].ms)
      const before = gone?.get(index)
      // What raw samples of the long class say is whole; those of others came late.
      if (before && !(rollup && isLong(seriesOf(group, index))))
        rollup = rollup ? mergeRollups(before, rollup, from, levels[0].ms) : before
      levels.forEach(({ ms }, level) => {
        if (level > 0) rollup = rollFurther(rollup!, from, ms)
        tracks[level]!.push(...tracksOf(index, rollup!))
      })
      yield
    }
    const bodies: Uint8Array[] = []
    for (const one of tracks) {
      bodies.push(encodeTile(one))
      yield
    }
    return () => {
      this.#tiles.roll(place, isThinned, bodies)
      if (isThinned) this.#keepLong(place, samples, isLong)
      return bodies.reduce((sum, { length }) => sum + length, 0)
    }
  }

  /** Drops the raw samples of a place that are past their time; roll-ups must have been made. */
  *thin(place: Place, today: number, isLong: (series: number) => boolean): Steps {
    const isPastAll = place.day < today - this.#retention.longRawDays
    const samples = isPastAll || this.#tiles.isThinned(place) ? null : yield* this.#samplesOf(place)
    return () => {
      if (isPastAll) this.#tiles.remove(place)
      else if (samples) this.#keepLong(place, samples, isLong)
      this.#tiles.markThinned(place)
      return 0
    }
  }

  #keepLong(place: Place, samples: Map<number, Samples>, isLong: (series: number) => boolean): void {
    const kept = [...samples]
      .filter(([index]) => isLong(seriesOf(place.group, index)))
      .sort(([a], [b]) => a - b)
    if (kept.length === 0) this.#tiles.remove(place)
    else if (kept.length < samples.size) {
      const tracks = kept.flatMap(([index, own]) =>
        tracksByDay(index, own, this.#days).filter(([day]) => day === place.day).map(([, track]) => track),
      ) // prettier-ignore
      this.#tiles.replace(place, 0, encodeTile(tracks))
    }
  }

  *#samplesOf(place: Place): Generator<void, Map<number, Samples>> {
    const parts = new Map<number, Samples[]>()
    for (const body of this.#tiles.read(place)) {
      for (const [index, samples] of decodeTile(body, () => true)) {
        const own = parts.get(index)
        if (own) own.push(samples)
        else parts.set(index, [samples])
      }
      yield
    }
    const isIncrement = (index: number) => this.#dictionary.isIncrement(seriesOf(place.group, index))
    return new Map(Array.from(parts, ([index, own]) => [index, join(own, isIncrement(index))]))
  }

  #rollupsOf(place: Place): Map<number, Rollup> {
    const body = this.#tiles.rolled(0, place)
    if (!body) return new Map()
    return rollupsOf(
      decodeTile(body, () => true),
      (index) => this.#dictionary.isIncrement(seriesOf(place.group, index)),
    )
  }
}

import type { Days } from './days.ts'
import type { Dictionary } from './dictionary.ts'
import type { Heads } from './heads.ts'
import type { Legacy } from './legacy.ts'
import { isTrackOf, levels, rollupsOf, type Rollup } from './rollup.ts'
import { join, noSamples, type Samples } from './samples.ts'
import type { Period } from './contract.ts'
import { decodeTile } from './tile.ts'
import { groupOf, indexOf, seriesOf, type Tiles } from './tiles.ts'

/** What is found of a series, in order of time; of samples only what lies within `from` and `until` counts. */
export interface Visitor {
  samples(series: number, samples: Samples, from: number, until: number): void
  rollup(series: number, rollup: Rollup, partMs: number): void
}

/** A day and how much of it is asked for. */
export interface Sight {
  from: number
  until: number
  isWhole: boolean
}

/** Which roll-up serves for a day, by its level; null: the raw samples. */
export type Choice = (sight: Sight) => number | null

export interface Stores {
  days: Days
  dictionary: Dictionary
  heads: Heads
  tiles: Tiles
  legacy: Legacy
}

/** Reads series from wherever their samples lie: old blocks, tiles, roll-ups and heads. */
export class Reader {
  readonly #from: Stores

  constructor(stores: Stores) {
    this.#from = stores
  }

  /** Tells the visitor of the series, group by group, day by day. */
  visit(series: number[], period: Period, choose: Choice, visitor: Visitor): void {
    const days = this.#daysOf(period)
    for (const [group, members] of Map.groupBy(new Set(series), groupOf)) {
      for (const run of this.#runs(group, members, days, period, choose)) this.#visitRun(run, visitor)
    }
  }

  /** Days that hold anything, in order, with today's heads and what they reach back to. */
  #daysOf({ from, until }: Period): number[] {
    const { days, tiles } = this.#from
    const [first, last] = [days.of(Math.max(from, 1)), days.of(Math.max(from, until - 1, 1))]
    const found = new Set([...tiles.rawDays, ...tiles.rolledDays])
    return [...found].filter((day) => day >= first && day <= last).sort((a, b) => a - b)
  }

  /** Days that are read from the raw samples one after another are read as one. */
  *#runs(group: number, members: number[], days: number[], period: Period, choose: Choice): Generator<Run> {
    let raw: number[] = []
    let from = period.from
    for (const day of days) {
      const level = this.#levelFor(group, day, period, choose)
      const isThinned = level === null && this.#from.tiles.isThinned({ day, group })
      if (level === null && !isThinned) {
        raw.push(day)
        continue
      }
      const [start, end] = [this.#from.days.start(day), this.#from.days.start(day + 1)]
      if (raw.length > 0 || start > from)
        yield { group, days: raw, members, from, until: Math.max(start, from) }
      raw = []
      if (level === null) {
        yield {
          group,
          days: [day],
          members,
          from: Math.max(start, from),
          until: Math.min(end, period.until),
          isThinned,
        }
        from = end
        continue
      }
      const fresh = members.filter((series) => this.#from.heads.least(series) < end)
      const rolled = members.filter((series) => !fresh.includes(series))
      if (fresh.length > 0) yield { group, days: [day], members: fresh, from: start, until: end }
      if (rolled.length > 0) yield { group, day, level, members: rolled }
      from = end
    }
    if (from < period.until) yield { group, days: raw, members, from, until: period.until }
  }

  #levelFor(group: number, day: number, period: Period, choose: Choice): number | null {
    const { days, tiles, legacy } = this.#from
    if (!legacy.isEmpty || !tiles.isRolled({ day, group })) return null
    const [start, end] = [days.start(day), days.start(day + 1)]
    const [from, until] = [Math.max(start, period.from), Math.min(end, period.until)]
    return choose({ from, until, isWhole: from === start && until === end })
  }

  #visitRun(run: Run, visitor: Visitor): void {
    if ('level' in run) this.#visitRolled(run, visitor)
    else this.#visitRaw(run, visitor)
  }

  /** From the level that was chosen, or the next coarser one that is still kept. */
  #visitRolled({ group, day, level, members }: RolledRun, visitor: Visitor): void {
    const { tiles, dictionary, days } = this.#from
    const wanted = new Set(members.map(indexOf))
    for (let coarser = level; coarser < levels.length; coarser++) {
      const body = tiles.rolled(coarser, { day, group })
      if (!body) continue
      const tracks = decodeTile(
        body,
        isTrackOf((index) => wanted.has(index)),
      )
      const dayMs = days.start(day + 1) - days.start(day)
      const isIncrement = (index: number) => dictionary.isIncrement(seriesOf(group, index))
      for (const [index, rollup] of rollupsOf(tracks, isIncrement))
        visitor.rollup(seriesOf(group, index), rollup, Math.min(levels[coarser]!.ms, dayMs))
      return
    }
  }

  #visitRaw({ group, days, members, from, until, isThinned }: RawRun, visitor: Visitor): void {
    const found = this.#partsOf(group, days, members)
    for (const series of members) {
      const samples = this.#joined(series, found.get(series) ?? [], from, until)
      if (samples.at.length > 0) visitor.samples(series, samples, from, until)
    }
    // Of a day whose raw samples are no longer kept the finest roll-up stands in.
    const thinned = isThinned ? members.filter((series) => !found.has(series)) : []
    if (thinned.length > 0) this.#visitRolled({ group, day: days[0]!, level: 0, members: thinned }, visitor)
  }

  #partsOf(group: number, days: number[], members: number[]): Map<number, Samples[]> {
    const wanted = new Set(members.map(indexOf))
    const found = new Map<number, Samples[]>()
    for (const day of days) {
      for (const body of this.#from.tiles.read({ day, group })) {
        for (const [index, samples] of decodeTile(body, (one) => wanted.has(one))) {
          const series = seriesOf(group, index)
          const parts = found.get(series)
          if (parts) parts.push(samples)
          else found.set(series, [samples])
        }
      }
    }
    return found
  }

  /** All of a series' samples that were found, and what old blocks and its head hold besides. */
  #joined(series: number, parts: Samples[], from: number, until: number): Samples {
    const { dictionary, heads, legacy } = this.#from
    const old = legacy.isEmpty ? [] : legacy.read(series, from, until)
    const head = heads.least(series) < until ? heads.read(series) : null
    const newest = head && { at: [...head.times.at], start: head.times.start && [...head.times.start], value: [...head.value] } // prettier-ignore
    const all = [...old, ...parts, ...(newest ? [newest] : [])]
    return all.length === 0 ? noSamples(false) : join(all, dictionary.isIncrement(series))
  }
}

interface RawRun {
  group: number
  days: number[]
  members: number[]
  from: number
  until: number
  isThinned?: boolean
}

interface RolledRun {
  group: number
  day: number
  level: number
  members: number[]
}

type Run = RawRun | RolledRun

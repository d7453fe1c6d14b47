import { metrics } from '@zongheng/inventory/metric.ts'
import type { DatabaseSync } from 'node:sqlite'
import { Reader, type Choice, type Stores } from './reader.ts'
import { grownBy, levels } from './rollup.ts'
import type {
  LastValue,
  Period,
  Ranked,
  RawSamples,
  SeriesKey,
  StepQuery,
  Steps,
  TopQuery,
  Total,
  TotalQuery,
} from './contract.ts'
import { groupOf, seriesOf } from './tiles.ts'
import { Steps as StepSums, totalOf } from './thin.ts'
import type { Samples } from './samples.ts'

const groupSize = 64
/** A roll-up serves for steps of this many of its parts. */
const partsInStep = 3
/** How far back a step may look for what it stands on. */
const lookBackMs = 3_600_000
const dayMs = 24 * 3_600_000

const rawOnly: Choice = () => null
/** The coarsest for whole days. */
const wholeDays: Choice = ({ isWhole }) => (isWhole ? levels.length - 1 : null)

/** The coarsest roll-up of which a step holds several parts, or whole ones. */
function levelForStep(stepMs: number, from: number): Choice {
  const fits = (ms: number, dayFrom: number) =>
    stepMs >= partsInStep * ms || (stepMs % ms === 0 && (dayFrom - from) % ms === 0)
  return ({ from: dayFrom }) => {
    for (let level = levels.length - 1; level >= 0; level--)
      if (fits(Math.min(levels[level]!.ms, dayMs), dayFrom)) return level
    return null
  }
}

/** Answers of the series file. */
export class Queries {
  readonly #reader: Reader
  readonly #stores: Stores
  readonly #db: DatabaseSync
  readonly #learned = new Set<number>()

  constructor(stores: Stores, db: DatabaseSync) {
    this.#reader = new Reader(stores)
    this.#stores = stores
    this.#db = db
  }

  read({ entities, metrics, from, until, stepMs }: StepQuery): Steps[] {
    const keys = entities.flatMap((entity) => metrics.map((metric) => ({ entity, metric })))
    const sums = keys.map(() => new StepSums(from, until, stepMs))
    this.#visit(keys, { from: from - lookBackMs, until }, levelForStep(stepMs, from), sums)
    return keys.map((key, i) => ({ ...key, ...sums[i]!.thinned() }))
  }

  total({ entity, metric, from, until }: TotalQuery): Total {
    const sum = new TotalSum({ from, until })
    this.#visit([{ entity, metric }], { from, until }, wholeDays, [sum])
    return sum.total()
  }

  raw(keys: SeriesKey[], { from, until }: Period): RawSamples[] {
    const found = keys.map((key) => ({
      ...key,
      atMs: [] as number[],
      ...(metrics[key.metric].kind === 'increment' && { startMs: [] as number[] }),
      values: [] as number[],
    }))
    const takers = found.map((own) => ({
      addSamples({ at, start, value }: Samples) {
        for (let i = 0; i < at.length; i++) {
          // Filed under two days, told once. An increment that ends where the period begins does not overlap it.
          if (
            at[i]! < from + (start ? 1 : 0) ||
            (start?.[i] ?? at[i]!) >= until ||
            at[i]! <= (own.atMs.at(-1) ?? 0)
          )
            continue
          own.atMs.push(at[i]!)
          own.startMs?.push(start![i]!)
          own.values.push(value[i]!)
        }
      },
      addRollup() {},
    }))
    this.#visit(keys, { from, until }, rawOnly, takers)
    return found
  }

  last(keys: SeriesKey[], notBeforeMs: number): LastValue[] {
    for (const { entity, metric } of keys) {
      const series = this.#stores.dictionary.find(entity, metric)
      if (series !== undefined) this.#learn(groupOf(series))
    }
    return keys.flatMap((key) => {
      const newest = this.#newest(key, notBeforeMs)
      if (!newest || newest.at < notBeforeMs) return []
      const { at, start, value } = newest
      const isRate = start !== null && at > start
      return [{ ...key, atMs: at, value: isRate ? (value / (at - start)) * 1000 : value }]
    })
  }

  /** Heads know what came since the start: once, it is held against what lies on the disk, where late samples came first. */
  #learn(group: number): void {
    const { heads, days } = this.#stores
    const members = Array.from({ length: groupSize }, (_, index) => seriesOf(group, index)).filter(
      (series) => heads.newest(series) && !this.#learned.has(series),
    )
    if (members.length === 0) return
    const earliest = Math.min(...members.map((series) => heads.newest(series)!.at))
    this.#reader.visit(members, { from: days.start(days.of(earliest)), until: 2 ** 48 }, rawOnly, {
      samples(series, { at, start, value }) {
        heads.remember(series, at.at(-1)!, start?.at(-1) ?? NaN, value.at(-1)!)
      },
      rollup() {},
    })
    for (const series of members) this.#learned.add(series)
  }

  /** Known in memory, or, when it has been silent since the start, searched back day by day. */
  #newest(key: SeriesKey, notBeforeMs: number): { at: number; start: number | null; value: number } | null {
    const { dictionary, heads, tiles, days, legacy } = this.#stores
    const series = dictionary.find(key.entity, key.metric)
    if (series === undefined) return null
    const held = heads.newest(series)
    if (held) return held
    if (!legacy.isEmpty) return this.#newestWithin(key, { from: notBeforeMs, until: 2 ** 48 })
    for (const day of [...tiles.rawDays].sort((a, b) => b - a)) {
      if (days.start(day + 1) <= notBeforeMs) return null
      const found = this.#newestWithin(key, { from: days.start(day), until: days.start(day + 1) })
      if (!found) continue
      heads.remember(series, found.at, found.start ?? NaN, found.value)
      this.#learned.add(series)
      return found
    }
    return null
  }

  #newestWithin(key: SeriesKey, period: Period) {
    const [{ atMs, startMs, values } = { atMs: [], values: [] }] = this.raw([key], period)
    const at = atMs.at(-1)
    return at === undefined ? null : { at, start: startMs?.at(-1) ?? null, value: values.at(-1)! }
  }

  top({ metric, entities, by, limit, from, until }: TopQuery): Ranked[] {
    const keys = entities.map((entity) => ({ entity, metric }))
    const value =
      by === 'total' ? this.#totals(keys, { from, until }) : this.#overall(keys, { from, until }, by)
    return entities
      .flatMap((entity, i) => (value[i] === null ? [] : [{ entity, value: value[i]! }]))
      .sort((one, other) => other.value - one.value || (one.entity < other.entity ? -1 : 1))
      .slice(0, limit)
  }

  #totals(keys: SeriesKey[], period: Period): (number | null)[] {
    const sums = keys.map(() => new TotalSum(period))
    this.#visit(keys, period, wholeDays, sums)
    return sums.map((sum) => (sum.total().coveredMs > 0 ? sum.total().total : null))
  }

  #overall(keys: SeriesKey[], { from, until }: Period, by: 'mean' | 'max'): (number | null)[] {
    const sums = keys.map(() => new StepSums(from, until, until - from))
    this.#visit(keys, { from, until }, wholeDays, sums)
    return sums.map((sum) => sum.thinned()[by][0] ?? null)
  }

  keys(after: SeriesKey | null, limit: number): SeriesKey[] {
    const list = this.#db.prepare(
      'SELECT entity, metric FROM series WHERE (entity, metric) > (?, ?) ORDER BY entity, metric LIMIT ?',
    )
    return list.all(after?.entity ?? '', after?.metric ?? '', limit) as unknown as SeriesKey[]
  }

  #visit(keys: SeriesKey[], period: Period, choose: Choice, takers: Taker[]): void {
    const places = new Map<number, Taker[]>()
    keys.forEach(({ entity, metric }, i) => {
      const series = this.#stores.dictionary.find(entity, metric)
      if (series === undefined) return
      // A key may be asked for twice.
      const own = places.get(series)
      if (own) own.push(takers[i]!)
      else places.set(series, [takers[i]!])
    })
    this.#reader.visit([...places.keys()], period, choose, {
      samples(series, samples, from, until) {
        for (const taker of places.get(series)!) taker.addSamples(samples, from, until)
      },
      rollup(series, rollup, partMs) {
        for (const taker of places.get(series)!) taker.addRollup(rollup, partMs, period)
      },
    })
  }
}

interface Taker {
  addSamples(samples: Samples, from: number, until: number): void
  addRollup(rollup: Parameters<StepSums['addRollup']>[0], partMs: number, period: Period): void
}

/** Volume over any mix of samples and roll-ups: exact, but for what lies across the period's own edges, which is pro rata. */
class TotalSum implements Taker {
  readonly #period: Period
  #total = 0
  #coveredMs = 0

  constructor(period: Period) {
    this.#period = period
  }

  addSamples(samples: Samples, from: number, until: number): void {
    const { total, coveredMs } = totalOf(samples, from, until)
    this.#total += total + this.#mended(samples, from) - this.#mended(samples, until)
    this.#coveredMs += coveredMs
  }

  /** At an edge to a day that was rolled up, increments are cut where that cut them: in whole units. */
  #mended({ at, start, value }: Samples, edge: number): number {
    if (!start || edge === this.#period.from || edge === this.#period.until) return 0
    let difference = 0
    for (let i = 0; i < at.length; i++) {
      if (start[i]! >= edge || at[i]! <= edge) continue
      const exact = (value[i]! * (edge - start[i]!)) / (at[i]! - start[i]!)
      difference += exact - grownBy(edge, start[i]!, at[i]!, value[i]!)
    }
    return difference
  }

  addRollup(
    { at, weight, sum }: Parameters<Taker['addRollup']>[0],
    partMs: number,
    { from, until }: Period,
  ): void {
    for (let i = 0; i < at.length; i++) {
      const overlap = Math.min(until, at[i]! + partMs) - Math.max(from, at[i]!)
      const share = Math.max(0, overlap / partMs)
      this.#total += share === 1 ? sum[i]! : sum[i]! * share
      this.#coveredMs += weight[i]! * share
    }
  }

  total(): Total {
    return { total: this.#total, coveredMs: this.#coveredMs }
  }
}

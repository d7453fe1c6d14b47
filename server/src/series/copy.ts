import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { metrics } from '@zongheng/inventory/metric.ts'
import type { BatchMark, Period, RawSamples, SeriesKey, SeriesStore } from './contract.ts'

/** At a time: some half a million samples of a minute. */
const keysAtOnce = 400
const windowMs = 86_400_000
const mostTries = 10
const visibleAfterMs = 500
/** Stores that keep decimals in their own form differ in the last digits of a double. */
const closeEnough = 1e-12

export interface CopyOptions extends Period {
  /** Once everything that was appended can be read. */
  settle: () => Promise<void>
  onProgress?: ((progress: CopyProgress) => void) | undefined
  signal?: AbortSignal
  pause?: (ms: number) => Promise<unknown>
}

/** `samples` the source has, `copied` of them that the target did not have yet; sums of all values on both sides. */
export interface CopyProgress {
  series: number
  samples: number
  copied: number
  sourceSum: number
  targetSum: number
  /** Samples that the target lacks or has otherwise, after all; and the first such series. */
  wrong: number
  firstWrong: SeriesKey | null
  isDone: boolean
}

/**
 * Copies exact samples from one store to another, some series and a day at a time, and reads back what it wrote. What the target
 * has is not written again, so it can be interrupted and repeated. Roll-ups of samples that are gone are not copied.
 */
export async function copySeries(
  source: SeriesStore,
  target: SeriesStore,
  options: CopyOptions,
): Promise<CopyProgress> {
  const run = new Run(source, target, options)
  let keys: SeriesKey[] = []
  do {
    keys = await source.keys(keys.at(-1) ?? null, keysAtOnce)
    if (keys.length > 0) await run.copy(keys)
  } while (keys.length === keysAtOnce && !options.signal?.aborted)
  run.progress.isDone = !options.signal?.aborted
  return run.progress
}

class Run {
  readonly progress: CopyProgress = {
    series: 0,
    samples: 0,
    copied: 0,
    sourceSum: 0,
    targetSum: 0,
    wrong: 0,
    firstWrong: null,
    isDone: false,
  }
  readonly #source: SeriesStore
  readonly #target: SeriesStore
  readonly #options: CopyOptions
  readonly #epoch = randomUUID()
  #seq = 0

  constructor(source: SeriesStore, target: SeriesStore, options: CopyOptions) {
    this.#source = source
    this.#target = target
    this.#options = options
  }

  async copy(keys: SeriesKey[]): Promise<void> {
    const { from, until, signal, onProgress } = this.#options
    for (let start = from; start < until && !signal?.aborted; start += windowMs)
      await this.#copyWindow(keys, { from: start, until: Math.min(until, start + windowMs) })
    this.progress.series += keys.length
    onProgress?.(this.progress)
  }

  async #copyWindow(keys: SeriesKey[], window: Period): Promise<void> {
    const wanted = (await this.#source.raw(keys, window)).map((series) => within(series, window))
    if (wanted.every(({ atMs }) => atMs.length === 0)) return
    const missing = lacking(wanted, await this.#target.raw(keys, window))
    const count = missing.reduce((sum, { atMs }) => sum + atMs.length, 0)
    if (count > 0) {
      await this.#target.append(this.#mark(), columnsOf(missing))
      await this.#options.settle()
    }
    this.progress.copied += count
    this.#count(wanted, await this.#readBack(keys, window, wanted))
  }

  /** VictoriaMetrics answers a moment before all it took can be read, and tells nobody when it can. */
  async #readBack(keys: SeriesKey[], window: Period, wanted: RawSamples[]): Promise<RawSamples[]> {
    for (let tries = 1; ; tries++) {
      const found = await this.#target.raw(keys, window)
      const isWhole = lacking(wanted, found).every(({ atMs }) => atMs.length === 0)
      if (isWhole || tries === mostTries) return found
      await (this.#options.pause ?? setTimeout)(tries * visibleAfterMs)
      await this.#options.settle()
    }
  }

  #count(wanted: RawSamples[], found: RawSamples[]): void {
    const { progress } = this
    for (const [i, left] of lacking(wanted, found).entries()) {
      const own = new Map(found[i]!.atMs.map((at, j) => [at, found[i]!.values[j]!]))
      for (const [j, at] of wanted[i]!.atMs.entries()) {
        progress.sourceSum += wanted[i]!.values[j]!
        progress.targetSum += own.get(at) ?? 0
      }
      progress.samples += wanted[i]!.atMs.length
      progress.wrong += left.atMs.length
      if (left.atMs.length > 0) progress.firstWrong ??= { entity: left.entity, metric: left.metric }
    }
  }

  #mark(): BatchMark {
    return { collectorId: 'series-copy', epoch: this.#epoch, lane: 'backfill', seq: ++this.#seq }
  }
}

/** Each sample once: an increment belongs to the window in which it ends. */
function within(series: RawSamples, { from, until }: Period): RawSamples {
  const isIncrement = metrics[series.metric].kind === 'increment'
  return only(series, (at) => (isIncrement ? at > from && at <= until : at >= from && at < until))
}

/** Of the samples that are wanted those which are not found, or otherwise. */
function lacking(wanted: RawSamples[], found: RawSamples[]): RawSamples[] {
  return wanted.map((series, i) => {
    const { atMs, startMs, values } = found[i]!
    const places = new Map(atMs.map((at, place) => [at, place]))
    return only(series, (at, j) => {
      const place = places.get(at)
      if (place === undefined) return true
      return !isClose(values[place]!, series.values[j]!) || startMs?.[place] !== series.startMs?.[j]
    })
  })
}

const isClose = (a: number, b: number) =>
  a === b || Math.abs(a - b) <= closeEnough * Math.max(Math.abs(a), Math.abs(b))

function only(series: RawSamples, isIn: (at: number, i: number) => boolean): RawSamples {
  const places = series.atMs.flatMap((at, i) => (isIn(at, i) ? [i] : []))
  if (places.length === series.atMs.length) return series
  const pick = (column: number[]) => places.map((place) => column[place]!)
  const { entity, metric, atMs, startMs, values } = series
  return {
    entity,
    metric,
    atMs: pick(atMs),
    ...(startMs && { startMs: pick(startMs) }),
    values: pick(values),
  }
}

const columnsOf = (series: RawSamples[]): SampleColumns[] =>
  series
    .filter(({ atMs }) => atMs.length > 0)
    .map(({ entity, metric, atMs, startMs, values }) => ({
      metric,
      ids: [entity],
      entities: new Uint32Array(atMs.length),
      atMs,
      ...(startMs && { startMs }),
      values,
    }))

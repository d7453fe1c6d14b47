import type { MetricName } from '@zongheng/inventory/metric.ts'
import type { ClockStamp } from './clock.ts'
import type { Fact } from './contract.ts'
import { Singles, type EntityRows, type Recorder } from './recorder.ts'
import type { NewBatch } from './spool/spool.ts'
import { SamplesWriter } from './wire/samples-writer.ts'
import { packMessage } from './wire/version-1.ts'

export interface BatcherOptions {
  add: (batch: NewBatch) => Promise<void>
  onError: (error: Error) => void
  /** How the instants of a batch that closes now were made. */
  stamp?: () => ClockStamp
  /** How long a batch stays open. With nobody to send it to, larger ones cost the disk less. */
  openMs: () => number
  /** Samples of this span were given up: the disk took nothing, and memory was full. */
  onOverload?: () => void
}

export const onlineOpenMs = 2_000
export const offlineOpenMs = 15_000
/** Verdicts that change together travel together. */
const soonMs = 50
/** A batch of so many is closed at once: some hundred kilobytes. */
const batchSamples = 250_000
/** Held in memory while the disk takes nothing; what comes beyond is a gap. 32 MiB. */
const maxSamples = 4_000_000
/** A device's fact can be large. */
const factsPerBatch = 20

/** Gathers what is measured into columns, and closes a batch of them every few seconds, or at once for a new verdict. */
export class Batcher implements Recorder {
  readonly #options: BatcherOptions
  readonly #singles = new Singles()
  readonly #single = new Float64Array(1)
  #open = new SamplesWriter()
  /** Full ones that wait for the disk. */
  #full: SamplesWriter[] = []
  #waiting = 0
  #facts: Fact[] = []
  #overload: { fromMs: number; untilMs: number } | null = null
  #closing: Promise<void> = Promise.resolve()
  #isClosing = false
  #dueMs = Infinity
  #timer: NodeJS.Timeout | undefined

  constructor(options: BatcherOptions) {
    this.#options = options
  }

  sample(metric: MetricName, entityId: string, atMs: number, value: number): void {
    this.increment(metric, entityId, NaN, atMs, value)
  }

  increment(metric: MetricName, entityId: string, startMs: number, atMs: number, value: number): void {
    if (!Number.isFinite(value)) return
    this.#single[0] = value
    this.incrementRows(metric, this.#singles.rows(entityId), startMs, atMs, this.#single)
  }

  sampleRows(metric: MetricName, rows: EntityRows, atMs: number, values: Float64Array): void {
    this.incrementRows(metric, rows, NaN, atMs, values)
  }

  /** `startMs` NaN for gauges. */
  incrementRows(
    metric: MetricName,
    rows: EntityRows,
    startMs: number,
    atMs: number,
    values: Float64Array,
  ): void {
    if (this.#waiting >= maxSamples) return this.#giveUp(atMs)
    const before = this.#open.size
    this.#open.add(metric, rows, startMs, atMs, values)
    this.#waiting += this.#open.size - before
    if (this.#open.size >= batchSamples) {
      this.#setAside()
      this.#closeNow()
    } else if (this.#dueMs === Infinity) this.#closeWithin(this.#options.openMs())
  }

  fact(fact: Fact): void {
    this.#facts.push(fact)
    this.#closeWithin(soonMs)
  }

  flushSoon(): void {
    this.#closeWithin(soonMs)
  }

  /** Everything recorded until now is durable when this resolves. */
  async flush(): Promise<void> {
    do {
      this.#closeNow()
      await this.#closing
    } while (this.#waiting > 0 || this.#facts.length > 0)
  }

  #giveUp(atMs: number): void {
    if (!this.#overload) this.#options.onOverload?.()
    this.#overload = { fromMs: this.#overload?.fromMs ?? atMs, untilMs: atMs }
  }

  #setAside(): void {
    if (this.#open.size === 0) return
    this.#full.push(this.#open)
    this.#open = new SamplesWriter()
  }

  #closeWithin(ms: number): void {
    const dueMs = performance.now() + ms
    if (dueMs >= this.#dueMs) return
    clearTimeout(this.#timer)
    this.#dueMs = dueMs
    this.#timer = setTimeout(() => this.#closeNow(), ms)
  }

  /** One after another: while the disk takes nothing, memory fills up to its bound. */
  #closeNow(): void {
    clearTimeout(this.#timer)
    this.#dueMs = Infinity
    if (this.#isClosing) return
    this.#isClosing = true
    this.#closing = this.#close()
      .catch((error: unknown) => this.#options.onError(error as Error))
      .finally(() => {
        this.#isClosing = false
        if (this.#full.length > 0) this.#closeNow()
        else if (this.#facts.length > 0) this.#closeWithin(soonMs)
        else if (this.#waiting > 0) this.#closeWithin(this.#options.openMs())
      })
  }

  async #close(): Promise<void> {
    const { add } = this.#options
    this.#setAside()
    const facts = this.#takeFacts()
    for (let writer = this.#full.shift(); writer; writer = this.#full.shift()) {
      const { fromMs, untilMs, size } = writer
      const stamp = this.#options.stamp?.()
      this.#waiting -= size // one batch is on its way to the disk, whatever waits behind it
      await add({ kind: 'samples', fromMs, untilMs, body: await writer.pack(), ...(stamp ? { stamp } : {}) })
    }
    for (let at = 0; at < facts.length; at += factsPerBatch) {
      const some = facts.slice(at, at + factsPerBatch)
      const instants = some.map((fact) => ('atMs' in fact ? fact.atMs : fact.untilMs))
      const span = { fromMs: Math.min(...instants), untilMs: Math.max(...instants) }
      await add({ kind: 'facts', ...span, body: await packMessage(some) })
    }
  }

  #takeFacts(): Fact[] {
    const facts = this.#facts
    this.#facts = []
    if (this.#overload) facts.push({ kind: 'gap', ...this.#overload, reason: 'overload' })
    this.#overload = null
    return facts
  }
}

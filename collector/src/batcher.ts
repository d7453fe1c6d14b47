import type { MetricName } from '@zongheng/inventory/metric.ts'
import type { Fact, SampleColumns } from './contract.ts'
import { Columns, type EntityRows, type Recorder } from './recorder.ts'
import { packBody } from './spool/body.ts'
import type { NewBatch } from './spool/spool.ts'

export interface BatcherOptions {
  add: (batch: NewBatch) => Promise<void>
  onError: (error: Error) => void
  /** How long a batch stays open. With nobody to send it to, larger ones cost the disk less. */
  openMs: () => number
}

export const onlineOpenMs = 2_000
export const offlineOpenMs = 15_000
/** Verdicts that change together travel together. */
const soonMs = 50
/** Held in memory while the disk takes nothing; what comes beyond is a gap. All of them fit one batch. */
const maxSamples = 500_000
/** A device's fact can be large. */
const factsPerBatch = 20

/** Gathers what is measured into columns, and closes a batch of them every few seconds, or at once for a new verdict. */
export class Batcher implements Recorder {
  readonly #options: BatcherOptions
  #columns = new Map<MetricName, Columns>()
  #facts: Fact[] = []
  #samples = 0
  #fromMs = Infinity
  #untilMs = -Infinity
  #overload: { fromMs: number; untilMs: number } | null = null
  #closing: Promise<void> = Promise.resolve()
  #isClosing = false
  #dueMs = Infinity
  #timer: NodeJS.Timeout | undefined

  constructor(options: BatcherOptions) {
    this.#options = options
  }

  sample(metric: MetricName, entityId: string, atMs: number, value: number): void {
    this.#add(metric, entityId, atMs, value)
  }

  increment(metric: MetricName, entityId: string, startMs: number, atMs: number, value: number): void {
    this.#add(metric, entityId, atMs, value, startMs)
  }

  sampleRows(metric: MetricName, { ids }: EntityRows, atMs: number, values: Float64Array): void {
    ids.forEach((id, i) => this.#add(metric, id, atMs, values[i]!))
  }

  incrementRows(
    metric: MetricName,
    { ids }: EntityRows,
    startMs: number,
    atMs: number,
    values: Float64Array,
  ): void {
    ids.forEach((id, i) => this.#add(metric, id, atMs, values[i]!, startMs))
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
    } while (this.#samples > 0 || this.#facts.length > 0)
  }

  #add(metric: MetricName, entityId: string, atMs: number, value: number, startMs?: number): void {
    if (!Number.isFinite(value)) return
    if (this.#samples >= maxSamples) {
      this.#overload = { fromMs: this.#overload?.fromMs ?? atMs, untilMs: atMs }
      return
    }
    let columns = this.#columns.get(metric)
    if (!columns) this.#columns.set(metric, (columns = new Columns(metric)))
    columns.add(entityId, atMs, value, startMs)
    this.#samples++
    this.#fromMs = Math.min(this.#fromMs, startMs ?? atMs)
    this.#untilMs = Math.max(this.#untilMs, atMs)
    this.#closeWithin(this.#options.openMs())
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
        if (this.#facts.length > 0) this.#closeWithin(soonMs)
        else if (this.#samples > 0) this.#closeWithin(this.#options.openMs())
      })
  }

  async #close(): Promise<void> {
    const { add } = this.#options
    const span = { fromMs: this.#fromMs, untilMs: this.#untilMs }
    const columns = this.#takeColumns()
    const facts = this.#takeFacts()
    if (columns.length > 0) await add({ kind: 'samples', ...span, body: await packBody(columns) })
    for (let at = 0; at < facts.length; at += factsPerBatch) {
      const some = facts.slice(at, at + factsPerBatch)
      const instants = some.map((fact) => ('atMs' in fact ? fact.atMs : fact.untilMs))
      const factSpan = { fromMs: Math.min(...instants), untilMs: Math.max(...instants) }
      await add({ kind: 'facts', ...factSpan, body: await packBody(some) })
    }
  }

  #takeColumns(): SampleColumns[] {
    const columns = [...this.#columns.values()].map((one) => one.take())
    this.#columns = new Map()
    this.#samples = 0
    this.#fromMs = Infinity
    this.#untilMs = -Infinity
    return columns
  }

  #takeFacts(): Fact[] {
    const facts = this.#facts
    this.#facts = []
    if (this.#overload) facts.push({ kind: 'gap', ...this.#overload, reason: 'overload' })
    this.#overload = null
    return facts
  }
}

import type { MetricName } from '@zongheng/inventory/metric.ts'
import type { Fact } from './contract.ts'
import type { EntityRows, Recorder } from './recorder.ts'

export interface SeenSample {
  metric: MetricName
  entityId: string
  atMs: number
  value: number
  startMs?: number
}

/** Keeps what was measured, and lets a test wait for it. */
export class MemoryRecorder implements Recorder {
  readonly samples: SeenSample[] = []
  readonly facts: Fact[] = []
  flushes = 0
  #told = 0
  readonly #waiting = new Set<() => void>()

  sample(metric: MetricName, entityId: string, atMs: number, value: number): void {
    this.#add({ metric, entityId, atMs, value })
  }

  increment(metric: MetricName, entityId: string, startMs: number, atMs: number, value: number): void {
    this.#add({ metric, entityId, atMs, value, startMs })
  }

  sampleRows(metric: MetricName, { ids }: EntityRows, atMs: number, values: Float64Array): void {
    ids.forEach((id, i) => Number.isNaN(values[i]) || this.sample(metric, id, atMs, values[i]!))
  }

  incrementRows(
    metric: MetricName,
    { ids }: EntityRows,
    startMs: number,
    atMs: number,
    values: Float64Array,
  ): void {
    ids.forEach((id, i) => Number.isNaN(values[i]) || this.increment(metric, id, startMs, atMs, values[i]!))
  }

  fact(fact: Fact): void {
    this.facts.push(fact)
    this.#wake()
  }

  flushSoon(): void {
    this.flushes++
  }

  all(metric: MetricName, entityId: string): SeenSample[] {
    return this.samples.filter((one) => one.metric === metric && one.entityId === entityId)
  }

  last(metric: MetricName, entityId: string): number | undefined {
    return this.all(metric, entityId).at(-1)?.value
  }

  total(metric: MetricName, entityId: string): number {
    return this.all(metric, entityId).reduce((sum, { value }) => sum + value, 0)
  }

  /** The next sample of this series, with this value if one is given. */
  async next(metric: MetricName, entityId: string, value?: number): Promise<SeenSample> {
    for (let from = this.samples.length; ;) {
      const found = this.samples
        .slice(from)
        .find(
          (one) =>
            one.metric === metric &&
            one.entityId === entityId &&
            (value === undefined || one.value === value),
        )
      if (found) return found
      from = this.samples.length
      await this.#change()
    }
  }

  /** The next fact of a kind that was not given yet. */
  async nextFact<K extends Fact['kind']>(kind: K): Promise<Extract<Fact, { kind: K }>> {
    for (;;) {
      while (this.#told < this.facts.length) {
        const fact = this.facts[this.#told++]!
        if (fact.kind === kind) return fact as Extract<Fact, { kind: K }>
      }
      await this.#change()
    }
  }

  #add(sample: SeenSample): void {
    this.samples.push(sample)
    this.#wake()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve))
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}

import type { Log } from '../log.ts'
import type { SeriesStore } from '../series/contract.ts'

const everyMs = 3_600_000

/** How full the series are, asked once an hour. */
export class CapacityWatch {
  readonly #store: Pick<SeriesStore, 'capacity'>
  readonly #log: Log
  #timer: NodeJS.Timeout | undefined
  #filledPercent: number | null = null

  constructor(store: Pick<SeriesStore, 'capacity'>, log: Log) {
    this.#store = store
    this.#log = log
  }

  /** Null while it is not known. A store without a bound is never full. */
  get filledPercent(): number | null {
    return this.#filledPercent
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), everyMs)
    void this.look()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async look(): Promise<void> {
    try {
      const { series, mostSeries } = await this.#store.capacity()
      this.#filledPercent = mostSeries === null ? 0 : Math.floor((100 * series) / mostSeries)
    } catch (err) {
      this.#log.warn({ err }, 'the series do not say how full they are')
    }
  }
}

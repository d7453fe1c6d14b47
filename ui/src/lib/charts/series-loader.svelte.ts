import type { Series } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { widened, type Period } from './look.ts'

export interface Ask {
  entity: string[]
  metric: string[]
}

const entitiesAtMost = 64
/** How long a gesture must rest before finer data are asked for. */
const restMs = 120

/** Series of the charts of a page. What was loaded stays until its successor is there. */
export class SeriesLoader {
  /** The period that was asked for, without the margin. */
  period = $state.raw<Period>({ from: 0, until: 1 })
  loading = $state(false)
  #series = $state.raw<ReadonlyMap<string, Series>>(new Map())
  #abort: AbortController | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #onfailed: (problem: unknown) => void

  constructor(onfailed: (problem: unknown) => void) {
    this.#onfailed = onfailed
  }

  of = (entityId: string, metric: string): Series | undefined => this.#series.get(`${entityId} ${metric}`)

  /** Asks for it as soon as no newer wish follows; the former request is given up. */
  want(asks: readonly Ask[], period: Period, points: number) {
    clearTimeout(this.#timer)
    const first = this.#series.size === 0 && this.#abort === null
    this.#timer = setTimeout(() => void this.#load(asks, period, points), first ? 0 : restMs)
  }

  stop() {
    clearTimeout(this.#timer)
    this.#abort?.abort()
  }

  async #load(asks: readonly Ask[], period: Period, points: number) {
    this.#abort?.abort()
    const abort = (this.#abort = new AbortController())
    const query = widened(period, points, Date.now())
    this.loading = true
    try {
      const answers = await Promise.all(
        parted(asks).map((ask) =>
          api.get<{ items: Series[] }>('/series', { ...query, ...ask }, abort.signal),
        ),
      )
      const items = answers.flatMap((answer) => answer.items)
      this.#series = new Map(items.map((one) => [`${one.entityId} ${one.metric}`, one]))
      this.period = period
    } catch (problem) {
      if (!abort.signal.aborted) this.#onfailed(problem)
    } finally {
      if (this.#abort === abort) this.loading = false
    }
  }
}

const parted = (asks: readonly Ask[]): Ask[] =>
  asks.flatMap(({ entity, metric }) =>
    Array.from({ length: Math.ceil(entity.length / entitiesAtMost) }, (_, i) => ({
      entity: entity.slice(i * entitiesAtMost, (i + 1) * entitiesAtMost),
      metric,
    })),
  )

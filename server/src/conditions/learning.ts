import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { SeriesStore } from '../series/contract.ts'
import type { ConditionJudge } from './judge.ts'
import { dayMs, hourMs, learnUsual, lookAhead } from './usual.ts'

export interface LearningDeps {
  clock: Clock
  log: Log
  series: Pick<SeriesStore, 'read'>
  judge: ConditionJudge
}

const everyMs = 60_000

/** Learns what is usual, each hour, and where trends lead, each day; and anew when there is something new to learn of. */
export class Learning {
  readonly #deps: LearningDeps
  #timer: NodeJS.Timeout | undefined
  #going: Promise<void> | null = null
  #hour = -1
  #day = -1

  constructor(deps: LearningDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#deps.judge.onCompiled = () => (this.#hour = this.#day = -1)
    this.#timer = setInterval(() => void this.tick(), everyMs)
    void this.tick()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#going
  }

  /** One at a time; what failed is tried again a minute later. */
  tick(): Promise<void> {
    this.#going ??= this.#learn()
      .catch((err: unknown) => this.#deps.log.warn({ err }, 'what is usual was not learnt'))
      .finally(() => (this.#going = null))
    return this.#going
  }

  async #learn(): Promise<void> {
    const { clock, judge, series } = this.#deps
    const nowMs = clock()
    const [hour, day] = [Math.floor(nowMs / hourMs), Math.floor(nowMs / dayMs)]
    const { engine, subjects, compiler } = judge
    if (!subjects) return
    if (hour !== this.#hour) {
      this.#hour = hour
      await learnUsual(engine, series, nowMs)
    }
    if (day === this.#day) return
    this.#day = day
    await lookAhead([...compiler.forecasts(subjects)], series, nowMs, (metric, entity, daysLeft) => {
      const columns = { ids: [entity], entities: [0], atMs: [nowMs], values: [daysLeft] }
      judge.engine.ingest(metric, columns)
    })
  }
}

/** How collectors fare, as series: told every 10 s, kept once a minute. */
import type { CollectorHealth, SampleColumns } from '@zongheng/collector/contract.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { BatchMark } from '../series/contract.ts'
import type { Presence } from '../uplink/presence.ts'

const everyMs = 60_000
/** What is older says nothing of this minute. */
const freshMs = 60_000

export interface CollectorSeriesDeps {
  clock: Clock
  log: Log
  presence: Pick<Presence, 'present'>
  /** Commits to the series alone. */
  keep: (mark: BatchMark, columns: SampleColumns[]) => Promise<void>
}

/** Its batches are numbered by the minute, so that one minute is kept once, whatever restarts. */
export class CollectorSeries {
  readonly #deps: CollectorSeriesDeps
  readonly #timeouts = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(deps: CollectorSeriesDeps) {
    this.#deps = deps
  }

  start(): void {
    const { log } = this.#deps
    this.#timer = setInterval(
      () => void this.keep().catch((err: unknown) => log.warn({ err }, 'how collectors fare was not kept')),
      everyMs,
    )
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async keep(): Promise<void> {
    const { clock, presence, keep } = this.#deps
    const atMs = clock()
    const heard = presence
      .present()
      .flatMap(({ id, sign: { health, seenMs } }) =>
        health && atMs - seenMs <= freshMs ? [{ id, health }] : [],
      )
    if (heard.length === 0) return
    const mark = { collectorId: 'server', epoch: 'collectors', lane: 'samples' as const }
    await keep({ ...mark, seq: Math.floor(atMs / everyMs) }, this.#columns(heard, atMs))
  }

  #columns(heard: { id: string; health: CollectorHealth }[], atMs: number): SampleColumns[] {
    const ids = heard.map(({ id }) => id)
    const values = heard.map(({ id, health }) => this.#values(id, health))
    const named = [...new Set(values.flatMap((one) => Object.keys(one)))] as MetricName[]
    return named.map((metric) => {
      const rows = values.flatMap((one, i) => (one[metric] == null ? [] : [{ i, value: one[metric] }]))
      return {
        metric,
        ids,
        entities: rows.map(({ i }) => i),
        atMs: rows.map(() => atMs),
        values: rows.map(({ value }) => value),
      }
    })
  }

  #values(id: string, health: CollectorHealth): Partial<Record<MetricName, number | null>> {
    const { cpuPercent, rssBytes, lagMs, onTimePercent = null, spooledBytes, timeouts } = health
    return {
      collectorCpuPercent: cpuPercent,
      collectorRssBytes: rssBytes,
      collectorLagMs: lagMs,
      collectorOnTimePercent: onTimePercent,
      collectorTimeouts: timeouts === undefined ? null : this.#grown(id, timeouts),
      collectorSpoolBytes: spooledBytes,
    }
  }

  /** Since the minute before; a collector that was started anew counts from zero. */
  #grown(id: string, timeouts: number): number {
    const before = this.#timeouts.get(id)
    this.#timeouts.set(id, timeouts)
    return before === undefined ? 0 : timeouts >= before ? timeouts - before : timeouts
  }
}

import type { CheckOutcome } from '@zongheng/collector/contract.ts'
import type { CheckRun } from '@zongheng/inventory/check-state.ts'
import type { CheckMetric } from '@zongheng/inventory/check.ts'

const kept = 3

/** The newest runs of a check from one collector, newest first. One is whole once it is known how it went. */
export class CheckTrack {
  readonly #runs: (Omit<CheckRun, 'ok'> & { ok: boolean | null })[] = []
  /** Counts what was heard: as long as it is the same, nothing was. */
  heard = 0
  #told: { outcome: CheckOutcome; atMs: number } | null = null

  /** What was said of the newest outcome, and when; it comes apart from the numbers. */
  get outcome(): { outcome: CheckOutcome; atMs: number } | null {
    return this.#told
  }

  told(outcome: CheckOutcome, atMs: number): void {
    if (atMs < (this.#told?.atMs ?? 0)) return
    this.#told = { outcome, atMs }
    this.heard++
  }

  verdict(atMs: number, ok: boolean): void {
    const run = this.#run(atMs)
    if (run) run.ok = ok
  }

  measured(atMs: number, metric: CheckMetric, value: number): void {
    const run = this.#run(atMs)
    if (run) run.metrics[metric] = value
  }

  get runs(): CheckRun[] {
    return this.#runs.filter((run): run is CheckRun => run.ok !== null).slice(0, 2)
  }

  /** Undefined for one that is older than those known. */
  #run(atMs: number) {
    this.heard++
    const known = this.#runs.find((run) => run.atMs === atMs)
    if (known || atMs < (this.#runs[0]?.atMs ?? 0)) return known
    this.#runs.unshift({ atMs, ok: null, metrics: {} })
    this.#runs.length = Math.min(this.#runs.length, kept)
    return this.#runs[0]
  }
}

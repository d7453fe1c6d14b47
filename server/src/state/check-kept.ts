import { freshMs } from '@zongheng/inventory/check-state.ts'
import type { CheckModel } from '../estate/model.ts'
import type { CheckLook } from './check-judge.ts'
import type { Held } from './held.ts'
import type { Observations } from './observations.ts'

/** How a check was seen, which holds until one of its collectors is heard, comes or goes, or a run is too old to be believed. */
export class KeptLook {
  readonly look: CheckLook
  readonly #held: Held
  readonly #awayChanges: number
  readonly #heard: number
  readonly #untilMs: number

  constructor(check: CheckModel, look: CheckLook, held: Held, awayChanges: number) {
    this.look = look
    this.#held = held
    this.#awayChanges = awayChanges
    this.#heard = look.points.reduce((sum, { track }) => sum + track.heard, 0)
    const seen = look.points.filter(({ state, track }) => state !== 'unknown' && track.runs.length > 0)
    this.#untilMs = Math.min(...seen.map(({ track }) => track.runs[0]!.atMs + freshMs(check)))
  }

  /** `held`: the state it is in now; `awayChanges`: how often a collector came or went so far. */
  holds(held: Held, { checks }: Observations, awayChanges: number, nowMs: number): boolean {
    if (held !== this.#held || awayChanges !== this.#awayChanges || nowMs > this.#untilMs) return false
    let heard = 0
    for (const { point } of this.look.points) heard += checks.get(point.id)?.heard ?? 0
    return heard === this.#heard
  }
}

/** When what could not be handed over is tried again. */
const minuteMs = 60_000
const waitsMin = [1, 2, 5, 15, 60]
/** After a day a message is history. */
export const givenUpAfterMs = 24 * 60 * minuteMs

/** `attempts` that failed; null: it is given up. */
export function nextAttemptMs(attempts: number, createdMs: number, nowMs: number): number | null {
  const waitMin = waitsMin[Math.min(attempts, waitsMin.length) - 1] ?? waitsMin[0]!
  const atMs = nowMs + waitMin * minuteMs
  return atMs - createdMs > givenUpAfterMs ? null : atMs
}

/** So many a minute, evenly refilled: a bucket of a sixth of it. */
export class Pace {
  readonly #everyMs: number
  readonly #atOnce: number
  #left: number
  #atMs: number

  constructor(perMinute: number, nowMs: number) {
    this.#everyMs = minuteMs / perMinute
    this.#atOnce = Math.max(1, Math.floor(perMinute / 6))
    this.#left = this.#atOnce
    this.#atMs = nowMs
  }

  /** Takes one; or says when there will be one. */
  take(nowMs: number): number | null {
    this.#left = Math.min(this.#atOnce, this.#left + Math.max(0, nowMs - this.#atMs) / this.#everyMs)
    this.#atMs = nowMs
    if (this.#left < 1) return nowMs + Math.ceil((1 - this.#left) * this.#everyMs)
    this.#left -= 1
    return null
  }
}

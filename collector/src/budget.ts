/** Octets per second that may be spent, with some to begin with; what goes beyond is waited for afterwards. */
export class Budget {
  readonly #bytesPerS: number
  readonly #burst: number
  readonly #now: () => number
  #left: number
  #atMs: number

  /** `now`: ms, growing. */
  constructor(bytesPerS: number, burst: number, now: () => number) {
    this.#bytesPerS = bytesPerS
    this.#burst = this.#left = burst
    this.#now = now
    this.#atMs = now()
  }

  spend(bytes: number): void {
    this.#refill()
    this.#left -= bytes
  }

  /** Until something may be spent again. */
  get waitMs(): number {
    this.#refill()
    return this.#left > 0 ? 0 : Math.ceil((1 - this.#left) / (this.#bytesPerS / 1000))
  }

  #refill(): void {
    const nowMs = this.#now()
    this.#left = Math.min(this.#burst, this.#left + ((nowMs - this.#atMs) * this.#bytesPerS) / 1000)
    this.#atMs = nowMs
  }
}

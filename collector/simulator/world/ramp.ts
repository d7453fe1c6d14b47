/** A quantity that moves evenly between two bounds: a battery's charge, a room's heat. */
export class Ramp {
  readonly #low: number
  readonly #high: number
  #value: number
  #sinceMs: number
  #perMs = 0

  constructor(value: number, low: number, high: number, atMs: number) {
    this.#value = value
    this.#low = low
    this.#high = high
    this.#sinceMs = atMs
  }

  at(atMs: number): number {
    const moved = this.#value + (atMs - this.#sinceMs) * this.#perMs
    return Math.min(this.#high, Math.max(this.#low, moved))
  }

  /** From now on it needs `fullMs` from one bound to the other. */
  turn(atMs: number, towards: 'low' | 'high', fullMs: number): void {
    this.#value = this.at(atMs)
    this.#sinceMs = atMs
    this.#perMs = ((towards === 'high' ? 1 : -1) * (this.#high - this.#low)) / fullMs
  }

  /** When it comes to rest on the bound it moves towards; Infinity when it does not move. */
  get restsAtMs(): number {
    if (this.#perMs === 0) return Infinity
    const bound = this.#perMs > 0 ? this.#high : this.#low
    return this.#sinceMs + Math.ceil((bound - this.#value) / this.#perMs)
  }
}

/** Days of the installation: numbered, cut at its midnight (23 or 25 hours long where clocks are changed). */
export class Days {
  readonly #wall: Intl.DateTimeFormat
  readonly #starts = new Map<number, number>()
  #latest = { day: 0, from: 0, until: 0 }

  constructor(timeZone: string) {
    const numeric = 'numeric'
    this.#wall = new Intl.DateTimeFormat('en-u-hc-h23', {
      timeZone, year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric,
    }) // prettier-ignore
  }

  /** The number of the day that holds an instant, epoch ms. */
  of(atMs: number): number {
    const { from, until } = this.#latest
    if (atMs >= from && atMs < until) return this.#latest.day
    const day = Math.floor((atMs + this.#offsetMs(atMs)) / dayMs)
    this.#latest = { day, from: this.start(day), until: this.start(day + 1) }
    return day
  }

  /** Its midnight, epoch ms. */
  start(day: number): number {
    let start = this.#starts.get(day)
    if (start === undefined) {
      // Twice: the first guess may lie on the other side of a change of clocks.
      start = day * dayMs - this.#offsetMs(day * dayMs)
      start = day * dayMs - this.#offsetMs(start)
      this.#starts.set(day, start)
    }
    return start
  }

  #offsetMs(atMs: number): number {
    const part = Object.fromEntries(
      this.#wall.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]),
    )
    const wall = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!)
    return wall - Math.floor(atMs / 1000) * 1000
  }
}

const dayMs = 86_400_000

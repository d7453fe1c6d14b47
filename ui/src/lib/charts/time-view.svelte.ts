import * as look from './look.ts'
import type { Look, Period, Range } from './look.ts'

const lateMs = 60_000

/** The period that all charts of a page look at, see `look.ts`. */
export class TimeView {
  #look = $state.raw<Look>(look.upToNow('24h', Date.now()))

  constructor(search: Pick<URLSearchParams, 'get'>, usual: Range) {
    this.#look = look.fromAddress(search, usual, Date.now())
  }

  get range() {
    return this.#look.range
  }
  get period() {
    return this.#look.period
  }
  get from() {
    return this.#look.period.from
  }
  get until() {
    return this.#look.period.until
  }
  get spanMs() {
    return look.spanOf(this.#look.period)
  }
  /** Whether there is anything later than what is shown. */
  get isPast() {
    return this.range === null && this.until < Date.now() - lateMs
  }

  toAddress = (usual: Range) => look.toAddress(this.#look, usual)

  choose = (range: Range) => (this.#look = look.upToNow(range, Date.now()))
  tick = () => (this.#look = look.atTime(this.#look, Date.now()))
  show = (period: Period) => (this.#look = look.marked(this.#look, period, Date.now()))
  back = () => (this.#look = look.returned(this.#look, Date.now()))
  pan = (shareOfSpan: number) => (this.#look = look.panned(this.#look, shareOfSpan, Date.now()))
  /** By less than 1 it comes nearer; `at` stays where it is, by default the middle. */
  zoom = (factor: number, at = (this.from + this.until) / 2) =>
    (this.#look = look.zoomed(this.#look, factor, at, Date.now()))
}

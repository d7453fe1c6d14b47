/** What flows at an instant: bit/s each way, broken frames a second. */
export interface Flow {
  forwardBps: number
  backwardBps: number
  errorsPerS: number
}

const stepMs = 60_000

/**
 * What has flowed: the integral of a flow, taken at the middle of steps of a minute at most. It only grows. Whoever
 * is about to change the flow settles it first.
 */
export class Traffic {
  forwardOctets = 0
  backwardOctets = 0
  errors = 0
  #atMs: number
  readonly #flowAt: (atMs: number) => Flow

  constructor(startMs: number, flowAt: (atMs: number) => Flow) {
    this.#atMs = startMs
    this.#flowAt = flowAt
  }

  settle(toMs: number): void {
    while (this.#atMs < toMs) {
      const spanMs = Math.min(stepMs, toMs - this.#atMs)
      const flow = this.#flowAt(this.#atMs + spanMs / 2)
      const seconds = spanMs / 1000
      this.forwardOctets += (flow.forwardBps / 8) * seconds
      this.backwardOctets += (flow.backwardBps / 8) * seconds
      this.errors += flow.errorsPerS * seconds
      this.#atMs += spanMs
    }
  }
}

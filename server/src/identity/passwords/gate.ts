import { ProblemError } from '../../http/problem.ts'

/** So many at once, a bounded number waiting; whoever comes on top of that is told to come again. */
export class Gate {
  readonly #atOnce: number
  readonly #waitingAtMost: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(atOnce: number, waitingAtMost: number) {
    this.#atOnce = atOnce
    this.#waitingAtMost = waitingAtMost
  }

  /** Throws 503 `busy`. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter()
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#atOnce) {
      this.#running += 1
      return
    }
    if (this.#waiting.length >= this.#waitingAtMost) throw new ProblemError(503, 'busy')
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Whoever waits longest takes the place over. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#running -= 1
  }
}

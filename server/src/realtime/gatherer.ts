/** Gathers ids and hands them on together: what comes first waits for nobody but what comes along with it. */
export class Gatherer {
  readonly #ids = new Set<string>()
  readonly #afterMs: number
  readonly #handOn: (ids: string[]) => Promise<void>
  readonly #underWay = new Set<Promise<void>>()
  #handedOnMs = -Infinity
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(afterMs: number, handOn: (ids: string[]) => Promise<void>) {
    this.#afterMs = afterMs
    this.#handOn = handOn
  }

  add(id: string | undefined): void {
    if (!id || this.#stopped) return
    this.#ids.add(id)
    const waitMs = Math.max(0, this.#handedOnMs + this.#afterMs - performance.now())
    this.#timer ??= setTimeout(() => this.#flush(), waitMs)
  }

  #flush(): void {
    const ids = [...this.#ids]
    this.#ids.clear()
    this.#timer = undefined
    this.#handedOnMs = performance.now()
    const work = this.#handOn(ids)
      .catch((error: unknown) => process.emitWarning(error as Error))
      .finally(() => this.#underWay.delete(work))
    this.#underWay.add(work)
  }

  /** What is not handed on yet is forgotten; what is being handed on is waited for. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#ids.clear()
    await Promise.all(this.#underWay)
  }
}

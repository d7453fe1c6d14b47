/** Asks once for many reasons: so long after the first of them, never twice at a time, and again for what came meanwhile. */
export class Soon {
  readonly #ask: () => Promise<unknown>
  readonly #waitMs: number
  #timer: ReturnType<typeof setTimeout> | undefined
  #isAsking = false
  #isAskedAgain = false

  /** `ask` deals with its own failures. */
  constructor(ask: () => Promise<unknown>, waitMs: number) {
    this.#ask = ask
    this.#waitMs = waitMs
  }

  get isAsking(): boolean {
    return this.#isAsking
  }

  /** However often it is said: what never ends must not put the answer off. */
  soon = (): void => {
    this.#timer ??= setTimeout(() => void this.now(), this.#waitMs)
  }

  now = async (): Promise<void> => {
    this.#forget()
    if (this.#isAsking) {
      this.#isAskedAgain = true
      return
    }
    this.#isAsking = true
    try {
      do {
        this.#isAskedAgain = false
        await this.#ask()
      } while (this.#isAskedAgain)
    } finally {
      this.#isAsking = false
    }
  }

  stop = (): void => {
    this.#forget()
    this.#isAskedAgain = false
  }

  #forget(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

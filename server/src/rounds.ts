import type { Log } from './log.ts'

interface RoundsOptions {
  everyMs: number
  log: Log
  /** Said where a round fails. */
  failed: string
}

/** A round every so often, and whenever it is asked for: one at a time. One that fails is logged, the next one goes as ever. */
export abstract class Rounds {
  readonly #options: RoundsOptions
  #timer: NodeJS.Timeout | undefined
  #underWay: Promise<void> | null = null

  constructor(options: RoundsOptions) {
    this.#options = options
  }

  protected abstract round(): Promise<void>

  start(): void {
    this.#timer = setInterval(() => void this.look(), this.#options.everyMs).unref()
  }

  /** Once the one that is under way is through. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#underWay
  }

  /** The round that is under way, or one from now. */
  look(): Promise<void> {
    const { log, failed } = this.#options
    this.#underWay ??= this.round()
      .catch((err: unknown) => log.error({ err }, failed))
      .finally(() => (this.#underWay = null))
    return this.#underWay
  }
}

import type { Log } from './log.ts'

interface RoundsOptions {
  everyMs: number
  round: () => Promise<void>
  log: Log
  /** Said where a round fails. */
  failed: string
}

/** A round every so often, and whenever it is asked for: one at a time. One that fails is logged, the next one goes as ever. */
export class Rounds {
  readonly #options: RoundsOptions
  #timer: NodeJS.Timeout | undefined
  #underWay: Promise<void> | null = null

  constructor(options: RoundsOptions) {
    this.#options = options
  }

  start(): void {
    this.#timer = setInterval(() => void this.go(), this.#options.everyMs).unref()
  }

  /** Once the one that is under way is through. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#underWay
  }

  go(): Promise<void> {
    const { round, log, failed } = this.#options
    this.#underWay ??= round()
      .catch((err: unknown) => log.error({ err }, failed))
      .finally(() => (this.#underWay = null))
    return this.#underWay
  }
}

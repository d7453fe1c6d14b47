import { pollDepths, type PollDepth } from './device.ts'

export interface TurnsOptions {
  /** So many may follow one another at once; */
  atOnce: number
  /** in the long run there is one in so long. */
  everyMs: number
  take: (depth: PollDepth) => void
}

/** Polls that something asks for out of turn: at once while few are asked for; later ones together, when it is their time. */
export class Turns {
  readonly #options: TurnsOptions
  /** The latest, as many as may be at once. */
  readonly #takenMs: number[] = []
  #depth: PollDepth | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(options: TurnsOptions) {
    this.#options = options
  }

  ask(depth: PollDepth): void {
    this.#depth = this.#depth === null ? depth : deeper(this.#depth, depth)
    if (this.#timer) return
    const { atOnce, everyMs } = this.#options
    const freeMs = this.#takenMs.length < atOnce ? -Infinity : this.#takenMs[0]! + atOnce * everyMs
    const waitMs = freeMs - performance.now()
    if (waitMs <= 0) this.#take()
    else this.#timer = setTimeout(() => this.#take(), waitMs)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #take(): void {
    const { atOnce, take } = this.#options
    const depth = this.#depth!
    this.#timer = undefined
    this.#depth = null
    this.#takenMs.push(performance.now())
    if (this.#takenMs.length > atOnce) this.#takenMs.shift()
    take(depth)
  }
}

export const deeper = (one: PollDepth, other: PollDepth): PollDepth =>
  pollDepths.indexOf(one) < pollDepths.indexOf(other) ? other : one

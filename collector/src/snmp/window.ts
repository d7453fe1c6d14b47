/** What a channel may have under way; told in requests that still expect their answer. */
export interface WindowBounds {
  initial: number
  least: number
  /** What the socket's receive buffer holds. */
  most: number
}

/** A loss beyond this share, of as many answers as the window is wide, is congestion; below, it is the weather. */
const bearableLoss = 0.03
const decrease = 0.7

/**
 * How many requests are on their way at once: wider while answers come, narrower when too many are lost. Only what was lost
 * and then answered counts as lost: the silence of a dead device says nothing of the network.
 */
export class Window {
  readonly #bounds: WindowBounds
  #size: number
  #answered = 0
  #lost = 0
  #used = 0

  constructor(bounds: WindowBounds) {
    this.#bounds = bounds
    this.#size = Math.min(bounds.initial, bounds.most)
  }

  get size(): number {
    return this.#size
  }

  /** `lost`: attempts that went unanswered before this one. `underWay`: a window that is not used says nothing for a wider one. */
  answered(lost: number, underWay: number): void {
    this.#answered++
    this.#lost += lost
    this.#used = Math.max(this.#used, underWay)
    if (this.#answered >= this.#size) this.#turn()
  }

  /** The buffer turned out to hold this many. */
  bound(most: number): void {
    this.#bounds.most = most
    this.#size = Math.min(this.#size, most)
  }

  #turn(): void {
    const isCongested = this.#lost > Math.max(1, this.#answered * bearableLoss)
    const { least, most } = this.#bounds
    const wider = this.#used >= this.#size / 2 ? this.#size + Math.ceil(this.#size / 8) : this.#size
    const size = isCongested ? Math.floor(this.#size * decrease) : wider
    this.#size = Math.min(most, Math.max(Math.min(least, most), size))
    this.#answered = 0
    this.#lost = 0
    this.#used = 0
  }
}

import type { Clock } from '../clock.ts'

export interface TurnsDeps {
  clock: Clock
  /** What is watched. */
  ids: () => Iterable<string>
  /** The window that lies over it now. */
  windowOf: (id: string) => string | null
  /** The next instant at which a window begins or ends. */
  nextMs: (nowMs: number) => number
  /** These have another window now, or none any more. */
  tell: (ids: string[]) => void
}

const longestTimerMs = 3_600_000

/** Says what comes under maintenance or leaves it, when that happens. O(ids) at each beginning and end. */
export class Turns {
  readonly #deps: TurnsDeps
  #known = new Map<string, string>()
  #timer: NodeJS.Timeout | undefined
  #isStarted = false

  constructor(deps: TurnsDeps) {
    this.#deps = deps
  }

  /** Now, and from now on at each turn. */
  start(): void {
    this.#isStarted = true
    this.look()
  }

  /** At once, where windows were changed; nothing before the start. */
  look(): void {
    if (!this.#isStarted) return
    const { clock, ids, windowOf, nextMs, tell } = this.#deps
    const now = new Map<string, string>()
    for (const id of ids()) {
      const window = windowOf(id)
      if (window !== null) now.set(id, window)
    }
    const turned = [...new Set([...this.#known.keys(), ...now.keys()])].filter(
      (id) => this.#known.get(id) !== now.get(id),
    )
    this.#known = now
    if (turned.length > 0) tell(turned)
    clearTimeout(this.#timer)
    const nowMs = clock()
    const waitMs = Math.min(longestTimerMs, Math.max(1, nextMs(nowMs) - nowMs))
    this.#timer = setTimeout(() => this.look(), waitMs).unref()
  }

  stop(): void {
    this.#isStarted = false
    clearTimeout(this.#timer)
  }
}

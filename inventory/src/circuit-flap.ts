/** A line that goes and comes again and again: each time looks like a recovery, and none is one. */
export const flapLimit = { losses: 3, withinMs: 30 * 60_000 }

export interface Flapping {
  losses: number
  sinceMs: number
  /** The latest of them. */
  lostAtMs: number
  /** Calm again from then on, unless it is lost once more. */
  untilMs: number
}

/** The latest losses of each circuit. A loss counts from when it began. */
export class FlapWatch {
  readonly #losses = new Map<string, number[]>()

  lost(id: string, atMs: number): void {
    const losses = this.#losses.get(id) ?? []
    this.#losses.set(id, [...losses, atMs].slice(-20))
  }

  /** Null while it does not flap. */
  of(id: string, nowMs: number): Flapping | null {
    const losses = this.#losses.get(id)?.filter((atMs) => nowMs - atMs <= flapLimit.withinMs) ?? []
    if (losses.length === 0) this.#losses.delete(id)
    if (losses.length < flapLimit.losses) return null
    const untilMs = losses.at(-flapLimit.losses)! + flapLimit.withinMs + 1
    return { losses: losses.length, sinceMs: losses[0]!, lostAtMs: losses.at(-1)!, untilMs }
  }
}

import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

const smallStepMs = 5_000

/**
 * The wall clock, UTC epoch ms, for samples: small steps back (time servers make them) are absorbed until it has caught up, so
 * that instants grow. A large step is a clock that was set right, and is followed.
 */
export function steadyClock(
  wall: () => number = Date.now,
  monotonic: () => number = monotonicMs,
): () => number {
  let offset = wall() - monotonic()
  return () => {
    const current = wall() - monotonic()
    if (current > offset || offset - current > smallStepMs) offset = current
    return Math.round(monotonic() + offset)
  }
}

/** Grows evenly since the machine was started, whatever is done to its clock, and is the same in every process. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000
}

/** Which start of the machine this is. */
function bootOfMachine(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return randomUUID() // elsewhere than on Linux it is only known for this process
  }
}

/** How instants were made: the time that passed since the machine's start, plus `originMs`. */
export interface ClockStamp {
  boot: string
  originMs: number
}

/** A clock that is off by more is wrong, and the server's time is taken instead. */
export const mostOffsetMs = 2_000
/** What is further ahead the server takes for no time at all: nothing of it is kept there that could be contradicted. */
const mostAheadMs = 5 * 60_000

/**
 * The time of samples. While the machine's clock agrees with the server's, it is that clock; when it does not, the server's time
 * is gone on with. Forward it is put right at once; backward it goes at half its speed until it is right, so that instants grow,
 * but for what is beyond five minutes.
 */
export class CollectorClock {
  readonly #steady: () => number
  readonly #monotonic: () => number
  readonly #boot: string
  #serverOrigin: number | null = null
  #last = { atMs: -Infinity, monotonicMs: 0 }

  constructor(wall: () => number = Date.now, monotonic: () => number = monotonicMs, boot = bootOfMachine()) {
    this.#monotonic = monotonic
    this.#steady = steadyClock(wall, monotonic)
    this.#boot = boot
  }

  readonly now = (): number => {
    const monotonicMs = this.#monotonic()
    const right = Math.round(this.#serverOrigin === null ? this.#steady() : monotonicMs + this.#serverOrigin)
    const slow = this.#last.atMs + Math.floor((monotonicMs - this.#last.monotonicMs) / 2)
    const isAhead = slow > right && slow - right <= mostAheadMs
    const atMs = isAhead ? slow : right
    // asked more often than every other millisecond it would stand still, were the rest forgotten
    if (atMs !== this.#last.atMs) this.#last = { atMs, monotonicMs }
    return atMs
  }

  stamp(): ClockStamp {
    return { boot: this.#boot, originMs: this.now() - this.#monotonic() }
  }

  /** The server said `serverMs` between these two readings of `monotonicMs`. How far the machine's own clock is ahead of it. */
  learn(serverMs: number, askedMs: number, answeredMs: number): number {
    const origin = serverMs - (askedMs + answeredMs) / 2
    const aheadMs = Math.round(this.#steady() - (this.#monotonic() + origin))
    const isWrong = Math.abs(aheadMs) > mostOffsetMs + (answeredMs - askedMs) / 2
    this.#serverOrigin = isWrong ? origin : null
    return isWrong ? aheadMs : 0
  }

  get monotonicMs(): number {
    return this.#monotonic()
  }

  /** What must be added to instants of this stamp to put them right; 0 when that is not known, or not worth it. */
  shiftOf({ boot, originMs }: ClockStamp): number {
    if (boot !== this.#boot) return 0
    const origin = this.#serverOrigin ?? this.#steady() - this.#monotonic()
    const shiftMs = Math.round(origin - originMs)
    return Math.abs(shiftMs) > mostOffsetMs ? shiftMs : 0
  }
}

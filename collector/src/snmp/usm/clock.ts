/** RFC 3414 §2.2.3: seconds that a message may be late. */
const windowS = 150
/** snmpEngineBoots stays here when it is used up; nothing is authentic any more [RFC 3414 §2.2.2]. */
export const bootsUsedUp = 2_147_483_647

/** Our notion of an authoritative engine's boots and time [RFC 3414 §2.3]. `nowMs` is any clock that only goes forward. */
export class EngineClock {
  #boots: number
  #timeS: number
  #takenMs: number
  /** latestReceivedEngineTime: of authentic messages alone. -1: none yet. */
  #latestS = -1

  /** From a report that anybody may have sent: good enough to ask with, nothing is judged by it. */
  constructor(boots: number, timeS: number, nowMs: number) {
    this.#boots = boots
    this.#timeS = timeS
    this.#takenMs = nowMs
  }

  get boots(): number {
    return this.#boots
  }

  timeS(nowMs: number): number {
    return Math.min(bootsUsedUp, this.#timeS + Math.max(0, Math.floor((nowMs - this.#takenMs) / 1000)))
  }

  /** Judges an authentic message, and learns from it [RFC 3414 §3.2 7 b]. False: it is outside the window. */
  accept(boots: number, timeS: number, nowMs: number): boolean {
    if (boots === bootsUsedUp) return false
    const first = this.#latestS < 0
    if (first || boots > this.#boots || (boots === this.#boots && timeS > this.#latestS))
      this.set(boots, timeS, nowMs)
    return boots === this.#boots && timeS >= this.timeS(nowMs) - windowS
  }

  /** What an authentic message says of itself, whatever we believed. */
  set(boots: number, timeS: number, nowMs: number): void {
    this.#boots = boots
    this.#timeS = timeS
    this.#latestS = timeS
    this.#takenMs = nowMs
  }
}

/** What echoes to one address amount to. Times in ms; null where nothing answered. */
export interface EchoFigures {
  sent: number
  lost: number
  minMs: number | null
  meanMs: number | null
  maxMs: number | null
  /** Smoothed difference of successive round trips; null before the second answer ever. */
  jitterMs: number | null
  /** Longest run of losses. */
  burst: number
}

/** Gain of the jitter's estimator [RFC 3550 §6.4.1]. */
const gain = 1 / 16

/** Counts echoes of one address from reading to reading; the jitter's estimate goes on across them. */
export class EchoTally {
  #sent = 0
  #lost = 0
  #sumMs = 0
  #minMs = Infinity
  #maxMs = -Infinity
  #burst = 0
  #run = 0
  #latestMs: number | null = null
  #jitterMs: number | null = null
  #silence = 0

  /** The run of losses that goes on, across readings too. */
  get silence(): number {
    return this.#silence
  }

  /** Ever. */
  get hasAnswered(): boolean {
    return this.#latestMs !== null
  }

  /** `rttMs` null: lost. */
  take(rttMs: number | null): void {
    this.#sent++
    if (rttMs === null) return this.#lose()
    this.#run = this.#silence = 0
    this.#sumMs += rttMs
    this.#minMs = Math.min(this.#minMs, rttMs)
    this.#maxMs = Math.max(this.#maxMs, rttMs)
    if (this.#latestMs !== null) {
      const before = this.#jitterMs ?? 0
      this.#jitterMs = before + (Math.abs(rttMs - this.#latestMs) - before) * gain
    }
    this.#latestMs = rttMs
  }

  /** The figures since the reading before, which begin anew. */
  read(): EchoFigures {
    const answered = this.#sent - this.#lost
    const figures: EchoFigures = {
      sent: this.#sent,
      lost: this.#lost,
      minMs: answered ? this.#minMs : null,
      meanMs: answered ? this.#sumMs / answered : null,
      maxMs: answered ? this.#maxMs : null,
      jitterMs: answered ? this.#jitterMs : null,
      burst: this.#burst,
    }
    this.#sent = this.#lost = this.#sumMs = this.#burst = this.#run = 0
    this.#minMs = Infinity
    this.#maxMs = -Infinity
    return figures
  }

  #lose(): void {
    this.#lost++
    this.#silence++
    this.#burst = Math.max(this.#burst, ++this.#run)
  }
}

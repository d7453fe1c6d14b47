/** Of a line's rented bandwidth, what its own monitoring may take. */
const share = 0.05
/** bit/s below which nothing could be polled at all; never more than a quarter of the line. */
const floorBps = 8_000
/** One request and its reply, both full: less could never leave. */
const leastBurstOctets = 3_072
/** IPv4 and UDP. */
export const headerOctets = 28

/**
 * What may travel over one line, requests and their expected answers together: a bucket of octets that fills at the line's share.
 * Whoever is let through may overdraw it, and the next waits for that.
 */
export class LineBudget {
  #octetsPerMs = 0
  #burst = leastBurstOctets
  #tokens = leastBurstOctets
  #filledMs: number

  constructor(bps: number, nowMs: number) {
    this.#filledMs = nowMs
    this.setBps(bps)
  }

  /** What is rented. */
  setBps(bps: number): void {
    const allowed = Math.max(bps * share, Math.min(floorBps, bps / 4), 1)
    this.#octetsPerMs = allowed / 8_000
    this.#burst = Math.max(leastBurstOctets, this.#octetsPerMs * 1000)
  }

  /** 0: one may pass now. */
  waitMs(nowMs: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#filledMs) * this.#octetsPerMs)
    this.#filledMs = nowMs
    return this.#tokens > 0 ? 0 : Math.ceil((1 - this.#tokens) / this.#octetsPerMs)
  }

  /** Negative where less came than was expected. */
  spend(octets: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens - octets)
  }
}

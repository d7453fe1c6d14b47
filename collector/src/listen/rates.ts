/** Tokens that come back at a steady rate, up to a burst. */
export class TokenBucket {
  readonly #perS: number
  readonly #burst: number
  #tokens: number
  #atMs: number

  constructor(perS: number, burst: number, nowMs: number) {
    this.#perS = perS
    this.#burst = burst
    this.#tokens = burst
    this.#atMs = nowMs
  }

  take(nowMs: number): boolean {
    if (this.available(nowMs) < 1) return false
    this.#tokens--
    return true
  }

  available(nowMs: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + (Math.max(0, nowMs - this.#atMs) / 1000) * this.#perS)
    this.#atMs = nowMs
    return Math.floor(this.#tokens)
  }
}

export interface SourceRates {
  /** Of one source. */
  perS: number
  burst: number
  /** Of all together. */
  allPerS: number
  allBurst: number
  /** Sources that are remembered; of UDP anybody may claim any address. */
  maxSources: number
}

/** What a device in trouble may say is heard; what a flood says is not, and takes nothing from the others. */
export const usualRates: SourceRates = {
  perS: 50,
  burst: 500,
  allPerS: 2000,
  allBurst: 5000,
  maxSources: 10_000,
}

/** Who may still be heard. */
export class SourceLimits {
  readonly #rates: SourceRates
  readonly #sources = new Map<string, TokenBucket>()
  readonly #all: TokenBucket

  constructor(rates: SourceRates, nowMs: number) {
    this.#rates = rates
    this.#all = new TokenBucket(rates.allPerS, rates.allBurst, nowMs)
  }

  get size(): number {
    return this.#sources.size
  }

  admits(address: string, nowMs: number): boolean {
    const { perS, burst, maxSources } = this.#rates
    let bucket = this.#sources.get(address)
    if (!bucket) {
      if (this.#sources.size >= maxSources)
        for (const oldest of this.#sources.keys().take(1)) this.#sources.delete(oldest)
      this.#sources.set(address, (bucket = new TokenBucket(perS, burst, nowMs)))
    }
    return bucket.take(nowMs) && this.#all.take(nowMs)
  }
}

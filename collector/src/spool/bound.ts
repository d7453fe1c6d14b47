import { statfs } from 'node:fs/promises'

/** What the spool must outlast. */
const mustLastMs = 72 * 3_600_000
/** Of the measured rate: batches of a storm are larger. */
const reserve = 1.5
/** Unless told otherwise, of what is free and of what the spool has already. */
const shareOfDisk = 0.5
const leastBytes = 64 * 1024 ** 2
/** Until a rate is known, and where less would do. */
const usualBytes = 1024 ** 3
const rateOverMs = 3_600_000
const knownAfterMs = 60_000

/** How many octets a spool may have: enough for three days as things go, and never more than its share of the disk. */
export function boundOf(bytesPerS: number | null, freeBytes: number, ownBytes: number): number {
  const wanted = Math.max(usualBytes, ((bytesPerS ?? 0) * reserve * mustLastMs) / 1000)
  return Math.floor(Math.max(leastBytes, Math.min(wanted, (freeBytes + ownBytes) * shareOfDisk)))
}

export async function freeBytesAt(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** Octets per second as they come, over about an hour. */
export class RateMeter {
  readonly #now: () => number
  readonly #startMs: number
  #atMs: number
  #bytes = 0

  constructor(now: () => number) {
    this.#now = now
    this.#startMs = this.#atMs = now()
  }

  add(bytes: number): void {
    this.#decay()
    this.#bytes += bytes
  }

  /** Null while too little was seen. */
  get bytesPerS(): number | null {
    this.#decay()
    const seenMs = this.#atMs - this.#startMs
    if (seenMs < knownAfterMs) return null
    return (this.#bytes * 1000) / (rateOverMs * -Math.expm1(-seenMs / rateOverMs))
  }

  #decay(): void {
    const nowMs = this.#now()
    this.#bytes *= Math.exp(-Math.max(0, nowMs - this.#atMs) / rateOverMs)
    this.#atMs = Math.max(nowMs, this.#atMs)
  }
}

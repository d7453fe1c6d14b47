import type { Faults } from '../faults.ts'
import type { BatchIndex } from './batch-index.ts'
import { boundOf, freeBytesAt, RateMeter } from './bound.ts'
import type { Damages } from './damage.ts'
import { Reserve } from './reserve.ts'
import type { Segment } from './segment.ts'
import type { Segments } from './segments.ts'
import type { OnGap } from './span.ts'
import { thinSegment } from './thin-segment.ts'
import type { LastCodes } from './thin.ts'

export interface RoomParts {
  folder: string
  /** What the spool may hold; null: as bound.ts reckons. */
  maxBytes: number | null
  reserveBytes: number
  index: BatchIndex
  segments: Segments
  damages: Damages
  faults: Faults
  now: () => number
  onGap: OnGap
  onError: (error: Error) => void
}

/** Of the bound: it is no longer reached. */
const roomAgain = 0.8
/** The bound follows the disk and the rate. */
const reckonEveryMs = 60_000

/**
 * Keeps the spool within its bound, and finds room when the disk is full: from the oldest, first everything but verdicts goes,
 * then verdicts that only repeat.
 */
export class Room {
  readonly #parts: RoomParts
  readonly #reserve: Reserve
  readonly #rate: RateMeter
  readonly #lastCodes: LastCodes = new Map()
  #bound = Infinity
  #reckonedMs = -Infinity

  constructor(parts: RoomParts) {
    this.#parts = parts
    this.#rate = new RateMeter(parts.now)
    this.#reserve = new Reserve(parts.folder, parts.reserveBytes)
  }

  get boundBytes(): number {
    return this.#bound
  }

  /** How long it could go on without a server before the oldest has to go; null while the rate is not known. */
  get hoursLeft(): number | null {
    const rate = this.#rate.bytesPerS
    const leftBytes = Math.max(0, this.#bound - this.#parts.segments.bytes)
    return rate === null ? null : leftBytes / Math.max(rate, 1e-9) / 3600
  }

  async open(): Promise<void> {
    await this.#reckon()
    await this.#reserve.restore().catch(this.#parts.onError)
  }

  /** So many octets came in. True when there are more than there may be. */
  async isBeyond(addedBytes: number): Promise<boolean> {
    this.#rate.add(addedBytes)
    await this.#reckon()
    const { bytes } = this.#parts.segments
    if (bytes < this.#bound * roomAgain) this.#parts.faults.clear('spool-at-bound')
    return bytes > this.#bound
  }

  /** Not for use by two callers at once, as all that follows. */
  async shrink(): Promise<void> {
    const { faults, segments, onError } = this.#parts
    try {
      await this.#thinTo(this.#bound)
    } catch (error) {
      return onError(error as Error)
    }
    const detail =
      segments.bytes <= this.#bound
        ? `${this.#bound} octets are used up: the oldest numbers are given up`
        : `${segments.bytes} octets of verdicts, beyond the bound of ${this.#bound}`
    faults.raise('spool-at-bound', detail)
  }

  /** True when something was done about the error, and it is worth trying again. */
  async makeWay(error: NodeJS.ErrnoException): Promise<boolean> {
    if (error.code !== 'ENOSPC' && error.code !== 'EDQUOT') return false
    const { faults, folder, segments, reserveBytes, onError } = this.#parts
    faults.raise('disk-full', `${folder}: ${error.message}`)
    try {
      await this.#reserve.release()
      const before = segments.bytes
      await this.#thinTo(before - reserveBytes)
      return segments.bytes < before
    } catch (failed) {
      onError(failed as Error)
      return false
    }
  }

  /** The disk took something. */
  async wrote(): Promise<void> {
    if (!this.#reserve.isReleased) return
    this.#parts.faults.clear('disk-full')
    await this.#reserve.restore().catch(this.#parts.onError)
  }

  async #reckon(): Promise<void> {
    const { maxBytes, now, folder, segments, onError } = this.#parts
    const nowMs = now()
    if (Math.abs(nowMs - this.#reckonedMs) < reckonEveryMs) return
    this.#reckonedMs = nowMs
    try {
      this.#bound = maxBytes ?? boundOf(this.#rate.bytesPerS, await freeBytesAt(folder), segments.bytes)
    } catch (error) {
      onError(error as Error)
    }
  }

  async #thinTo(bytes: number): Promise<void> {
    const { segments } = this.#parts
    for (const level of [1, 2] as const)
      while (segments.bytes > bytes) {
        const segment = segments.full.find(({ thinned }) => thinned < level)
        if (!segment) break
        await this.#thin(segment, level)
        await segments.removeDone()
      }
  }

  async #thin(segment: Segment, level: 1 | 2): Promise<void> {
    const { index, damages, onGap } = this.#parts
    const changesOnly = level === 2 ? this.#lastCodes : null
    const span = await thinSegment(segment, index.of(segment), index.epoch, changesOnly, damages.giveUp)
    segment.thinned = level
    if (span) onGap(span, 'spool-full')
  }
}

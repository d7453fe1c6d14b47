import { mkdir, readdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { ClockStamp } from '../clock.ts'
import type { Batch, Lane } from '../contract.ts'
import { Faults } from '../faults.ts'
import { limiter } from '../limit.ts'
import { BatchIndex, type SpooledBatch } from './batch-index.ts'
import { Damages } from './damage.ts'
import { encodeFrame, type SpoolRecord } from './frame.ts'
import { firstLive } from './live.ts'
import { Room } from './room.ts'
import { DamagedBatch, isSegmentName, Segment } from './segment.ts'
import { Segments } from './segments.ts'
import type { OnGap } from './span.ts'
import { convertVersion1 } from './version-1.ts'

export type { SpooledBatch } from './batch-index.ts'

export interface SpoolOptions {
  folder: string
  /** What it may hold; unless told, it follows from what is measured and what the disk has (bound.ts). */
  maxBytes?: number | null
  segmentBytes?: number
  now?: () => number
  /** A batch is ready to be sent. */
  onReady?: (lane: Lane) => void
  onGap?: OnGap
  onError?: (error: Error) => void
  faults?: Faults
}

export interface NewBatch {
  kind: 'samples' | 'facts'
  fromMs: number
  untilMs: number
  body: Uint8Array
  stamp?: ClockStamp
}

type Written = (segment: Segment, offsets: number[]) => void

const retryMs = 5_000

/**
 * Keeps every batch on disk until the server has it, in append-only segments. Within its lane a batch has the next number,
 * without holes; while there is no server the lane of samples stays open, since old ones go to `backfill`.
 */
export class Spool {
  readonly #options: Required<SpoolOptions>
  readonly #index = new BatchIndex()
  readonly #segments: Segments
  readonly #damages: Damages
  readonly #room: Room
  readonly #exclusive = limiter(1)
  #writingUnplaced = 0
  #online = false
  #closed = false

  private constructor(options: SpoolOptions) {
    this.#options = {
      maxBytes: null,
      segmentBytes: 4 * 1024 ** 2,
      now: Date.now,
      onReady: () => {},
      onGap: () => {},
      onError: () => {},
      faults: new Faults(options.now),
      ...options,
    }
    const { folder, segmentBytes } = this.#options
    const [index, segments] = [this.#index, new Segments(folder, segmentBytes)]
    this.#segments = segments
    this.#damages = new Damages({ ...this.#options, index })
    const damages = this.#damages
    this.#room = new Room({ ...this.#options, index, segments, damages, reserveBytes: segmentBytes })
  }

  /** Opens what is there, after a crash too; an empty folder begins a new epoch. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(options)
    await mkdir(options.folder, { recursive: true, mode: 0o700 })
    await spool.#recover()
    return spool
  }

  get epoch(): string {
    return this.#index.epoch
  }

  get batches(): number {
    return this.#index.size
  }

  get bytes(): number {
    return this.#segments.bytes
  }

  get boundBytes(): number {
    return this.#room.boundBytes
  }

  /** How long it could go on without a server before the oldest has to go; null while the rate is not known. */
  get hoursLeft(): number | null {
    return this.#room.hoursLeft
  }

  /**
   * Online, samples get their place in the lane at once; coming online, all that wait get theirs: the newest, up to a quarter of
   * an hour and `liveBytes`, in the lane of samples, what is older in `backfill`.
   */
  async setOnline(online: boolean, liveBytes = Infinity): Promise<void> {
    this.#online = online
    await this.#place(liveBytes)
  }

  /** Durable when it resolves. A full disk is waited for: do not add the next before. */
  async add({ kind, fromMs, untilMs, body, stamp }: NewBatch): Promise<void> {
    const index = this.#index
    const isOpen = kind === 'samples' && (!this.#online || index.unplaced + this.#writingUnplaced > 0)
    const lane = isOpen ? null : kind
    const batch = { id: index.takeId(), lane, seq: lane ? index.takeSeq(lane) : 0, fromMs, untilMs, ...(stamp ? { stamp } : {}) } // prettier-ignore
    const frame = encodeFrame({ kind: 'batch', epoch: this.epoch, ...batch }, body)
    if (isOpen) this.#writingUnplaced++
    await this.#write(frame, (segment, [offset = 0]) => {
      if (isOpen) this.#writingUnplaced--
      index.add({ ...batch, segment, offset, length: frame.length })
    })
    if (await this.#room.isBeyond(frame.length)) await this.#exclusive(() => this.#room.shrink())
    if (lane) this.#options.onReady(lane)
    else await this.#place()
  }

  /** The first batch of the lane after this number that the server does not have. */
  next(lane: Lane, afterSeq: number): SpooledBatch | null {
    return this.#index.next(lane, afterSeq)
  }

  /** What goes over the wire; null when it was acknowledged meanwhile. */
  read(batch: SpooledBatch): Promise<Batch | null> {
    return this.#exclusive(async () => {
      const { lane, seq, segment, offset, length } = batch
      if (!this.#index.has(batch) || !lane) return null
      try {
        await this.#segments.useToRead(segment)
        const { record, body } = await segment.read(offset, length)
        if (record.kind !== 'batch' || record.id !== batch.id)
          throw new DamagedBatch(`the spool has another batch where ${batch.id} was`)
        return { epoch: this.epoch, lane, seq, body }
      } catch (error) {
        if (!(error instanceof DamagedBatch)) throw error
        await this.#damages.giveUp(batch, error)
        return null
      }
    })
  }

  /** The server has it. */
  async acknowledge(lane: Lane, seq: number): Promise<void> {
    const batch = this.#index.at(lane, seq)
    if (!batch) return
    this.#index.finish(batch)
    if (this.#segments.hasDone) await this.#exclusive(() => this.#segments.removeDone())
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#exclusive(async () => {
      await this.#append([], () => {})
      await this.#segments.rest()
    })
  }

  /** Appends, tells where, and tries again until the disk takes it. */
  async #write(frame: Buffer, written: Written): Promise<void> {
    for (;;) {
      try {
        await this.#exclusive(() => this.#append([frame], written))
        return await this.#exclusive(() => this.#room.wrote())
      } catch (error) {
        if (this.#closed) throw error
        this.#options.onError(error as Error)
        if (!(await this.#exclusive(() => this.#room.makeWay(error as Error)))) await delay(retryMs)
      }
    }
  }

  async #append(frames: Buffer[], written: Written): Promise<void> {
    const ids = [...this.#index.done]
    const all = ids.length > 0 ? [...frames, encodeFrame({ kind: 'done', ids })] : frames
    if (all.length === 0) return
    const segment = await this.#segments.toAppend(() => this.#index.opening())
    const offsets = await segment.append(all)
    this.#index.doneIsWritten(ids.length)
    written(segment, offsets)
  }

  /** Gives all that have none their place. */
  async #place(liveBytes = Infinity): Promise<void> {
    if (!this.#online || this.#index.unplaced === 0) return
    const batches = this.#index.takeUnplaced()
    const live = firstLive(batches, this.#options.now(), liveBytes)
    const places = batches.map((batch, i) => {
      const lane: Lane = i < live ? 'backfill' : 'samples'
      return { batch, lane, seq: this.#index.takeSeq(lane) }
    })
    const record: SpoolRecord = {
      kind: 'place',
      places: places.map(({ batch, lane, seq }) => ({ id: batch.id, lane, seq })),
    }
    await this.#write(encodeFrame(record), () => {
      for (const place of places) this.#index.place(place)
    })
    for (const lane of new Set(places.map(({ lane }) => lane))) this.#options.onReady(lane)
  }

  async #recover(): Promise<void> {
    const { folder } = this.#options
    await convertVersion1(folder)
    const names = (await readdir(folder)).filter(isSegmentName).sort()
    let isCertain = true
    for (const name of names) {
      const opens = await this.#recoverSegment(name, name === names.at(-1))
      if (opens !== null) isCertain = opens && (isCertain || name === names.at(-1))
    }
    if (!isCertain) this.#index.skipLostSeqs()
    await this.#room.open()
    await this.#segments.toAppend(() => this.#index.opening())
  }

  /** Whether it says first which numbers come next; null: it is gone, since nothing in it was ever promised. */
  async #recoverSegment(name: string, isNewest: boolean): Promise<boolean | null> {
    const { segment, frames, damages } = await Segment.recover(this.#options.folder, name, isNewest)
    if (frames.length === 0 && damages.length === 0) {
      await segment.remove() // the crash came while it was begun
      return null
    }
    this.#segments.add(segment)
    for (const frame of frames) this.#index.replay(segment, frame)
    if (damages.length > 0) await this.#damages.mend(segment, frames, damages)
    if (!isNewest) await segment.rest()
    return frames[0]?.record.kind === 'open'
  }
}

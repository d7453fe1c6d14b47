import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClockStamp } from '../clock.ts'
import { lanes, type Batch, type Lane } from '../contract.ts'
import { Faults } from '../faults.ts'
import { limiter } from '../limit.ts'
import { boundOf, freeBytesAt, RateMeter } from './bound.ts'
import { encodeFrame, type Frame, type SpoolRecord } from './frame.ts'
import { Reserve } from './reserve.ts'
import { DamagedBatch, isDamagedName, isSegmentName, Segment, type Damage } from './segment.ts'
import { thinSegment, type Span } from './thin-segment.ts'
import type { LastCodes } from './thin.ts'
import { convertVersion1 } from './version-1.ts'

export interface SpoolOptions {
  folder: string
  /** What it may hold; unless told, it follows from what is measured and what the disk has (bound.ts). */
  maxBytes?: number | null
  segmentBytes?: number
  now?: () => number
  /** A batch is ready to be sent. */
  onReady?: (lane: Lane) => void
  /** Samples of this span were given up. */
  onGap?: (span: Span) => void
  onError?: (error: Error) => void
  faults?: Faults
}

/** A batch that the server does not have yet. */
export interface SpooledBatch {
  id: number
  lane: Lane | null
  seq: number
  fromMs: number
  untilMs: number
  stamp?: ClockStamp
  segment: Segment
  offset: number
  length: number
}

export interface NewBatch {
  kind: 'samples' | 'facts'
  fromMs: number
  untilMs: number
  body: Uint8Array
  stamp?: ClockStamp
}

/** What is older than this when the server comes back must not hold up the present. */
const backfillAgeMs = 15 * 60_000
const retryMs = 5_000
/** Of the bound: it is no longer reached. */
const roomAgain = 0.8
const dayMs = 24 * 3_600_000
/** The bound follows the disk and the rate. */
const reckonEveryMs = 60_000
/** Damaged octets that are kept for whoever wants to look. */
const mostDamagedFiles = 20
/** Where the numbers that were given last are lost, none of them may be given again: the server would take it for known. */
const seqsSkipped = 1_000_000

/**
 * Keeps every batch on disk until the server has it, in append-only segments. Within its lane a batch has the next number,
 * without holes; while there is no server the lane of samples stays open, since old ones go to `backfill`. Segments are
 * removed oldest first, so that a place or a `done` is never lost before the batch it is about.
 */
export class Spool {
  readonly #options: Required<SpoolOptions>
  readonly #reserve: Reserve
  readonly #rate: RateMeter
  readonly #segments: Segment[] = []
  readonly #batches = new Map<number, SpooledBatch>()
  readonly #byLane: Record<Lane, Map<number, SpooledBatch>> = {
    samples: new Map(),
    backfill: new Map(),
    facts: new Map(),
  }
  readonly #nextSeq: Record<Lane, number> = { samples: 1, backfill: 1, facts: 1 }
  readonly #exclusive = limiter(1)
  readonly #lastCodes: LastCodes = new Map()
  #unplaced: SpooledBatch[] = []
  #writingUnplaced = 0
  #done: number[] = []
  #epoch: string = randomUUID()
  #nextId = 1
  #online = false
  #isCertain = true
  #bytes = 0
  #bound = Infinity
  #reckonedMs = -Infinity
  #reading: Segment | null = null
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
    this.#rate = new RateMeter(this.#options.now)
    this.#reserve = new Reserve(options.folder, this.#options.segmentBytes)
  }

  /** Opens what is there, after a crash too; an empty folder begins a new epoch. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(options)
    await mkdir(options.folder, { recursive: true, mode: 0o700 })
    await spool.#recover()
    return spool
  }

  get epoch(): string {
    return this.#epoch
  }

  get batches(): number {
    return this.#batches.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get boundBytes(): number {
    return this.#bound
  }

  /** How long it could go on without a server before the oldest has to go; null while the rate is not known. */
  get hoursLeft(): number | null {
    const rate = this.#rate.bytesPerS
    return rate === null ? null : Math.max(0, this.#bound - this.#bytes) / Math.max(rate, 1e-9) / 3600
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
    const isOpen = kind === 'samples' && (!this.#online || this.#unplaced.length + this.#writingUnplaced > 0)
    const lane = isOpen ? null : kind
    const record = {
      kind: 'batch' as const,
      epoch: this.#epoch,
      id: this.#nextId++,
      lane,
      seq: lane ? this.#nextSeq[lane]++ : 0,
      fromMs,
      untilMs,
      ...(stamp ? { stamp } : {}),
    }
    if (isOpen) this.#writingUnplaced++
    const frame = encodeFrame(record, body)
    await this.#write([frame], (segment, [offset = 0]) => {
      if (isOpen) this.#writingUnplaced--
      this.#register({ ...record, segment, offset, length: frame.length })
    })
    this.#rate.add(frame.length)
    await this.#makeRoom()
    if (lane) this.#options.onReady(lane)
    else await this.#place()
  }

  /** The first batch of the lane after this number that the server does not have. */
  next(lane: Lane, afterSeq: number): SpooledBatch | null {
    for (const [seq, batch] of this.#byLane[lane]) if (seq > afterSeq) return batch
    return null
  }

  /** What goes over the wire; null when it was acknowledged meanwhile. */
  read(batch: SpooledBatch): Promise<Batch | null> {
    return this.#exclusive(async () => {
      if (!this.#batches.has(batch.id) || !batch.lane) return null
      try {
        await this.#useToRead(batch.segment)
        const { record, body } = await batch.segment.read(batch.offset, batch.length)
        if (record.kind !== 'batch' || record.id !== batch.id)
          throw new DamagedBatch(`the spool has another batch where ${batch.id} was`)
        return { epoch: this.#epoch, lane: batch.lane, seq: batch.seq, body }
      } catch (error) {
        if (!(error instanceof DamagedBatch)) throw error
        await this.#giveUp(batch, error)
        return null
      }
    })
  }

  /** The server has it. */
  async acknowledge(lane: Lane, seq: number): Promise<void> {
    const batch = this.#byLane[lane].get(seq)
    if (!batch) return
    this.#forget(batch)
    this.#done.push(batch.id)
    if (this.#segments[0]?.live === 0) await this.#exclusive(() => this.#removeDone())
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#exclusive(async () => {
      await this.#append([], () => {})
      await Promise.all(this.#segments.map((segment) => segment.rest()))
    })
  }

  // ---- writing ----

  /** Appends, tells where, and tries again until the disk takes it. */
  async #write(frames: Buffer[], written: (segment: Segment, offsets: number[]) => void): Promise<void> {
    for (;;) {
      try {
        await this.#exclusive(() => this.#append(frames, written))
        return this.#diskIsBack()
      } catch (error) {
        if (this.#closed) throw error
        this.#options.onError(error as Error)
        if (await this.#exclusive(() => this.#mendFullDisk(error as Error))) continue
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }

  async #append(frames: Buffer[], written: (segment: Segment, offsets: number[]) => void): Promise<void> {
    const done = this.#done
    const all = done.length > 0 ? [...frames, encodeFrame({ kind: 'done', ids: done })] : frames
    if (all.length === 0) return
    const segment = await this.#current()
    const offsets = await segment.append(all)
    this.#done = this.#done.slice(done.length)
    for (const { length } of all) this.#bytes += length
    written(segment, offsets)
  }

  async #current(): Promise<Segment> {
    const newest = this.#segments.at(-1)
    if (newest && newest.size < this.#options.segmentBytes) return newest
    const first: SpoolRecord = {
      kind: 'open',
      epoch: this.#epoch,
      nextId: this.#nextId,
      nextSeq: { ...this.#nextSeq },
    }
    const segment = await Segment.create(this.#options.folder, (newest?.number ?? 0) + 1, first)
    if (newest && newest !== this.#reading) await newest.rest()
    this.#segments.push(segment)
    this.#bytes += segment.size
    return segment
  }

  async #place(liveBytes = Infinity): Promise<void> {
    if (!this.#online || this.#unplaced.length === 0) return
    const batches = this.#unplaced
    this.#unplaced = []
    const firstLive = this.#firstLive(batches, liveBytes)
    const places = batches.map((batch, i) => {
      const lane: Lane = i < firstLive ? 'backfill' : 'samples'
      return { batch, lane, seq: this.#nextSeq[lane]++ }
    })
    const record: SpoolRecord = {
      kind: 'place',
      places: places.map(({ batch, lane, seq }) => ({ id: batch.id, lane, seq })),
    }
    await this.#write([encodeFrame(record)], () => {
      for (const { batch, lane, seq } of places) this.#putInLane(batch, lane, seq)
    })
    for (const lane of new Set(places.map(({ lane }) => lane))) this.#options.onReady(lane)
  }

  /** From here on they are young enough, and few enough not to hold up what is measured now. */
  #firstLive(batches: SpooledBatch[], liveBytes: number): number {
    const old = this.#options.now() - backfillAgeMs
    let bytes = 0
    let first = batches.length
    for (; first > 0; first--) {
      const { untilMs, length } = batches[first - 1]!
      bytes += length
      if (untilMs < old || (bytes > liveBytes && first < batches.length)) break
    }
    return first
  }

  // ---- the index ----

  #register(batch: SpooledBatch): void {
    const { id, lane, seq, fromMs, untilMs, stamp, segment, offset, length } = batch
    const span = { fromMs, untilMs, ...(stamp ? { stamp } : {}) }
    const entry: SpooledBatch = { id, lane: null, seq: 0, ...span, segment, offset, length }
    this.#batches.set(id, entry)
    segment.live++
    if (lane) this.#putInLane(entry, lane, seq)
    else this.#unplaced.push(entry)
  }

  #putInLane(batch: SpooledBatch, lane: Lane, seq: number): void {
    batch.lane = lane
    batch.seq = seq
    this.#byLane[lane].set(seq, batch)
  }

  #forget(batch: SpooledBatch): void {
    this.#batches.delete(batch.id)
    if (batch.lane) this.#byLane[batch.lane].delete(batch.seq)
    batch.segment.live--
  }

  // ---- recovering ----

  async #recover(): Promise<void> {
    const { folder } = this.#options
    await convertVersion1(folder)
    const names = (await readdir(folder)).filter(isSegmentName).sort()
    for (const name of names) await this.#recoverSegment(name, name === names.at(-1))
    if (!this.#isCertain) for (const lane of lanes) this.#nextSeq[lane] += seqsSkipped
    this.#unplaced = [...this.#batches.values()].filter(({ lane }) => !lane)
    await this.#reckon()
    await this.#reserve.restore().catch(this.#options.onError)
    await this.#current()
  }

  async #recoverSegment(name: string, isNewest: boolean): Promise<void> {
    const { segment, frames, damages } = await Segment.recover(this.#options.folder, name, isNewest)
    if (frames.length === 0 && damages.length === 0) return segment.remove() // the crash came while it was begun: nothing in it was promised
    this.#segments.push(segment)
    this.#bytes += segment.size
    if (frames[0]?.record.kind !== 'open') this.#isCertain = false
    else if (isNewest) this.#isCertain = true
    for (const frame of frames) this.#replay(segment, frame)
    if (damages.length > 0) await this.#tellDamages(segment, frames, damages)
    if (!isNewest) await segment.rest()
  }

  #replay(segment: Segment, { record, offset, length }: Frame): void {
    switch (record.kind) {
      case 'open':
        this.#epoch = record.epoch
        this.#nextId = Math.max(this.#nextId, record.nextId)
        for (const lane of lanes) this.#nextSeq[lane] = Math.max(this.#nextSeq[lane], record.nextSeq[lane])
        return
      case 'batch':
        this.#epoch = record.epoch
        this.#nextId = Math.max(this.#nextId, record.id + 1)
        if (record.lane) this.#nextSeq[record.lane] = Math.max(this.#nextSeq[record.lane], record.seq + 1)
        this.#register({ ...record, segment, offset, length })
        return
      case 'place':
        for (const { id, lane, seq } of record.places) {
          this.#nextSeq[lane] = Math.max(this.#nextSeq[lane], seq + 1)
          const batch = this.#batches.get(id)
          if (batch && !batch.lane) this.#putInLane(batch, lane, seq)
        }
        return
      case 'done':
        for (const id of record.ids) {
          const batch = this.#batches.get(id)
          if (batch) this.#forget(batch)
        }
    }
  }

  // ---- damage ----

  /** What lies before and behind is kept; the damaged octets are put aside, once. */
  async #tellDamages(segment: Segment, frames: Frame[], damages: Damage[]): Promise<void> {
    for (const damage of damages) {
      await segment.setAside(damage).catch(this.#options.onError)
      const span = spanOf(frames, damage, this.#options.now())
      this.#tellDamage(`${segment.file}: ${damage.until - damage.from} octets at ${damage.from}`, span)
    }
    await this.#forgetOldDamages()
    await this.#rewrite(segment, frames).catch(this.#options.onError)
  }

  /** Without what is damaged, so that it is told once. */
  async #rewrite(segment: Segment, frames: Frame[]): Promise<void> {
    const whole: Buffer[] = []
    const own = new Map(
      [...this.#batches.values()].filter((one) => one.segment === segment).map((one) => [one.offset, one]),
    )
    for (const { record, offset, length } of frames) {
      const body =
        record.kind === 'batch' ? (await segment.read(offset, length).catch(() => null))?.body : undefined
      if (record.kind !== 'batch' || body) whole.push(encodeFrame(record, body))
      else own.delete(offset) // it is found damaged when it is to be sent
    }
    const before = segment.size
    const offsets = await segment.rewrite(whole)
    let i = 0
    for (const { record, offset } of frames) {
      const batch = own.get(offset)
      if (record.kind === 'batch' && !batch) continue
      if (batch) batch.offset = offsets[i]!
      i++
    }
    this.#bytes += segment.size - before
  }

  /** A batch that is not what was written: the rest goes on without it. */
  async #giveUp(batch: SpooledBatch, error: Error): Promise<void> {
    const { segment, offset, length, fromMs, untilMs } = batch
    await segment.setAside({ from: offset, until: offset + length }).catch(this.#options.onError)
    this.#forget(batch)
    this.#done.push(batch.id)
    this.#tellDamage(error.message, { fromMs, untilMs })
    await this.#forgetOldDamages()
  }

  #tellDamage(detail: string, span: Span): void {
    this.#options.onError(new Error(`the spool is damaged: ${detail}`))
    this.#options.faults.raise('spool-damaged', detail, dayMs)
    this.#options.onGap(span)
  }

  async #forgetOldDamages(): Promise<void> {
    const { folder } = this.#options
    const names = (await readdir(folder)).filter(isDamagedName).sort()
    for (const name of names.slice(0, -mostDamagedFiles)) await rm(join(folder, name), { force: true })
  }

  // ---- room on disk ----

  /** One older segment is open at a time, beside the newest. */
  async #useToRead(segment: Segment): Promise<void> {
    if (this.#reading === segment) return
    if (this.#reading && this.#reading !== this.#segments.at(-1)) await this.#reading.rest()
    this.#reading = segment
  }

  async #reckon(): Promise<void> {
    const { maxBytes, now, folder, onError } = this.#options
    const nowMs = now()
    if (Math.abs(nowMs - this.#reckonedMs) < reckonEveryMs) return
    this.#reckonedMs = nowMs
    try {
      this.#bound = maxBytes ?? boundOf(this.#rate.bytesPerS, await freeBytesAt(folder), this.#bytes)
    } catch (error) {
      onError(error as Error)
    }
  }

  async #removeDone(): Promise<void> {
    while (this.#segments.length > 1 && this.#segments[0]?.live === 0) {
      const segment = this.#segments.shift()!
      this.#bytes -= segment.size
      if (this.#reading === segment) this.#reading = null
      await segment.remove()
    }
  }

  /** At the bound, from the oldest: first everything but verdicts goes, then verdicts that only repeat. */
  async #makeRoom(): Promise<void> {
    await this.#reckon()
    const { faults, onError } = this.#options
    if (this.#bytes < this.#bound * roomAgain) faults.clear('spool-at-bound')
    if (this.#bytes <= this.#bound) return
    try {
      const isRoom = await this.#exclusive(() => this.#thinTo(this.#bound))
      const detail = `${this.#bound} octets are used up: the oldest numbers are given up`
      faults.raise(
        'spool-at-bound',
        isRoom ? detail : `${this.#bytes} octets of verdicts, beyond the bound of ${this.#bound}`,
      )
    } catch (error) {
      onError(error as Error)
    }
  }

  /** True when something was done about it, and it is worth trying again. */
  async #mendFullDisk(error: Error): Promise<boolean> {
    if (!isFull(error)) return false
    const { faults, onError } = this.#options
    faults.raise('disk-full', `${this.#options.folder}: ${error.message}`)
    try {
      await this.#reserve.release()
      const before = this.#bytes
      await this.#thinTo(before - 1)
      return this.#bytes < before
    } catch (failed) {
      onError(failed as Error)
      return false
    }
  }

  #diskIsBack(): void {
    if (!this.#reserve.isReleased) return
    this.#options.faults.clear('disk-full')
    this.#reserve.restore().catch(this.#options.onError)
  }

  /** False when all is thinned and there is still more. */
  async #thinTo(bytes: number): Promise<boolean> {
    for (const level of [1, 2] as const)
      while (this.#bytes > bytes) {
        const segment = this.#segments.slice(0, -1).find(({ thinned }) => thinned < level)
        if (!segment) break
        await this.#thin(segment, level)
        await this.#removeDone()
      }
    return this.#bytes <= bytes
  }

  async #thin(segment: Segment, level: 1 | 2): Promise<void> {
    const before = segment.size
    const own = [...this.#batches.values()].filter((batch) => batch.segment === segment)
    const span = await thinSegment(
      segment,
      own,
      this.#epoch,
      level === 2 ? this.#lastCodes : null,
      (batch, error) => this.#giveUp(batch, error),
    )
    segment.thinned = level
    this.#bytes += segment.size - before
    if (span) this.#options.onGap(span)
  }
}

const isFull = ({ code }: NodeJS.ErrnoException) => code === 'ENOSPC' || code === 'EDQUOT'

/** When what is damaged was measured: after what lies before it, and before what lies behind. */
function spanOf(frames: Frame[], { from, until, before }: Damage, nowMs: number): Span {
  const behind = frames.find(({ offset, record }) => offset >= until && record.kind === 'batch')?.record
  const earlier =
    frames.findLast(({ offset, record }) => offset < from && record.kind === 'batch')?.record ??
    before?.record
  const untilMs = behind?.kind === 'batch' ? behind.fromMs : nowMs
  return { fromMs: earlier?.kind === 'batch' ? earlier.untilMs : untilMs, untilMs }
}

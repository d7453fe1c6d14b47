import { randomUUID } from 'node:crypto'
import { mkdir, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { lanes, type Batch, type Lane } from '../contract.ts'
import { limiter } from '../limit.ts'
import { encodeFrame, type Frame, type SpoolRecord } from './frame.ts'
import { isSegmentName, Segment } from './segment.ts'
import { thinSegment, type Span } from './thin-segment.ts'
import type { LastCodes } from './thin.ts'

export interface SpoolOptions {
  folder: string
  maxBytes?: number
  segmentBytes?: number
  now?: () => number
  /** A batch is ready to be sent. */
  onReady?: (lane: Lane) => void
  /** Samples of this span were given up. */
  onGap?: (span: Span) => void
  onError?: (error: Error) => void
}

/** A batch that the server does not have yet. */
export interface SpooledBatch {
  id: number
  lane: Lane | null
  seq: number
  fromMs: number
  untilMs: number
  segment: Segment
  offset: number
  length: number
}

export interface NewBatch {
  kind: 'samples' | 'facts'
  fromMs: number
  untilMs: number
  body: Uint8Array
}

/** What is older than this when the server comes back must not hold up the present. */
const backfillAgeMs = 15 * 60_000
const retryMs = 5_000

/**
 * Keeps every batch on disk until the server has it, in append-only segments. Within its lane a batch has the next number,
 * without holes; while there is no server the lane of samples stays open, since old ones go to `backfill`. Segments are
 * removed oldest first, so that a place or a `done` is never lost before the batch it is about.
 */
export class Spool {
  readonly #options: Required<SpoolOptions>
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
  #full = false
  #closed = false

  private constructor(options: SpoolOptions) {
    this.#options = {
      maxBytes: 1024 ** 3,
      segmentBytes: 4 * 1024 ** 2,
      now: Date.now,
      onReady: () => {},
      onGap: () => {},
      onError: () => {},
      ...options,
    }
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
    return this.#segments.reduce((sum, { size }) => sum + size, 0)
  }

  /** Online, samples get their place in the lane at once; coming online, all that wait get theirs. */
  async setOnline(online: boolean): Promise<void> {
    this.#online = online
    await this.#place()
  }

  /** Durable when it resolves. A full disk is waited for: do not add the next before. */
  async add({ kind, fromMs, untilMs, body }: NewBatch): Promise<void> {
    const isOpen = kind === 'samples' && (!this.#online || this.#unplaced.length + this.#writingUnplaced > 0)
    const lane = isOpen ? null : kind
    const record = {
      kind: 'batch' as const,
      id: this.#nextId++,
      lane,
      seq: lane ? this.#nextSeq[lane]++ : 0,
      fromMs,
      untilMs,
      body,
    }
    if (isOpen) this.#writingUnplaced++
    const frame = encodeFrame(record)
    await this.#write([frame], (segment, [offset = 0]) => {
      if (isOpen) this.#writingUnplaced--
      this.#register({ ...record, segment, offset, length: frame.length })
    })
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
      const record = await batch.segment.read(batch.offset, batch.length)
      if (record.kind !== 'batch' || record.id !== batch.id)
        throw new Error(`the spool has another batch where ${batch.id} was`)
      return { epoch: this.#epoch, lane: batch.lane, seq: batch.seq, body: record.body }
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
      await Promise.all(this.#segments.map((segment) => segment.close()))
    })
  }

  // ---- writing ----

  /** Appends, tells where, and tries again until the disk takes it. */
  async #write(frames: Buffer[], written: (segment: Segment, offsets: number[]) => void): Promise<void> {
    for (;;) {
      try {
        return await this.#exclusive(() => this.#append(frames, written))
      } catch (error) {
        if (this.#closed) throw error
        this.#options.onError(error as Error)
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }

  async #append(frames: Buffer[], written: (segment: Segment, offsets: number[]) => void): Promise<void> {
    const done = this.#done
    const all = done.length > 0 ? [...frames, encodeFrame({ kind: 'done', ids: done })] : frames
    if (all.length === 0) return
    this.#done = []
    const segment = await this.#current()
    written(segment, await segment.append(all))
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
    this.#segments.push(segment)
    return segment
  }

  async #place(): Promise<void> {
    if (!this.#online || this.#unplaced.length === 0) return
    const old = this.#options.now() - backfillAgeMs
    const batches = this.#unplaced
    this.#unplaced = []
    const places = batches.map((batch) => {
      const lane: Lane = batch.untilMs < old ? 'backfill' : 'samples'
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

  // ---- the index ----

  #register(batch: SpooledBatch & { kind?: string; body?: Uint8Array }): void {
    const { id, lane, seq, fromMs, untilMs, segment, offset, length } = batch
    const entry: SpooledBatch = { id, lane: null, seq: 0, fromMs, untilMs, segment, offset, length }
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
    const names = (await readdir(folder)).filter(isSegmentName).sort()
    for (const name of names) {
      const { segment, frames } = await Segment.recover(folder, name)
      if (frames[0]?.record.kind !== 'open') {
        await segment.close()
        await unlink(join(folder, name)) // the crash came while it was begun: nothing in it was promised
        continue
      }
      this.#segments.push(segment)
      for (const frame of frames) this.#replay(segment, frame)
    }
    this.#unplaced = [...this.#batches.values()].filter(({ lane }) => !lane)
    await this.#current()
  }

  #replay(segment: Segment, { record, offset, length }: Frame): void {
    switch (record.kind) {
      case 'open':
        this.#epoch = record.epoch
        this.#nextId = Math.max(this.#nextId, record.nextId)
        for (const lane of lanes) this.#nextSeq[lane] = Math.max(this.#nextSeq[lane], record.nextSeq[lane])
        return
      case 'batch':
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

  // ---- room on disk ----

  async #removeDone(): Promise<void> {
    while (this.#segments.length > 1 && this.#segments[0]?.live === 0) await this.#segments.shift()?.remove()
  }

  /** At the bound, from the oldest: first everything but verdicts goes, then verdicts that only repeat. */
  async #makeRoom(): Promise<void> {
    if (this.bytes <= this.#options.maxBytes) return
    try {
      await this.#exclusive(() => this.#thinUntilItFits())
    } catch (error) {
      this.#options.onError(error as Error)
    }
  }

  async #thinUntilItFits(): Promise<void> {
    for (const level of [1, 2] as const)
      while (this.bytes > this.#options.maxBytes) {
        const segment = this.#segments.slice(0, -1).find(({ thinned }) => thinned < level)
        if (!segment) break
        const span = await thinSegment(segment, this.#batches, level === 2 ? this.#lastCodes : null)
        segment.thinned = level
        if (span) this.#options.onGap(span)
        await this.#removeDone()
      }
    const isFull = this.bytes > this.#options.maxBytes
    if (isFull && !this.#full)
      this.#options.onError(new Error(`the spool holds ${this.bytes} bytes of verdicts, beyond its bound`))
    this.#full = isFull
  }
}

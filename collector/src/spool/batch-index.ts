import { randomUUID } from 'node:crypto'
import type { ClockStamp } from '../clock.ts'
import { lanes, type Lane } from '../contract.ts'
import type { Frame, SpoolRecord } from './frame.ts'
import type { Segment } from './segment.ts'

/** A batch that the server does not have yet. */
export interface SpooledBatch {
  id: number
  /** Null while it is not decided; `seq` is 0 then. */
  lane: Lane | null
  seq: number
  fromMs: number
  untilMs: number
  stamp?: ClockStamp
  segment: Segment
  offset: number
  length: number
}

export interface Place {
  batch: SpooledBatch
  lane: Lane
  seq: number
}

/** Where the numbers that were given last are lost, none of them may be given again: the server would take it for known. */
const seqsSkipped = 1_000_000

/** What the spool holds, by number and by lane, and which numbers come next. In memory; the frames on disk say it again. */
export class BatchIndex {
  epoch: string = randomUUID()
  readonly #batches = new Map<number, SpooledBatch>()
  readonly #byLane: Record<Lane, Map<number, SpooledBatch>> = {
    samples: new Map(),
    backfill: new Map(),
    facts: new Map(),
  }
  readonly #unplaced = new Map<number, SpooledBatch>()
  readonly #nextSeq: Record<Lane, number> = { samples: 1, backfill: 1, facts: 1 }
  /** The same without numbers whose batches are still being written: a crash gives those back. */
  readonly #nextUnwritten: Record<Lane, number> = { ...this.#nextSeq }
  #nextId = 1
  /** Finished, and not yet said so on disk. */
  #done: number[] = []

  get size(): number {
    return this.#batches.size
  }

  get unplaced(): number {
    return this.#unplaced.size
  }

  get done(): readonly number[] {
    return this.#done
  }

  has({ id }: SpooledBatch): boolean {
    return this.#batches.has(id)
  }

  of(segment: Segment): SpooledBatch[] {
    return [...this.#batches.values()].filter((batch) => batch.segment === segment)
  }

  at(lane: Lane, seq: number): SpooledBatch | undefined {
    return this.#byLane[lane].get(seq)
  }

  /** The first of the lane after this number. */
  next(lane: Lane, afterSeq: number): SpooledBatch | null {
    for (const [seq, batch] of this.#byLane[lane]) if (seq > afterSeq) return batch
    return null
  }

  // ---- numbers ----

  /** What a segment says first. */
  opening(): SpoolRecord {
    return { kind: 'open', epoch: this.epoch, nextId: this.#nextId, nextSeq: { ...this.#nextUnwritten } }
  }

  takeId(): number {
    return this.#nextId++
  }

  takeSeq(lane: Lane): number {
    return this.#nextSeq[lane]++
  }

  skipLostSeqs(): void {
    for (const lane of lanes) this.#countFrom(lane, this.#nextSeq[lane] + seqsSkipped)
  }

  // ---- what comes and goes ----

  add(batch: SpooledBatch): void {
    this.#batches.set(batch.id, batch)
    batch.segment.live++
    if (!batch.lane) return void this.#unplaced.set(batch.id, batch)
    this.#byLane[batch.lane].set(batch.seq, batch)
    this.#countFrom(batch.lane, batch.seq + 1)
  }

  /** Those without a place, oldest first; whoever takes them places them. */
  takeUnplaced(): SpooledBatch[] {
    const batches = [...this.#unplaced.values()]
    this.#unplaced.clear()
    return batches
  }

  place({ batch, lane, seq }: Place): void {
    this.#countFrom(lane, seq + 1)
    if (!this.has(batch)) return
    this.#unplaced.delete(batch.id)
    batch.lane = lane
    batch.seq = seq
    this.#byLane[lane].set(seq, batch)
  }

  /** The server has it, or nobody ever will. */
  finish(batch: SpooledBatch): void {
    this.#forget(batch)
    this.#done.push(batch.id)
  }

  /** So many of those that are done are on disk. */
  doneIsWritten(count: number): void {
    this.#done = this.#done.slice(count)
  }

  /** What a frame on disk says, in the order in which they were written. */
  replay(segment: Segment, { record, offset, length }: Frame): void {
    switch (record.kind) {
      case 'open':
        this.epoch = record.epoch
        this.#nextId = Math.max(this.#nextId, record.nextId)
        for (const lane of lanes) this.#countFrom(lane, record.nextSeq[lane])
        return
      case 'batch': {
        const { id, lane, seq, fromMs, untilMs, stamp, epoch } = record
        this.epoch = epoch
        this.#nextId = Math.max(this.#nextId, id + 1)
        this.add({ id, lane, seq, fromMs, untilMs, ...(stamp ? { stamp } : {}), segment, offset, length })
        return
      }
      case 'place':
        for (const { id, lane, seq } of record.places) {
          this.#countFrom(lane, seq + 1)
          const batch = this.#batches.get(id)
          if (batch && !batch.lane) this.place({ batch, lane, seq })
        }
        return
      case 'done':
        for (const id of record.ids) {
          const batch = this.#batches.get(id)
          if (batch) this.#forget(batch)
        }
    }
  }

  /** Numbers below it are on disk. */
  #countFrom(lane: Lane, seq: number): void {
    this.#nextSeq[lane] = Math.max(this.#nextSeq[lane], seq)
    this.#nextUnwritten[lane] = Math.max(this.#nextUnwritten[lane], seq)
  }

  #forget(batch: SpooledBatch): void {
    this.#batches.delete(batch.id)
    this.#unplaced.delete(batch.id)
    if (batch.lane) this.#byLane[batch.lane].delete(batch.seq)
    batch.segment.live--
  }
}

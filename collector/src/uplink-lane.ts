import type { Budget } from './budget.ts'
import type { Batch, BatchAck, Lane } from './contract.ts'
import type { Spool, SpooledBatch } from './spool/spool.ts'
import type { Speech } from './uplink-speech.ts'

export interface LaneParts {
  lane: Lane
  /** Batches on their way at once. */
  window: number
  spool: Pick<Spool, 'next' | 'read' | 'acknowledge'>
  speech: Speech
  /** What may be sent; unless given, all. */
  budget?: Budget
  /** Rejects when no answer comes. */
  emit: (batch: Batch) => Promise<BatchAck>
  /** What instants of this batch are put right by. */
  shiftOf: (batch: SpooledBatch) => number
  /** After a failure of our own, or none to answer. */
  resendMs: number
  onError: (error: Error) => void
}

/** So long a server may have itself waited for. */
const held = { leastMs: 100, mostMs: 60_000 }

/** One lane of one connection: sends its batches in order, and again, from the oldest, what the server did not take. */
export class LaneSender {
  readonly #parts: LaneParts
  #sentSeq = 0
  #onTheWay = 0
  /** A batch was not taken: what follows it waits until it is sent again. */
  #isHeld = false
  #isPumping = false
  #isOver = false
  #timer: NodeJS.Timeout | undefined

  constructor(parts: LaneParts) {
    this.#parts = parts
  }

  /** The connection is gone: answers that still come count for nothing. */
  end(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
  }

  /** Sends what the window allows. */
  wake(): void {
    if (!this.#isPumping && !this.#isOver) void this.#pump()
  }

  async #pump(): Promise<void> {
    const { lane, window, spool, resendMs } = this.#parts
    this.#isPumping = true
    try {
      while (!this.#isOver && !this.#isHeld && this.#onTheWay < window && !this.#mustSave()) {
        const batch = spool.next(lane, this.#sentSeq)
        if (!batch) break
        this.#sentSeq = batch.seq
        await this.#send(batch)
      }
    } catch (error) {
      this.#holdFor(resendMs, error as Error)
    } finally {
      this.#isPumping = false // in the same turn as the last look: no wake falls in between
    }
  }

  async #send(spooled: SpooledBatch): Promise<void> {
    const { lane, spool, speech, budget, emit, shiftOf } = this.#parts
    const batch = await spool.read(spooled)
    const translated = batch && (await speech.translate(batch, shiftOf(spooled)))
    if (!translated || this.#isOver) return
    const { buffer, byteOffset, length } = speech.tell(lane, translated, shiftOf(spooled))
    budget?.spend(length)
    this.#onTheWay++
    emit({ ...batch, body: Buffer.from(buffer, byteOffset, length) })
      .catch((): BatchAck => ({ ok: false, retryMs: this.#parts.resendMs, reason: 'no answer' }))
      .then((ack) => this.#answered(spooled, ack))
      .catch(this.#parts.onError)
  }

  async #answered({ seq }: SpooledBatch, ack: BatchAck): Promise<void> {
    if (this.#isOver) return
    const { lane, spool } = this.#parts
    this.#onTheWay--
    if (ack.ok) await spool.acknowledge(lane, seq)
    else this.#holdFor(ack.retryMs, new Error(`the server did not take ${lane} ${seq}: ${ack.reason}`))
    this.wake()
  }

  #holdFor(waitMs: number, error: Error): void {
    this.#parts.onError(error)
    if (this.#isHeld || this.#isOver) return
    this.#isHeld = true
    this.#wakeIn(Math.min(Math.max(waitMs, held.leastMs), held.mostMs), () => {
      this.#isHeld = false
      this.#sentSeq = 0
    })
  }

  /** This lane has had its share of the line: it goes on when there is some again. */
  #mustSave(): boolean {
    const waitMs = this.#parts.budget?.waitMs ?? 0
    if (waitMs > 0) this.#wakeIn(waitMs)
    return waitMs > 0
  }

  #wakeIn(waitMs: number, then = () => {}): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      then()
      this.wake()
    }, waitMs)
  }
}

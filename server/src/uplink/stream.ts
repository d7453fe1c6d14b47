import {
  isBody,
  Listener,
  WireError,
  type Batch,
  type Heard,
  type Lane,
} from '@zongheng/collector/contract.ts'
import { BatchOrder } from './batch-order.ts'
import { isBatch, MalformedBatch } from './decode.ts'

/** A batch as it arrived. */
export interface Received {
  batch: Batch
  /** Samples whose groups were told or known; null for facts, and for a collector of version 1. */
  heard: Heard | null
  /** What was told could not be understood: it is dropped, and the connection's numbers mean nothing any more. */
  fault: MalformedBatch | null
}

/** Its own window is some twenty: whoever sends more at once does not wait for answers. */
const batchesAtMost = 64
const bytesAtMost = 64 * 1024 * 1024

/** What is held of one connection: what its numbers mean, how much of it waits, and what came last of each lane. */
export class Stream {
  readonly order = new BatchOrder()
  /** The last that is committed, by lane, as far as it was looked up. */
  readonly marks = new Map<Lane, number>()
  readonly #listener = new Listener()
  #batches = 0
  #bytes = 0

  /** Must be called for each batch as it comes: numbers are given in this order. Null when it is no batch. */
  receive(value: unknown): Received | null {
    if (!isBatch(value)) return null
    this.#batches++
    this.#bytes += value.body.length
    if (value.lane === 'facts' || !isBody(value.body)) return { batch: value, heard: null, fault: null }
    try {
      return { batch: value, heard: this.#listener.hear(value.body), fault: null }
    } catch (cause) {
      if (!(cause instanceof WireError)) throw cause
      return {
        batch: value,
        heard: null,
        fault: new MalformedBatch('ids could not be understood', { cause }),
      }
    }
  }

  done({ batch }: Received): void {
    this.#batches--
    this.#bytes -= batch.body.length
  }

  get isOverrun(): boolean {
    return this.#batches > batchesAtMost || this.#bytes > bytesAtMost
  }
}

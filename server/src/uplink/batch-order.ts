import type { Batch, Lane } from '@zongheng/collector/contract.ts'

type Place = Pick<Batch, 'lane' | 'seq'>

/**
 * The batches of one connection. A collector has several on their way: once one was not committed, those behind it wait until
 * it comes again, or the mark would pass it by and it would count as seen.
 */
export class BatchOrder {
  readonly #awaited = new Map<Lane, number>()

  mustWait({ lane, seq }: Place): boolean {
    return seq > (this.#awaited.get(lane) ?? Infinity)
  }

  failed({ lane, seq }: Place): void {
    this.#awaited.set(lane, Math.min(seq, this.#awaited.get(lane) ?? Infinity))
  }

  committed({ lane, seq }: Place): void {
    if (seq === this.#awaited.get(lane)) this.#awaited.delete(lane)
  }
}

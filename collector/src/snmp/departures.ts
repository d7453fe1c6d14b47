import type { Pending } from './pending.ts'
import type { PendingTable } from './pending-table.ts'

/**
 * Requests that leave together, at the end of this turn of the loop: the answers that came in it are read first. Each sent by itself
 * would wake whoever receives it, be it a kernel or a card, once for each; and reading and sending in turns is dear to the processor.
 */
export class Departures {
  readonly #pending: PendingTable
  readonly #send: (pending: Pending) => void
  /** Ids, not the requests: one that ends meanwhile may serve another. */
  #ids: number[] = []
  #next: number[] = []
  #turn: NodeJS.Immediate | undefined

  constructor(pending: PendingTable, send: (pending: Pending) => void) {
    this.#pending = pending
    this.#send = send
  }

  add({ id }: Pending): void {
    this.#ids.push(id)
    this.#turn ??= setImmediate(() => this.#depart())
  }

  cancel(): void {
    clearImmediate(this.#turn)
  }

  /** What ended meanwhile stays; what is added meanwhile leaves with the next. */
  #depart(): void {
    const ids = this.#ids
    this.#ids = this.#next
    this.#turn = undefined
    for (const id of ids) {
      const pending = this.#pending.get(id)
      if (pending) this.#send(pending)
    }
    ids.length = 0
    this.#next = ids
  }
}

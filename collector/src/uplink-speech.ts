import type { Batch, Lane, ServerHello } from './contract.ts'
import { Teller } from './wire/telling.ts'
import { factsToVersion1, toVersion1 } from './wire/version-1.ts'

/** What nobody said is rented. */
const uplinkBpsUnlessTold = 10e6

/** How the server of one connection is spoken to. */
export class Speech {
  readonly contractVersion: number
  /** What may be sent to it. */
  readonly bytesPerS: number
  readonly #teller = new Teller()

  constructor({ contractVersion, uplinkBps }: ServerHello) {
    this.contractVersion = contractVersion
    this.bytesPerS = (uplinkBps ?? uplinkBpsUnlessTold) / 8
  }

  get #isOurs(): boolean {
    return this.contractVersion >= 2
  }

  /** The body as this server can take it. `shiftMs`: what its instants are put right by. */
  async translate({ lane, body }: Batch, shiftMs: number): Promise<Uint8Array> {
    if (this.#isOurs) return body
    return lane === 'facts' ? await factsToVersion1(body) : await toVersion1(body, shiftMs)
  }

  /** The translated body as it leaves. Groups are told once: to be called in the order in which bodies leave. */
  tell(lane: Lane, translated: Uint8Array, shiftMs: number): Uint8Array {
    return this.#isOurs && lane !== 'facts' ? this.#teller.tell(translated, shiftMs) : translated
  }
}

/** IPv4 and UDP headers leave this much of an Ethernet frame: larger replies travel in fragments, which firewalls drop. */
const unfragmented = 1472
/** What else a message holds than the list of variable bindings: its headers and the PDU's; with USM the engine, the user, the digest. */
const envelopes = { community: 60, usm: 130 }
const likelyOctetsPerCell = 26
/** Good replies before more is asked for: after a mere start, and after a size that failed. */
const patience = { first: 16, most: 1024 }

/**
 * How much one device may be asked for in one reply. `tooBig` and silence to large requests shrink it; it grows again after
 * many good replies, and ever more slowly to a size that failed. Whether the device fills its replies itself to a limit below a
 * frame is found out once: then a little more is asked for than fits.
 */
export class ReplySize {
  readonly #envelope: number
  #limit = unfragmented
  #octetsPerCell = likelyOctetsPerCell
  #good = 0
  #needed = patience.first
  /** Octets of the list in a reply that the device itself cut short; 0: it did not yet, -1: it does not. */
  #cutAt = 0
  #mostCells = Infinity

  constructor(framing: keyof typeof envelopes) {
    this.#envelope = envelopes[framing]
  }

  /** It is known to answer no more, and nothing is tried beyond. */
  bound(cells: number): void {
    this.#mostCells = cells
    this.#cutAt = -1
  }

  /** Octets that an answer with this many cells likely has. */
  octetsOf(cells: number): number {
    return Math.min(unfragmented, this.#envelope + Math.ceil(cells * this.#octetsPerCell))
  }

  /** Cells that fit; at least one. */
  cells(): number {
    const fitting = Math.floor((this.#limit - this.#envelope) / this.#octetsPerCell)
    return Math.max(1, Math.min(this.#mostCells, fitting))
  }

  /**
   * Whole rows of `columns` cells, of `left` rows; where the device itself cuts its replies, one row more than fits, if the part
   * that comes of it saves a request: whole rows are read with less effort.
   */
  rows(columns: number, before: number, left: number): { rows: number; isTrial: boolean } {
    const fitting = Math.max(1, Math.floor((this.cells() - before) / columns))
    if (this.#cutAt > 0) {
      const cells = Math.max(1, Math.floor(this.#cutAt / this.#octetsPerCell) - before)
      const whole = Math.min(fitting, Math.floor(cells / columns))
      const isPartWorth = Math.ceil(left / whole) > Math.ceil((left * columns) / cells)
      return { rows: whole + Number(isPartWorth), isTrial: false }
    }
    const isTrial = this.#cutAt === 0 && this.#good >= 4 && this.#limit === unfragmented
    return { rows: fitting + Number(isTrial), isTrial }
  }

  /** `octets`: of the list of variable bindings. */
  answered(cells: number, octets: number, wasCut: boolean): void {
    if (cells > 3) this.#octetsPerCell = octets / cells
    this.#good++
    if (wasCut && this.#mostCells === Infinity) this.#cutAt = octets
    else if (octets > this.#cutAt && octets + this.#envelope > unfragmented) this.#cutAt = -1
    if (this.#good < this.#needed || this.#limit >= unfragmented) return
    this.#limit = Math.min(unfragmented, Math.ceil(this.#limit * 1.5))
    this.#good = 0
  }

  /** The device kept silent to the trial of a larger request, or called it too big. */
  trialFailed(): void {
    this.#cutAt = -1
  }

  /** A request for so many cells was too big, or silence answered it where a smaller one was answered. */
  failed(cells: number): void {
    const tried = Math.min(this.#limit, this.#envelope + cells * this.#octetsPerCell)
    this.#limit = Math.max(this.#envelope + this.#octetsPerCell, tried / 2)
    this.#good = 0
    this.#needed = Math.min(patience.most, this.#needed * 2)
    if (this.#cutAt === 0) this.#cutAt = -1
  }
}

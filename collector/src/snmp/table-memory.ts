import type { Manners } from './manners.ts'
import { ReplySize } from './reply-size.ts'

/** Reads by exact instances before GETBULK is tried again with a device that could not answer it. */
const exactReads = 60

/** What a device has shown of itself while its tables were read: kept between reads. */
export class TableMemory {
  readonly size: ReplySize
  #breaks: WeakMap<Uint32Array, Uint8Array> | null = null
  #exactReads = 0
  #noBulk = false

  constructor(framing: 'community' | 'usm' = 'community') {
    this.size = new ReplySize(framing)
  }

  setManners({ noBulk = false, mostObjects }: Manners): void {
    this.#noBulk = noBulk
    if (mostObjects !== undefined) this.size.bound(mostObjects)
  }

  /** 1 before each wanted row that others precede, which nobody asked for; null: none is known. */
  breaks(rows: Uint32Array): Uint8Array | null {
    return this.#breaks?.get(rows) ?? null
  }

  setBreak(rows: Uint32Array, before: number): void {
    this.#breaks ??= new WeakMap()
    let breaks = this.#breaks.get(rows)
    if (!breaks) this.#breaks.set(rows, (breaks = new Uint8Array(rows.length)))
    breaks[before] = 1
  }

  /** GETBULK failed with this device. */
  avoidBulk(): void {
    this.#exactReads = exactReads
  }

  /** Whether this read, of so many wanted rows, goes by exact instances: few and far between, or GETBULK failed. */
  readsExactly(rows: Uint32Array, columns: number): boolean {
    if (this.#noBulk) return true
    if (this.#exactReads > 0) {
      this.#exactReads--
      return true
    }
    const breaks = this.breaks(rows)
    if (!breaks) return false
    const fitting = this.size.cells()
    const perReply = Math.max(1, Math.floor(fitting / columns))
    return bulkRequests(breaks, perReply) > 1.25 * Math.ceil((rows.length * columns) / fitting)
  }
}

/** Each run of rows that nothing interrupts is read by itself. */
function bulkRequests(breaks: Uint8Array, perReply: number): number {
  let requests = 0
  let run = 0
  for (const isBreak of breaks) {
    if (isBreak && run > 0) {
      requests += Math.ceil(run / perReply)
      run = 0
    }
    run++
  }
  return requests + Math.ceil(run / perReply)
}

import type { SpoolRecord } from './frame.ts'
import { Segment } from './segment.ts'

/** The files of the spool, oldest first. Not for use by two callers at once. */
export class Segments {
  readonly #folder: string
  readonly #segmentBytes: number
  readonly #all: Segment[] = []
  #reading: Segment | null = null

  constructor(folder: string, segmentBytes: number) {
    this.#folder = folder
    this.#segmentBytes = segmentBytes
  }

  get bytes(): number {
    return this.#all.reduce((sum, { size }) => sum + size, 0)
  }

  /** All but the one that is written to. */
  get full(): readonly Segment[] {
    return this.#all.slice(0, -1)
  }

  get hasDone(): boolean {
    return this.#all[0]?.live === 0
  }

  add(segment: Segment): void {
    this.#all.push(segment)
  }

  /** The newest while there is room in it, else a new one that begins with `opening`. */
  async toAppend(opening: () => SpoolRecord): Promise<Segment> {
    const newest = this.#all.at(-1)
    if (newest && newest.size < this.#segmentBytes) return newest
    const segment = await Segment.create(this.#folder, (newest?.number ?? 0) + 1, opening())
    if (newest && newest !== this.#reading) await newest.rest()
    this.#all.push(segment)
    return segment
  }

  /** One older segment is open at a time, beside the newest. */
  async useToRead(segment: Segment): Promise<void> {
    if (this.#reading === segment) return
    if (this.#reading && this.#reading !== this.#all.at(-1)) await this.#reading.rest()
    this.#reading = segment
  }

  /** Oldest first, so that a place or a `done` is never lost before the batch it is about. */
  async removeDone(): Promise<void> {
    while (this.#all.length > 1 && this.hasDone) {
      const segment = this.#all.shift()!
      if (this.#reading === segment) this.#reading = null
      await segment.remove()
    }
  }

  async rest(): Promise<void> {
    await Promise.all(this.#all.map((segment) => segment.rest()))
  }
}

import type { DatabaseSync } from 'node:sqlite'
import { decodeBlock, encodeBlock } from './codec.ts'
import { concat, inOrder, slice, type Samples } from './samples.ts'

const mostSamples = 240
/** Bounds how far back a reader must look for a block that reaches into its range. */
const mostSpanMs = 24 * 3_600_000

/** Long blocks, keyed (series, first instant, generation); late samples may overlap what is there. */
export class Blocks {
  #db: DatabaseSync

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** To be called within a transaction. */
  write(generation: number, parts: Map<number, Samples[]>): void {
    const insert = this.#db.prepare(
      'INSERT INTO blocks (series, t0, generation, t1, body) VALUES (?, ?, ?, ?, ?)',
    )
    for (const [id, samples] of parts) {
      for (const piece of pieces(inOrder(concat(samples, samples[0]!.start !== null)))) {
        insert.run(id, piece.at[0]!, generation, piece.at.at(-1)!, encodeBlock(piece))
      }
    }
  }

  /** What lies between two instants, and the block after: its first increment may have begun before `until`. */
  read(id: number, from: number, until: number): Samples[] {
    const within = this.#db.prepare(
      'SELECT body FROM blocks WHERE series = ? AND t0 >= ? AND t0 < ? AND t1 >= ? ORDER BY generation',
    )
    const after = this.#db.prepare(
      'SELECT body FROM blocks WHERE series = ? AND t0 >= ? ORDER BY t0, generation LIMIT 1',
    )
    const rows = [...within.all(id, from - mostSpanMs, until, from), ...after.all(id, until)]
    return rows.map((row) => decodeBlock(row.body as Uint8Array))
  }
}

/** Cuts samples in order where a block would grow too long. */
function* pieces(samples: Samples): Generator<Samples> {
  const { at } = samples
  for (let first = 0, i = 1; i <= at.length; i++) {
    if (i < at.length && i - first < mostSamples && at[i]! - at[first]! <= mostSpanMs) continue
    yield slice(samples, first, i)
    first = i
  }
}

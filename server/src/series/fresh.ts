import type { DatabaseSync } from 'node:sqlite'
import { decodeBlock, encodeBlock } from './codec.ts'
import { inOrder, type Samples } from './samples.ts'

/** A series' samples of one compaction: a small block on its way to a long one. */
interface Row {
  series: number
  body: Uint8Array
}

/**
 * Packed but short blocks, keyed (generation, series): a compaction writes them one after another, where writing
 * into the long blocks at once would touch a page for every series.
 */
export class FreshBlocks {
  #db: DatabaseSync
  #generations: number[] = []

  constructor(db: DatabaseSync) {
    this.#db = db
    const next = db.prepare('SELECT min(generation) AS generation FROM fresh WHERE generation > ?')
    for (let last = -1; ;) {
      const generation = next.get(last)?.generation
      if (typeof generation !== 'number') break
      this.#generations.push((last = generation))
    }
  }

  /** To be called within a transaction, in growing order of series. */
  write(generation: number, samples: Map<number, Samples>): void {
    const insert = this.#db.prepare('INSERT INTO fresh (generation, series, body) VALUES (?, ?, ?)')
    for (const id of [...samples.keys()].sort((a, b) => a - b)) {
      insert.run(generation, id, encodeBlock(inOrder(samples.get(id)!)))
    }
  }

  written(generation: number): void {
    this.#generations.push(generation)
  }

  read(id: number): Samples[] {
    const get = this.#db.prepare('SELECT body FROM fresh WHERE generation = ? AND series = ?')
    return this.#generations.flatMap((generation) => {
      const row = get.get(generation, id)
      return row ? [decodeBlock(row.body as Uint8Array)] : []
    })
  }

  /** Takes out the next `count` series that have waited longest, oldest samples first. To be called within a transaction. */
  take(count: number): Map<number, Samples[]> {
    const oldest = this.#db
      .prepare('SELECT series FROM fresh WHERE generation = ? LIMIT 1')
      .get(this.#generations[0] ?? -1)
    if (!oldest) return new Map()
    const range = [Number(oldest.series), Number(oldest.series) + count] as const
    const select = this.#db.prepare(
      'SELECT series, body FROM fresh WHERE generation = ? AND series >= ? AND series < ?',
    )
    const remove = this.#db.prepare('DELETE FROM fresh WHERE generation = ? AND series >= ? AND series < ?')
    const rows = this.#generations.flatMap(
      (generation) => select.all(generation, ...range) as unknown as Row[],
    )
    for (const generation of this.#generations) remove.run(generation, ...range)
    const bySeries = Map.groupBy(rows, (row) => row.series)
    return new Map(Array.from(bySeries, ([id, parts]) => [id, parts.map((part) => decodeBlock(part.body))]))
  }

  /** Forgets generations that were taken to their end. */
  forgetTaken(): void {
    const any = this.#db.prepare('SELECT 1 FROM fresh WHERE generation = ? LIMIT 1')
    while (this.#generations.length > 0 && !any.get(this.#generations[0]!)) this.#generations.shift()
  }
}

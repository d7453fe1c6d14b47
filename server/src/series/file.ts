import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { metrics, type MetricName } from '@zongheng/inventory/metric.ts'
import { DatabaseSync } from 'node:sqlite'
import { Blocks } from './blocks.ts'
import { knownColumns, type KnownColumns } from './columns.ts'
import { Dictionary } from './dictionary.ts'
import { FreshBlocks } from './fresh.ts'
import { decodeHot, emptyBatch, encodeHot, HotSamples, type HotBatch } from './hot.ts'
import { concat, inOrder, noSamples, type Samples } from './samples.ts'
import type {
  BatchMark,
  Capacity,
  LastValue,
  Period,
  Ranked,
  RawSamples,
  SeriesKey,
  StepQuery,
  Steps,
  TopQuery,
  Total,
  TotalQuery,
} from './store.ts'
import { thin, totalOf } from './thin.ts'

const schema = `
  CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, entity TEXT NOT NULL, metric TEXT NOT NULL, UNIQUE (entity, metric));
  CREATE TABLE IF NOT EXISTS marks (
    collector TEXT NOT NULL, epoch TEXT NOT NULL, lane TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (collector, epoch, lane)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS hot (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, body BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS fresh (generation INTEGER NOT NULL, series INTEGER NOT NULL, body BLOB NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS fresh_place ON fresh (generation, series);
  CREATE TABLE IF NOT EXISTS blocks (
    series INTEGER NOT NULL, t0 INTEGER NOT NULL, generation INTEGER NOT NULL, t1 INTEGER NOT NULL, body BLOB NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS blocks_place ON blocks (series, t0, generation);
`

/** A compaction works on a share of the series at a time, so that it needs little memory. */
const compactionShares = 8
/** The share of the series whose fresh blocks one compaction joins into long ones. */
const mergeShares = 24

/** `mostHot`: samples held unpacked, some 32 octets each in memory; `mostHotBatches`: rows read again at a start. */
export interface SeriesFileOptions {
  mostHot?: number
  mostHotBatches?: number
}

/**
 * The embedded series in one SQLite file: a batch is hot, then in a fresh block per series, then in a long one; each
 * step is one transaction. Blocking: belongs in a thread of its own.
 */
export class SeriesFile {
  #db: DatabaseSync
  #dictionary: Dictionary
  #fresh: FreshBlocks
  #blocks: Blocks
  #hot = new HotSamples()
  #options: Required<SeriesFileOptions>

  constructor(path: string, { mostHot = 400_000, mostHotBatches = 2000 }: SeriesFileOptions = {}) {
    this.#options = { mostHot, mostHotBatches }
    this.#db = new DatabaseSync(path)
    // FULL: a batch that is acknowledged is on the disk.
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000')
    this.#db.exec(schema)
    this.#dictionary = new Dictionary(this.#db)
    this.#fresh = new FreshBlocks(this.#db)
    this.#blocks = new Blocks(this.#db)
    for (const row of this.#db.prepare('SELECT body FROM hot ORDER BY seq').iterate()) {
      this.#hot.add(decodeHot(row.body as Uint8Array))
    }
  }

  /** Commits a batch with its mark; false when it was committed before. Throws MalformedSamples. */
  append(mark: BatchMark, columns: SampleColumns[]): boolean {
    const known = knownColumns(columns)
    const batch = this.#transaction(() => (this.#advance(mark) ? this.#insert(known) : null))
    if (batch) this.#hot.add(batch)
    return batch !== null
  }

  #advance({ collectorId, epoch, lane, seq }: BatchMark): boolean {
    const advance = this.#db.prepare(
      `INSERT INTO marks (collector, epoch, lane, seq) VALUES (?, ?, ?, ?)
       ON CONFLICT (collector, epoch, lane) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq`,
    )
    return advance.run(collectorId, epoch, lane, seq).changes > 0
  }

  #insert(columns: KnownColumns[]): HotBatch {
    const batch = emptyBatch()
    for (const { metric, ids, entities, atMs, startMs, values } of columns) {
      const series = ids.map((entity) => this.#dictionary.intern(entity, metric))
      const kind = metrics[metric].kind === 'increment' ? batch.increments : batch.gauges
      for (let i = 0; i < atMs.length; i++) {
        kind.series.push(series[entities[i]!]!)
        kind.at.push(atMs[i]!)
        kind.start?.push(startMs![i]!)
        kind.value.push(values[i]!)
      }
    }
    this.#db.prepare('INSERT INTO hot (at, body) VALUES (?, ?)').run(Date.now(), encodeHot(batch))
    return batch
  }

  get needsCompaction(): boolean {
    return this.#hot.size >= this.#options.mostHot || this.#hot.batches >= this.#options.mostHotBatches
  }

  /** Packs everything hot, and joins the fresh blocks of those series that have waited longest. */
  compact(): void {
    if (this.#hot.batches === 0) return
    const generation = Number(this.#db.prepare('SELECT max(seq) AS last FROM hot').get()?.last)
    this.#transaction(() => {
      const share = Math.ceil((this.#dictionary.last + 1) / compactionShares)
      for (let first = 0; first <= this.#dictionary.last; first += share) {
        this.#fresh.write(
          generation,
          this.#hot.collect((id) => id >= first && id < first + share),
        )
      }
      this.#db.exec('DELETE FROM hot')
    })
    this.#fresh.written(generation)
    this.#hot.clear()
    this.#transaction(() =>
      this.#blocks.write(generation, this.#fresh.take(Math.ceil(this.#dictionary.last / mergeShares))),
    )
    this.#fresh.forgetTaken()
  }

  read({ entities, metrics, from, until, stepMs }: StepQuery): Steps[] {
    const pairs = entities.flatMap((entity) => metrics.map((metric) => ({ entity, metric })))
    return this.#samples(pairs, from, until).map((samples, i) => ({
      ...pairs[i]!,
      ...thin(samples, from, until, stepMs),
    }))
  }

  total({ entity, metric, from, until }: TotalQuery): Total {
    const [samples] = this.#samples([{ entity, metric }], from, until)
    return totalOf(samples!, from, until)
  }

  raw(keys: SeriesKey[], { from, until }: Period): RawSamples[] {
    return this.#samples(keys, from, until).map(({ at, start, value }, i) => {
      const inside = (_: number, at_: number) => at[at_]! >= from && (start?.[at_] ?? at[at_]!) < until
      return {
        ...keys[i]!,
        atMs: at.filter(inside),
        ...(start && { startMs: start.filter(inside) }),
        values: value.filter(inside),
      }
    })
  }

  last(keys: SeriesKey[], notBeforeMs: number): LastValue[] {
    return this.#samples(keys, notBeforeMs, Number.MAX_SAFE_INTEGER).flatMap(({ at, start, value }, i) => {
      const atMs = at.at(-1)
      if (atMs === undefined || atMs < notBeforeMs) return []
      const seconds = start ? (atMs - start.at(-1)!) / 1000 : 1
      return [{ ...keys[i]!, atMs, value: value.at(-1)! / seconds }]
    })
  }

  top({ metric, entities, by, limit, from, until }: TopQuery): Ranked[] {
    const valued = (entity: string): Ranked[] => {
      if (by === 'total') return [{ entity, value: this.total({ entity, metric, from, until }).total }]
      const [steps] = this.read({ entities: [entity], metrics: [metric], from, until, stepMs: until - from })
      const value = steps![by][0]
      return typeof value === 'number' ? [{ entity, value }] : []
    }
    return entities.flatMap(valued).sort((a, b) => b.value - a.value).slice(0, limit) // prettier-ignore
  }

  keys(after: SeriesKey | null, limit: number): SeriesKey[] {
    const list = this.#db.prepare(
      'SELECT entity, metric FROM series WHERE (entity, metric) > (?, ?) ORDER BY entity, metric LIMIT ?',
    )
    return list.all(after?.entity ?? '', after?.metric ?? '', limit) as unknown as SeriesKey[]
  }

  capacity(): Capacity {
    return { series: this.#dictionary.last, mostSeries: 50_000, bytes: 0, oldestMs: null }
  }

  #samples(pairs: { entity: string; metric: MetricName }[], from: number, until: number): Samples[] {
    const ids = pairs.map(({ entity, metric }) => this.#dictionary.find(entity, metric))
    const wanted = new Set(ids)
    const hot = this.#hot.collect((id) => wanted.has(id))
    return ids.map((id, i) => {
      const increments = metrics[pairs[i]!.metric].kind === 'increment'
      if (id === undefined) return noSamples(increments)
      const parts = [
        ...this.#blocks.read(id, from, until),
        ...this.#fresh.read(id),
        hot.get(id) ?? noSamples(increments),
      ]
      return inOrder(concat(parts, increments))
    })
  }

  close(): void {
    this.#db.close()
  }

  #transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#db.exec('COMMIT')
      this.#dictionary.commit()
      return result
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      this.#dictionary.rollback()
      throw error
    }
  }
}

import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { StatementSync } from 'node:sqlite'
import { Arena } from '../arena.ts'
import { Days } from './days.ts'
import { Packer, unpack, type Column, type PackedBatch } from './packing.ts'
import { Dictionary, metricNumber } from './dictionary.ts'
import { Disk } from './disk.ts'
import { flushGroup } from './flush.ts'
import { Heads } from './heads.ts'
import { decodeRows, RowsWriter, type Rows } from './journal.ts'
import { Keeping, usualRetention, type Retention, type Steps } from './keeping.ts'
import { Legacy } from './legacy.ts'
import { Queries } from './queries.ts'
import type { BatchMark, Capacity } from './contract.ts'
import { groupOf, seriesOf, Tiles, type Place } from './tiles.ts'
import { levels } from './rollup.ts'
import { explained } from './errors.ts'

/** `mostHot`: samples held packed in memory, some 4 octets each; `mostHead`: of one series; `mostBatches`: rows of the journal. */
export interface SeriesFileOptions {
  mostHot?: number
  mostHead?: number
  mostBatches?: number
  /** Beyond it the product has not been tried. */
  mostSeries?: number
  timeZone?: string
  retention?: Retention
  clock?: () => number
}

export const usual = {
  mostHot: 2_000_000,
  mostHead: 240,
  mostBatches: 20_000,
  mostSeries: 50_000,
  timeZone: 'Asia/Shanghai',
  retention: usualRetention,
  clock: Date.now,
}

/** Bodies without what SQLite needs around them; `freeBytes` are pages that will be used again, `headBytes` lie in memory. */
export interface FileExtent {
  fileBytes: number
  freeBytes: number
  journalBytes: number
  tileBytes: number
  rollupBytes: number
  headBytes: number
}

const groupSize = 64
/** A step of packing and thinning ends at the next opportunity after so long: batches wait for it meanwhile. */
const mostStepMs = 8
/** A day is rolled up this long after its end; what comes later has it rolled up again. */
const rollAfterMs = 600_000
/** Heads that wait longer than this are flushed, so that the journal does not keep a day for one sample. */
const longestWaitMs = 6 * 3_600_000

/**
 * The embedded series in one SQLite file. A batch is committed as a row of the journal and held packed in memory, series by
 * series; when a group of neighbouring series has waited long enough it becomes tiles, days become roll-ups, and old samples go.
 * Each such step is one short transaction. Blocking: belongs in a thread of its own.
 */
export class SeriesFile {
  readonly #disk: Disk
  readonly #days: Days
  readonly #dictionary: Dictionary
  readonly #tiles: Tiles
  readonly #legacy: Legacy
  readonly #heads = new Heads()
  readonly #keeping: Keeping
  readonly #options: Required<SeriesFileOptions>
  readonly #packer = new Packer()
  readonly #arena = new Arena()
  readonly #writer = new RowsWriter()
  readonly #statements: Record<'advance' | 'journal' | 'flushed' | 'trim', StatementSync>
  /** By handle: the entity's number in the dictionary. */
  readonly #entities: number[] = []
  /** By group: where in the journal its oldest sample that is not yet in a tile lies; 0 when it has none. */
  readonly #since: number[] = []
  readonly #sinceMs: number[] = []
  readonly #due = new Set<number>()
  #lastSeq = 0
  #trimmedSeq = 0
  /** Entities of the long class; null until they are told. */
  #longKept: Set<string> | null = null
  #thinnedTo: Place | null = null
  #nextLookMs = 0
  #task: Task | null = null
  readonly queries: Queries

  constructor(path: string, options: SeriesFileOptions = {}) {
    this.#options = { ...usual, ...options }
    this.#days = new Days(this.#options.timeZone)
    this.#disk = new Disk(path, this.#options.mostSeries)
    const parts = opened(this.#disk)
    this.#dictionary = parts.dictionary
    this.#tiles = parts.tiles
    this.#legacy = parts.legacy
    const shared = {
      dictionary: this.#dictionary,
      tiles: this.#tiles,
      days: this.#days,
      heads: this.#heads,
      legacy: this.#legacy,
    }
    this.#keeping = new Keeping(shared, this.#options.retention)
    this.queries = new Queries(shared, this.#disk.db)
    this.#statements = {
      advance: this.#disk.db.prepare(
        `INSERT INTO marks (collector, epoch, lane, seq) VALUES (?, ?, ?, ?)
         ON CONFLICT (collector, epoch, lane) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq`,
      ),
      journal: this.#disk.db.prepare('INSERT INTO journal (body) VALUES (?)'),
      flushed: this.#disk.db.prepare('INSERT OR REPLACE INTO flushed (grp, seq) VALUES (?, ?)'),
      trim: this.#disk.db.prepare('DELETE FROM journal WHERE seq < ?'),
    }
    this.#disk.durably(() => this.#legacy.moveHot())
    this.#replay()
  }

  #replay(): void {
    const flushed: number[] = []
    for (const { grp, seq } of this.#disk.db.prepare('SELECT grp, seq FROM flushed').iterate())
      flushed[grp as number] = seq as number
    for (const row of this.#disk.db.prepare('SELECT seq, body FROM journal ORDER BY seq').iterate()) {
      this.#lastSeq = row.seq as number
      this.#trimmedSeq ||= this.#lastSeq
      this.#hold(decodeRows(row.body as Uint8Array), (group) => (flushed[group] ?? 0) < this.#lastSeq)
    }
  }

  /** Commits a batch with its mark; false when it was committed before. Throws MalformedSamples. */
  append(mark: BatchMark, columns: SampleColumns[]): boolean {
    const packed = this.#packer.pack(columns)
    try {
      return this.appendPacked(mark, packed)
    } finally {
      this.#packer.done(packed)
    }
  }

  /** The same for a batch from another thread's packer; there may be but one packer. */
  appendPacked(mark: BatchMark, packed: PackedBatch): boolean {
    const [result] = this.appendAll([{ mark, packed }])
    if (result instanceof Error) throw result
    return result!
  }

  /** Several batches, committed as one: for each whether it is new, or why it is not taken. */
  appendAll(batches: { mark: BatchMark; packed: PackedBatch }[]): (boolean | Error)[] {
    const unpacked = batches.map(({ packed }) => this.#unpack(packed))
    const accepted: Rows[] = []
    this.#arena.clear()
    try {
      const results = this.#disk.durably(() => {
        const results = unpacked.map((columns, i) => {
          if (columns instanceof Error) return columns
          const { collectorId, epoch, lane, seq } = batches[i]!.mark
          if (this.#statements.advance.run(collectorId, epoch, lane, seq).changes === 0) return false
          for (const column of columns) accepted.push(this.#rowsOf(column))
          return true
        })
        if (results.includes(true)) this.#lastSeq = this.#journal(accepted)
        return results
      })
      this.#hold(accepted, () => true)
      return results
    } catch (error) {
      return batches.map(() => error as Error)
    }
  }

  #unpack(packed: PackedBatch): Column[] | Error {
    for (const name of packed.names) this.#entities.push(this.#dictionary.entity(name))
    try {
      return unpack(packed)
    } catch (error) {
      return error as Error
    }
  }

  #journal(rows: Rows[]): number {
    const body = this.#writer.write(rows)
    this.#disk.wrote(body.length)
    return Number(this.#statements.journal.run(body).lastInsertRowid)
  }

  #rowsOf({ metric, handles, at, start, value }: Column): Rows {
    const number = metricNumber(metric)
    const series = this.#arena.integers(handles.length)
    for (let i = 0; i < series.length; i++)
      series[i] = this.#dictionary.intern(this.#entities[handles[i]!]!, number)
    return { series, at, start, value }
  }

  #hold(batch: Rows[], isPending: (group: number) => boolean): void {
    const nowMs = this.#options.clock()
    const { mostHead } = this.#options
    this.#trimmedSeq ||= this.#lastSeq
    for (const rows of batch) {
      const { series } = rows
      let [group, isHeld] = [-1, false]
      for (let i = 0; i < series.length; i++) {
        const one = series[i]!
        if (groupOf(one) !== group) {
          group = groupOf(one)
          isHeld = isPending(group)
          if (isHeld && !this.#since[group]) {
            this.#since[group] = this.#lastSeq
            this.#sinceMs[group] = nowMs
          }
        }
        if (!isHeld) continue
        const held = this.#heads.append(one, rows, i)
        if (held >= mostHead) this.#due.add(group)
      }
    }
  }

  /** Entities of the long class; before they are told nothing is thinned. */
  keepLong(entities: Iterable<string>): void {
    this.#longKept = new Set(entities)
  }

  /** Does one short step of what is to be done; whether there may be more. */
  work(): boolean {
    if (this.#disk.carryOver() || this.#flushDue()) return true
    if (!this.#legacy.isEmpty) {
      this.#disk.soon(() => this.#legacy.convert(this.#tiles, this.#days))
      return true
    }
    if (this.#task) {
      this.#goOn(this.#task)
      return true
    }
    const nowMs = this.#options.clock()
    if (nowMs < this.#nextLookMs) return false
    if (this.#roll(nowMs) || this.#thin(nowMs)) return true
    this.#nextLookMs = nowMs + 60_000
    return false
  }

  /** Flushes all there is. */
  flush(): void {
    this.#since.forEach((since, group) => since && this.#due.add(group))
    while (this.#flushDue());
  }

  /** Flushes the groups that are due, some at a time; false when none is. */
  #flushDue(): boolean {
    const { mostHot, mostBatches } = this.#options
    const isFull = () => this.#heads.size > mostHot || this.#lastSeq - this.#trimmedSeq > mostBatches
    if (this.#due.size === 0 && isFull()) this.#addLongestWaiting()
    if (this.#due.size === 0) return false
    this.#flush(this.#due)
    return true
  }

  #addLongestWaiting(): void {
    let least = Infinity
    for (const since of this.#since) if (since && since < least) least = since
    this.#since.forEach((since, group) => since === least && this.#due.size < 8 && this.#due.add(group))
  }

  /** Flushes some of these groups: as many as there is time for. */
  #flush(groups: Iterable<number>): void {
    const shared = { heads: this.#heads, tiles: this.#tiles, days: this.#days }
    const flushed: number[] = []
    const isOver = timeIsOver()
    const oldest = this.#disk.soon(() => {
      for (const group of groups) {
        this.#disk.wrote(flushGroup(group, this.#lastSeq, shared))
        this.#statements.flushed.run(group, this.#lastSeq)
        flushed.push(group)
        if (isOver()) break
      }
      const oldest = this.#oldestBut(flushed)
      this.#statements.trim.run(oldest)
      return oldest
    })
    this.#trimmedSeq = oldest
    // What was flushed may be of days that are over.
    this.#nextLookMs = 0
    for (const group of flushed) {
      this.#due.delete(group)
      this.#since[group] = 0
      for (let series = seriesOf(group, 0); series < seriesOf(group, groupSize); series++)
        this.#heads.clear(series)
      if (this.#task?.place.group === group) this.#task = null
    }
  }

  /** Where in the journal the oldest sample lies that is in no tile, but for those of these groups. */
  #oldestBut(flushed: number[]): number {
    let oldest = this.#lastSeq + 1
    this.#since.forEach((since, group) => {
      if (since && since < oldest && !flushed.includes(group)) oldest = since
    })
    return oldest
  }

  /** Goes on with what takes several steps; what it comes to is written in one. */
  #goOn({ place, steps }: Task): void {
    const isOver = timeIsOver()
    this.#task = null
    for (;;) {
      const step = steps.next()
      if (step.done) return this.#disk.soon(() => this.#disk.wrote(step.value()))
      if (isOver()) return void (this.#task = { place, steps })
    }
  }

  /** Rolls up a place of a day that is over; heads that tell of it are flushed first. */
  #roll(nowMs: number): boolean {
    for (const place of this.#tiles.unrolled()) {
      const end = this.#days.start(place.day + 1)
      if (end + rollAfterMs > nowMs) continue
      if (this.#holds(place.group, end)) this.#flush([place.group])
      else this.#goOn({ place, steps: this.#keeping.roll(place, this.#isLong) })
      return true
    }
    this.#sinceMs.forEach((sinceMs, group) => {
      if (this.#since[group] && nowMs - sinceMs > longestWaitMs) this.#due.add(group)
    })
    return this.#due.size > 0
  }

  #holds(group: number, beforeMs: number): boolean {
    for (let series = seriesOf(group, 0); series < seriesOf(group, groupSize); series++)
      if (this.#heads.least(series) < beforeMs) return true
    return false
  }

  readonly #isLong = (series: number) => this.#longKept?.has(this.#dictionary.entityOf(series)) ?? true

  /** Thins the next place whose raw samples are past their time. */
  #thin(nowMs: number): boolean {
    if (!this.#longKept) return false
    const { rawDays, rollupDays } = this.#options.retention
    const today = this.#days.of(nowMs)
    const place = this.#tiles.nextRaw(this.#thinnedTo ?? { day: -1, group: -1 }, today - rawDays)
    this.#thinnedTo = place
    if (place) {
      if (this.#tiles.isRolled(place))
        this.#goOn({ place, steps: this.#keeping.thin(place, today, this.#isLong) })
      return true
    }
    return this.#disk.soon(() => levels.some((_, level) => rollupDays[level]! < Infinity && this.#tiles.expire(level, today - rollupDays[level]!))) // prettier-ignore
  }

  capacity(): Capacity {
    const number = (sql: string) => this.#disk.number(sql)!
    const days = [...this.#tiles.rawDays, ...this.#tiles.rolledDays]
    return {
      series: this.#dictionary.count,
      mostSeries: this.#options.mostSeries,
      bytes: number('PRAGMA page_count') * number('PRAGMA page_size'),
      oldestMs: days.length > 0 ? this.#days.start(Math.min(...days)) : null,
    }
  }

  /** Where its octets are. */
  extent(): FileExtent {
    const number = (sql: string) => this.#disk.number(sql)!
    const pageBytes = number('PRAGMA page_size')
    return {
      fileBytes: number('PRAGMA page_count') * pageBytes,
      freeBytes: number('PRAGMA freelist_count') * pageBytes,
      journalBytes: number('SELECT coalesce(sum(length(body)), 0) FROM journal'),
      tileBytes: number('SELECT coalesce(sum(length(body)), 0) FROM tiles'),
      rollupBytes: number('SELECT coalesce(sum(length(body)), 0) FROM rollups'),
      headBytes: this.#heads.octets,
    }
  }

  close(): void {
    this.#disk.close()
  }
}

/** What takes several steps, and what is then to be written: gives the octets. */
interface Task {
  place: Place
  steps: Steps
}

function timeIsOver(): () => boolean {
  const endMs = performance.now() + mostStepMs
  return () => performance.now() >= endMs
}

function opened(disk: Disk) {
  try {
    const parts = {
      dictionary: new Dictionary(disk.db),
      tiles: new Tiles(disk.db),
      legacy: new Legacy(disk.db),
    }
    disk.attend({ commit: () => parts.dictionary.commit(), rollback: () => parts.dictionary.rollback() })
    disk.attend({ rollback: () => parts.tiles.rollback() })
    return parts
  } catch (error) {
    throw explained(error)
  }
}

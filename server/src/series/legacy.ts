/** Files of the version before: blocks and fresh blocks per series, and hot batches. Read where they lie, converted group by group. */
import type { DatabaseSync } from 'node:sqlite'
import { inflateRawSync } from 'node:zlib'
import type { Days } from './days.ts'
import { Cutter } from './flush.ts'
import { encodeRows, type Rows } from './journal.ts'
import { join, noSamples, type Samples } from './samples.ts'
import { encodeTile } from './tile.ts'
import { groupOf, indexOf, seriesOf, type Tiles } from './tiles.ts'
import { commonDecimals, type Track } from './track.ts'
import { Octets } from './varint.ts'

const dayMs = 24 * 3_600_000
/** No block was longer. */
const mostSpanMs = dayMs
/** What is converted at once, so that no acknowledgement waits for it. */
const stepMs = 2 * dayMs
const groupSize = 64

interface Row {
  series: number
  body: Uint8Array
}

export class Legacy {
  readonly #db: DatabaseSync
  #generations: number[] = []
  #isEmpty: boolean

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#isEmpty = !db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'blocks'").get()
    if (this.#isEmpty) return
    const next = db.prepare('SELECT min(generation) AS generation FROM fresh WHERE generation > ?')
    for (let last = -1; ; this.#generations.push(last)) {
      const generation = next.get(last)?.generation
      if (typeof generation !== 'number') break
      last = generation
    }
  }

  /** Whether nothing of that version is left. */
  get isEmpty(): boolean {
    return this.#isEmpty
  }

  /** Hot batches become the journal's. To be called within a transaction, before the journal is read. */
  moveHot(): void {
    if (this.#isEmpty) return
    const insert = this.#db.prepare('INSERT INTO journal (body) VALUES (?)')
    for (const { body } of this.#db.prepare('SELECT body FROM hot ORDER BY seq').iterate())
      insert.run(encodeRows(decodeHot(body as Uint8Array)))
    this.#db.exec('DELETE FROM hot')
  }

  /** What lies between two instants, and what may reach into them. */
  read(series: number, from: number, until: number): Samples[] {
    const within =
      'SELECT body FROM blocks WHERE series = ? AND t0 >= ? AND t0 < ? AND t1 >= ? ORDER BY generation'
    const after = 'SELECT body FROM blocks WHERE series = ? AND t0 >= ? ORDER BY t0, generation LIMIT 1'
    const fresh = this.#db.prepare('SELECT body FROM fresh WHERE generation = ? AND series = ?')
    return [
      ...this.#db.prepare(within).all(series, from - mostSpanMs, until, from),
      ...this.#db.prepare(after).all(series, until),
      ...this.#generations.flatMap((generation) => fresh.all(generation, series)),
    ].map((row) => decodeBlock(row.body as Uint8Array))
  }

  /** Converts some days of a group of series. To be called within a transaction. */
  convert(tiles: Tiles, days: Days): void {
    const first = this.#firstSeries()
    if (first === null) {
      this.#db.exec('DROP TABLE blocks; DROP TABLE fresh; DROP TABLE hot')
      this.#isEmpty = true
      return
    }
    const group = groupOf(first)
    const byDay = new Map<number, Track[]>()
    for (const [series, parts] of this.#take(group)) {
      const samples = join(parts, parts[0]!.start !== null)
      for (const [day, track] of tracksByDay(indexOf(series), samples, days)) {
        const tracks = byDay.get(day)
        if (tracks) tracks.push(track)
        else byDay.set(day, [track])
      }
    }
    // Before all tiles that come from the journal, after those converted already.
    const seq = Number(
      this.#db.prepare('SELECT coalesce(max(seq), -1e12) AS last FROM tiles WHERE seq < 0').get()!.last,
    )
    for (const [day, tracks] of byDay) tiles.write({ day, group }, seq + 1, encodeTile(tracks))
  }

  #firstSeries(): number | null {
    const firsts = [
      this.#db.prepare('SELECT min(series) AS series FROM blocks').get()!.series,
      ...this.#generations.map((generation) => this.#db.prepare('SELECT min(series) AS series FROM fresh WHERE generation = ?').get(generation)!.series),
    ].filter((series) => series !== null) as number[] // prettier-ignore
    return firsts.length === 0 ? null : Math.min(...firsts)
  }

  /** The oldest blocks of a group; once there are none, its fresh ones. By series, what was written last at the end. */
  #take(group: number): Map<number, Samples[]> {
    const range = [seriesOf(group, 0), seriesOf(group, groupSize)] as const
    const oldest = this.#db
      .prepare('SELECT min(t0) AS t0 FROM blocks WHERE series >= ? AND series < ?')
      .get(...range)!.t0
    const rows: Row[] = []
    const take = (table: string, where: string, order: string, bound: number) => {
      const select = this.#db.prepare(`SELECT series, body FROM ${table} WHERE ${where} AND series >= ? AND series < ? ORDER BY ${order}`) // prettier-ignore
      rows.push(...(select.all(bound, ...range) as unknown as Row[]))
      this.#db
        .prepare(`DELETE FROM ${table} WHERE ${where} AND series >= ? AND series < ?`)
        .run(bound, ...range)
    }
    if (oldest !== null) take('blocks', 't0 < ?', 'series, generation', Number(oldest) + stepMs)
    else for (const generation of this.#generations) take('fresh', 'generation = ?', 'series', generation)
    const bySeries = Map.groupBy(rows, (row) => row.series)
    const inOrder = [...bySeries].sort(([one], [other]) => one - other)
    return new Map(inOrder.map(([series, parts]) => [series, parts.map(({ body }) => decodeBlock(body))]))
  }
}

/** Samples of a series, in order of time, as tracks of the days that they tell of. */
export function tracksByDay(index: number, { at, start, value }: Samples, days: Days): [number, Track][] {
  if (at.length === 0) return []
  const times = { at: Float64Array.from(at), start: start && Float64Array.from(start) }
  return new Cutter(days).byDay(times).map(({ day, first, end, times }) => {
    const own = Float64Array.from(value.slice(first, end))
    return [day, { index, times, value: own, decimals: commonDecimals(own) }]
  })
}

const flags = { increments: 1, doubles: 2, deflated: 4 } as const

/** Flags; then varints: count, decimals, per sample the change of the interval, for increments the gap, the change of the value. */
function decodeBlock(block: Uint8Array): Samples {
  const flag = block[0] ?? 0
  const body = block.subarray(1)
  const octets = new Octets(flag & flags.deflated ? inflateRawSync(body) : body)
  const samples = noSamples((flag & flags.increments) !== 0)
  const count = octets.integer()
  const scale = 10 ** octets.integer()
  let before = { at: 0, interval: 0, value: 0 }
  for (let i = 0; i < count; i++) {
    const interval = before.interval + octets.integer()
    const at = before.at + interval
    samples.at.push(at)
    samples.start?.push(octets.integer() + (i === 0 ? at : before.at))
    const value = flag & flags.doubles ? octets.double() : before.value + octets.integer()
    samples.value.push(value / scale)
    before = { at, interval, value }
  }
  return samples
}

/** Two counts, then columns of doubles, gauges first, deflated. */
function decodeHot(body: Uint8Array): Rows[] {
  const doubles = new Float64Array(Uint8Array.from(inflateRawSync(body)).buffer)
  const [gauges = 0, increments = 0] = doubles
  let position = 2
  const take = (count: number) => doubles.slice(position, (position += count))
  return [
    { series: Uint32Array.from(take(gauges)), at: take(gauges), start: null, value: take(gauges) },
    {
      series: Uint32Array.from(take(increments)),
      at: take(increments),
      start: take(increments),
      value: take(increments),
    },
  ]
}

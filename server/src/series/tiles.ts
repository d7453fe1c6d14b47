import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** Neighbouring series lie in one tile: those whose integers differ only in the lowest six bits. */
export const groupOf = (series: number) => series >>> 6
export const indexOf = (series: number) => series & 63
export const seriesOf = (group: number, index: number) => group * 64 + index

export interface Place {
  day: number
  group: number
}

/** Index of the coarsest roll-up: its row tells whether the raw samples of its place were thinned. */
const coarsest = 2

export const schema = `
  CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, entity TEXT NOT NULL, metric TEXT NOT NULL, UNIQUE (entity, metric));
  CREATE TABLE IF NOT EXISTS marks (
    collector TEXT NOT NULL, epoch TEXT NOT NULL, lane TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (collector, epoch, lane)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS flushed (grp INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS tiles (day INTEGER NOT NULL, grp INTEGER NOT NULL, seq INTEGER NOT NULL, body BLOB NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS tiles_place ON tiles (day, grp, seq);
  CREATE TABLE IF NOT EXISTS rollups (
    level INTEGER NOT NULL, day INTEGER NOT NULL, grp INTEGER NOT NULL, thinned INTEGER NOT NULL, body BLOB NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS rollups_place ON rollups (level, day, grp);
  CREATE TABLE IF NOT EXISTS unrolled (day INTEGER NOT NULL, grp INTEGER NOT NULL, PRIMARY KEY (day, grp)) WITHOUT ROWID;
`

type Statements = Record<keyof typeof statements, StatementSync>

const statements = {
  write: 'INSERT INTO tiles (day, grp, seq, body) VALUES (?, ?, ?, ?)',
  read: 'SELECT body FROM tiles WHERE day = ? AND grp = ? ORDER BY seq',
  remove: 'DELETE FROM tiles WHERE day = ? AND grp = ?',
  nextRaw: 'SELECT day, grp FROM tiles WHERE (day, grp) > (?, ?) AND day < ? ORDER BY day, grp LIMIT 1',
  markUnrolled: 'INSERT OR IGNORE INTO unrolled (day, grp) VALUES (?, ?)',
  markRolled: 'DELETE FROM unrolled WHERE day = ? AND grp = ?',
  allUnrolled: 'SELECT day, grp FROM unrolled',
  roll: 'INSERT OR REPLACE INTO rollups (level, day, grp, thinned, body) VALUES (?, ?, ?, ?, ?)',
  rolled: 'SELECT body FROM rollups WHERE level = ? AND day = ? AND grp = ?',
  isThinned: `SELECT thinned FROM rollups WHERE level = ${coarsest} AND day = ? AND grp = ?`,
  thinned: `UPDATE rollups SET thinned = 1 WHERE level = ${coarsest} AND day = ? AND grp = ?`,
  expire: `DELETE FROM rollups WHERE rowid IN (SELECT rowid FROM rollups WHERE level = ? AND day < ? LIMIT 256)`,
} as const

/** Tiles of raw samples and of roll-ups, by day and group of series. All writing belongs within a transaction. */
export class Tiles {
  readonly #do: Statements
  /** Days of which there is anything: a reader needs to look at no others. */
  readonly rawDays: Set<number>
  readonly rolledDays: Set<number>
  /** Places whose roll-ups are not yet what the raw samples say. */
  readonly #unrolled = new Set<number>()

  constructor(db: DatabaseSync) {
    this.#do = Object.fromEntries(
      Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)]),
    ) as Statements
    this.rawDays = daysOf(db.prepare('SELECT min(day) AS day FROM tiles WHERE day > ?'))
    this.rolledDays = daysOf(
      db.prepare(`SELECT min(day) AS day FROM rollups WHERE level = ${coarsest} AND day > ?`),
    )
    this.rollback()
  }

  /** Forgets what a transaction that was rolled back had marked. */
  rollback(): void {
    this.#unrolled.clear()
    for (const { day, grp } of this.#do.allUnrolled.all())
      this.#unrolled.add(numberOf(day as number, grp as number))
  }

  /** `seq` orders the tiles of a place: of one instant the later one's sample holds. */
  write({ day, group }: Place, seq: number, body: Uint8Array): void {
    this.#do.write.run(day, group, seq, body)
    this.#do.markUnrolled.run(day, group)
    this.rawDays.add(day)
    this.#unrolled.add(numberOf(day, group))
  }

  read({ day, group }: Place): Uint8Array[] {
    return this.#do.read.all(day, group).map((row) => row.body as Uint8Array)
  }

  remove({ day, group }: Place): void {
    this.#do.remove.run(day, group)
  }

  /** In place of all that lie there. */
  replace(place: Place, seq: number, body: Uint8Array): void {
    this.remove(place)
    this.#do.write.run(place.day, place.group, seq, body)
  }

  /** The next place with raw samples after another, of days before `beforeDay`. */
  nextRaw(after: Place, beforeDay: number): Place | null {
    const row = this.#do.nextRaw.get(after.day, after.group, beforeDay)
    return row ? { day: row.day as number, group: row.grp as number } : null
  }

  isRolled({ day, group }: Place): boolean {
    return this.rolledDays.has(day) && !this.#unrolled.has(numberOf(day, group))
  }

  /** Places of which the roll-ups are to be made. */
  *unrolled(): Generator<Place> {
    for (const place of this.#unrolled)
      yield { day: Math.floor(place / mostGroups), group: place % mostGroups }
  }

  /** A body for each level. */
  roll({ day, group }: Place, thinned: boolean, bodies: Uint8Array[]): void {
    bodies.forEach((body, level) => this.#do.roll.run(level, day, group, thinned ? 1 : 0, body))
    this.#do.markRolled.run(day, group)
    this.rolledDays.add(day)
    this.#unrolled.delete(numberOf(day, group))
  }

  rolled(level: number, { day, group }: Place): Uint8Array | null {
    return (this.#do.rolled.get(level, day, group)?.body as Uint8Array | undefined) ?? null
  }

  isThinned({ day, group }: Place): boolean {
    return this.#do.isThinned.get(day, group)?.thinned === 1
  }

  markThinned({ day, group }: Place): void {
    this.#do.thinned.run(day, group)
  }

  /** Deletes some roll-ups of days before `beforeDay`; whether there may be more. */
  expire(level: number, beforeDay: number): boolean {
    return this.#do.expire.run(level, beforeDay).changes > 0
  }
}

const mostGroups = 2 ** 21
const numberOf = (day: number, group: number) => day * mostGroups + group

function daysOf(next: StatementSync): Set<number> {
  const days = new Set<number>()
  for (let day = -1; ;) {
    const found = next.get(day)?.day
    if (typeof found !== 'number') return days
    days.add((day = found))
  }
}

import { Arena } from '../arena.ts'
import type { Days } from './days.ts'
import type { Heads } from './heads.ts'
import { encodeTile } from './tile.ts'
import { indexOf, seriesOf, type Tiles } from './tiles.ts'
import type { Times, Track } from './track.ts'

/** An increment longer than this is filed under the last days of it alone. */
const mostDays = 32
const groupSize = 64
const arena = new Arena()

/** Writes the heads of a group as tiles, one for each day. To be called within a transaction; the heads are cleared after it. Returns its octets. */
export function flushGroup(
  group: number,
  seq: number,
  { heads, tiles, days }: { heads: Heads; tiles: Tiles; days: Days },
): number {
  arena.clear()
  const byDay = new Map<number, Track[]>()
  const cut = new Cutter(days)
  for (let series = seriesOf(group, 0); series < seriesOf(group, groupSize); series++) {
    const head = heads.read(series, arena)
    if (!head) continue
    for (const { day, first, end, times } of cut.byDay(head.times)) {
      const value = end - first === head.value.length ? head.value : head.value.slice(first, end)
      const track = { index: indexOf(series), times, value, decimals: head.decimals }
      const tracks = byDay.get(day)
      if (tracks) tracks.push(track)
      else byDay.set(day, [track])
    }
  }
  let octets = 0
  for (const [day, tracks] of byDay) {
    const body = encodeTile(tracks)
    tiles.write({ day, group }, seq, body)
    octets += body.length
  }
  return octets
}

interface Cut {
  day: number
  first: number
  end: number
  times: Times
}

/** Cuts times by day. An increment is filed under each day that it reaches into, so that a day's tiles tell all of that day. */
export class Cutter {
  readonly #days: Days
  #before: { times: Times | null; cuts: Cut[] } = { times: null, cuts: [] }

  constructor(days: Days) {
    this.#days = days
  }

  byDay(times: Times): Cut[] {
    if (times !== this.#before.times) this.#before = { times, cuts: this.#cut(times) }
    return this.#before.cuts
  }

  #cut(times: Times): Cut[] {
    const { at, start } = times
    const lastDay = this.#days.of(at.at(-1)!)
    const earliest = start ? start.reduce((least, one) => (one < least ? one : least), Infinity) : at[0]!
    const firstDay = Math.max(this.#days.of(earliest), this.#days.of(at[0]!) - mostDays)
    const cuts: Cut[] = []
    for (let day = firstDay; day <= lastDay; day++) {
      const [from, until] = [this.#days.start(day), this.#days.start(day + 1)]
      let first = 0
      while (first < at.length && at[first]! < from) first++
      let end = at.length
      while (end > first && (start ? start[end - 1]! : at[end - 1]!) >= until) end--
      if (end > first) cuts.push({ day, first, end, times: slice(times, first, end) })
    }
    return cuts
  }
}

function slice(times: Times, first: number, end: number): Times {
  if (first === 0 && end === times.at.length) return times
  return { at: times.at.slice(first, end), start: times.start && times.start.slice(first, end) }
}

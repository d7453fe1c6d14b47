/**
 * From counters to exact increments. Pure: the same readings always give the same increments, and an increment is given
 * only where the counter is known to have counted from the one reading to the other.
 *
 * What is seen between two readings of one interface, and what comes of it:
 *
 * | the counter                                  | increment                                                      |
 * | -------------------------------------------- | -------------------------------------------------------------- |
 * | grew                                         | the difference, over the time between the readings             |
 * | grew by more than the wire carries meanwhile | the difference over the whole time it stood still before: its  |
 * |                                              | agent had kept it; the zeros told until then are made up for   |
 * | grew by more than even that allows           | none, *implausible*: it is another counter than before         |
 * | of 32 bits, may have gone round unseen       | none, *ambiguous*                                              |
 * | of 32 bits, went back                        | the wrapped difference, where the wire carries that much       |
 * | of 32 bits, went back with all the others    | none: the interface was cleared                                |
 * | of 64 bits, went back                        | none: a reset; 64 bits do not wrap in a device's life          |
 *
 * Nothing across a restart or a new ifIndex (whoever notices forgets the row), nor across a change of
 * ifCounterDiscontinuityTime [RFC 2863]. A lost reading makes the next increment longer.
 */
import { tag } from '../snmp/ber.ts'
import type { Cells } from '../snmp/table.ts'
import { counterMetrics, type CounterMemory, type Increments } from './counter-memory.ts'

/** Which columns of a reading these are; −1 where it has none. `counters` in the order of counterMetrics. */
export interface CounterColumns {
  counters: readonly number[]
  /** ifCounterDiscontinuityTime */
  discontinuity: number
  /** ifHighSpeed */
  highSpeed: number
}

const counterCount = counterMetrics.length
/** The fewest bits on the wire that one count stands for. Faults are too few to go round unseen, whatever the speed. */
const bitsPerCount = [8, 8, 512, 512, 512, 512, 512, 512]
const loads = 4
const noTicks = 0xffff_ffff // where a device has no ifCounterDiscontinuityTime

/** Whether a counter of 32 bits went back: it wrapped, or the device started anew while it was read. */
export function goesBack(memory: CounterMemory, { tag: types, lo }: Cells, columns: CounterColumns): boolean {
  const { rows, atMs, bits } = memory
  for (let counter = 0; counter < counterCount; counter++) {
    const column = columns.counters[counter]!
    if (column < 0) continue
    const first = column * rows
    for (let row = 0; row < rows; row++) {
      const known = counter * rows + row
      if (bits[known] !== 32 || types[first + row] === 0 || lo[first + row]! >= memory.lo[known]!) continue
      if (atMs[row] !== -Infinity) return true
    }
  }
  return false
}

/** Takes a reading of all rows at `atMs`, UTC epoch ms, into the memory; tells what was counted since those before it. */
export function takeReading(
  memory: CounterMemory,
  cells: Cells,
  columns: CounterColumns,
  atMs: number,
  into: Increments,
): void {
  into.clear(memory.lastMs)
  for (let row = 0; row < memory.rows; row++) {
    // a row that is lost or gone stays as it was: what comes later is counted from the reading before
    into.isRead[row] = isRead(cells, columns, row, memory.rows) ? 1 : 0
    if (into.isRead[row] === 0) continue
    takeSpeed(memory, cells, columns, row, into.speedBps)
    const isSame = takeDiscontinuity(memory, cells, columns, row)
    const beforeMs = memory.atMs[row]!
    const goesOn =
      isSame && beforeMs < atMs && beforeMs > -Infinity && !isCleared(memory, cells, columns, row)
    into.goesOn[row] = goesOn ? 1 : 0
  }
  for (let counter = 0; counter < counterCount; counter++)
    takeCounter(memory, cells, counter, columns.counters[counter]!, atMs, into)
  for (let row = 0; row < memory.rows; row++) if (into.isRead[row] === 1) memory.atMs[row] = atMs
  memory.lastMs = atMs
}

function isRead({ tag: types }: Cells, { counters }: CounterColumns, row: number, rows: number): boolean {
  for (const column of counters) if (column >= 0 && types[column * rows + row] !== 0) return true
  return false
}

/** Into `speeds`: the higher of the speeds at both readings, since either may have held in between. */
function takeSpeed(
  memory: CounterMemory,
  cells: Cells,
  { highSpeed }: CounterColumns,
  row: number,
  speeds: Float64Array,
): void {
  const before = memory.speedBps[row]!
  const cell = highSpeed * memory.rows + row
  speeds[row] = before
  if (before === Infinity || highSpeed < 0 || cells.tag[cell] === 0) return
  const now = cells.lo[cell]! * 1e6
  if (now === 0) return // slower than 1 Mbit/s, or not told
  memory.speedBps[row] = now
  if (now > before) speeds[row] = now
}

function takeDiscontinuity(
  memory: CounterMemory,
  cells: Cells,
  { discontinuity }: CounterColumns,
  row: number,
): boolean {
  const cell = discontinuity * memory.rows + row
  const now = discontinuity < 0 || cells.tag[cell] === 0 ? noTicks : cells.lo[cell]!
  const isSame = memory.discontinuity[row] === now
  memory.discontinuity[row] = now
  return isSame
}

/** All that had counted went back, more than the two octets, which may wrap in one interval. */
function isCleared(memory: CounterMemory, cells: Cells, { counters }: CounterColumns, row: number): boolean {
  let counted = 0
  for (let counter = 0; counter < counterCount; counter++) {
    const column = counters[counter]!
    const cell = column * memory.rows + row
    const known = counter * memory.rows + row
    if (column < 0 || cells.tag[cell] === 0 || memory.bits[known] === 0) continue
    const hi = memory.hi[known]!
    const lo = memory.lo[known]!
    if (hi === 0 && lo === 0) continue
    if (cells.hi[cell]! > hi || (cells.hi[cell]! === hi && cells.lo[cell]! >= lo)) return false
    counted++
  }
  return counted > 2
}

/** No object and no boxed number per cell: there are hundreds of thousands a second. */
function takeCounter(
  memory: CounterMemory,
  cells: Cells,
  counter: number,
  column: number,
  atMs: number,
  into: Increments,
): void {
  const { rows, hi, lo, bits, since } = memory
  const values = into.values[counter]!
  if (column < 0) return void bits.fill(0, counter * rows, (counter + 1) * rows)
  const note = memory.noteOf(atMs)
  for (let row = 0; row < rows; row++) {
    if (into.isRead[row] === 0) continue
    const cell = column * rows + row
    const known = counter * rows + row
    const width = widthOf(cells.tag[cell]!)
    const high = width === 64 ? cells.hi[cell]! : 0
    const goesOn = into.goesOn[row] === 1 && bits[known] === width && width !== 0
    const grown = (high - hi[known]!) * 2 ** 32 + (cells.lo[cell]! - lo[known]!)
    if (goesOn) {
      const beforeMs = memory.atMs[row]!
      const isPlain = width === 64 && beforeMs === into.startMs && grown >= 0
      if (isPlain && grown <= carried(into.speedBps[row]!, atMs - beforeMs, counter)) {
        values[row] = grown
        into.any[counter] = true
      } else tellGrown(memory, { counter, row, width }, grown, atMs, into)
      if (grown === 0) continue
    }
    bits[known] = width
    hi[known] = high
    lo[known] = cells.lo[cell]!
    since[known] = note
  }
}

const tolerance = 1.1
/** Agents refresh their counters every few seconds: a span may hold that much more than its length. */
const refreshMs = 15_000
const carried = (speedBps: number, spanMs: number, counter: number): number =>
  (tolerance * speedBps * (spanMs + refreshMs)) / 1000 / bitsPerCount[counter]!

/** Whatever is not plainly more than before. */
function tellGrown(
  memory: CounterMemory,
  { counter, row, width }: { counter: number; row: number; width: number },
  grown: number,
  atMs: number,
  into: Increments,
): void {
  const beforeMs = memory.atMs[row]!
  const speedBps = into.speedBps[row]!
  let startMs = beforeMs
  let highest = carried(speedBps, atMs - startMs, counter)
  let value = grown
  if (value < 0) {
    if (width === 64) return
    value += 2 ** 32
    if (value > highestWrap(highest, counter)) return
  } else if (value > highest) {
    startMs = memory.sinceMs(counter * memory.rows + row)
    highest = carried(speedBps, atMs - startMs, counter)
    if (value > highest) return void into.implausible++
  }
  const mayHaveWrapped = width === 32 && counter < loads && highest < Infinity
  if (mayHaveWrapped && value + 2 ** 32 <= highest) into.ambiguous++
  else if (startMs !== into.startMs) into.strays.push({ counter, row, startMs, value })
  else {
    into.values[counter]![row] = value
    into.any[counter] = true
  }
}

/** With no speed to judge by, and of faults, only a wrap from the upper half is believed; the rest are resets. */
const highestWrap = (highest: number, counter: number): number =>
  highest === Infinity || counter >= loads ? Math.min(highest, 2 ** 31) : highest

/** Some agents say a counter as another type of number: it then has the width of that. */
function widthOf(type: number): 0 | 32 | 64 {
  switch (type) {
    case tag.counter64:
      return 64
    case tag.counter32:
    case tag.gauge32:
    case tag.timeticks:
    case tag.integer:
    case tag.uinteger32:
      return 32
    default:
      return 0
  }
}

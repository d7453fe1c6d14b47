/** What is kept of a device's counters from reading to reading, in columns: no object per interface or counter. */
import type { MetricName } from '@zongheng/inventory/metric.ts'
import { Carver } from './carver.ts'

/** The counters of an interface, in the order in which they are remembered. */
export const counterMetrics = [
  'ifHCInOctets',
  'ifHCOutOctets',
  'ifHCInUcastPkts',
  'ifHCOutUcastPkts',
  'ifInErrors',
  'ifOutErrors',
  'ifInDiscards',
  'ifOutDiscards',
] as const satisfies MetricName[]
export type CounterMetric = (typeof counterMetrics)[number]
const counterCount = counterMetrics.length
const mostNote = 2 ** 32 - 1
const roomBefore = 2 ** 31

/** What the counters of a device's interfaces said last. Counters are by counter, then row, as the cells are. */
export class CounterMemory {
  readonly rows: number
  /** Of the latest reading of all. */
  lastMs = -Infinity
  /** Of each row's latest reading; −Infinity before the first. */
  readonly atMs: Float64Array
  /** bit/s, where the wire sets it; Infinity for tunnels and the like, whose ifSpeed is only a setting. */
  readonly speedBps: Float32Array
  readonly discontinuity: Uint32Array
  readonly hi: Uint32Array
  readonly lo: Uint32Array
  /** How wide a counter is; 0: it has no value. */
  readonly bits: Uint8Array
  /** When a counter's value was first read, as `noteOf` has it, ms after an origin: half of what an instant takes. */
  readonly since: Uint32Array
  #originMs = 0

  constructor(speedBps: ArrayLike<number>) {
    const rows = speedBps.length
    const counters = rows * counterCount
    const carver = new Carver(16 * rows + 13 * counters)
    this.rows = rows
    this.atMs = carver.float64(rows).fill(-Infinity)
    this.hi = carver.uint32(counters)
    this.lo = carver.uint32(counters)
    this.since = carver.uint32(counters)
    this.discontinuity = carver.uint32(rows)
    this.speedBps = carver.float32(rows)
    this.speedBps.set(speedBps)
    this.bits = carver.uint8(counters)
  }

  /** Of an instant that was noted; one of more than three weeks ago may come out later than it was. */
  sinceMs(counter: number): number {
    return this.#originMs + this.since[counter]!
  }

  /** All that is noted until the next call was read at this instant: what to note for it. */
  noteOf(atMs: number): number {
    if (atMs < this.#originMs || atMs - this.#originMs > mostNote) this.#moveOrigin(atMs - roomBefore)
    return atMs - this.#originMs
  }

  #moveOrigin(originMs: number): void {
    const laterMs = originMs - this.#originMs
    for (let i = 0; i < this.since.length; i++)
      this.since[i] = Math.min(Math.max(this.since[i]! - laterMs, 0), mostNote)
    this.#originMs = originMs
  }

  /** The device started anew: what its counters say now has nothing to do with what they said. */
  forget(): void {
    this.atMs.fill(-Infinity)
  }

  forgetRow(row: number): void {
    this.atMs[row] = -Infinity
  }

  /** Goes on where another memory was, for the same interface at the same ifIndex. */
  copyRow(row: number, from: CounterMemory, fromRow: number): void {
    if (from.atMs[fromRow] === -Infinity) return
    this.lastMs = Math.max(this.lastMs, from.lastMs)
    for (const column of ['atMs', 'discontinuity'] as const) this[column][row] = from[column][fromRow]!
    const note = this.noteOf(from.lastMs)
    for (let counter = 0; counter < counterCount; counter++) {
      const [to, before] = [counter * this.rows + row, counter * from.rows + fromRow]
      for (const column of ['hi', 'lo', 'bits'] as const) this[column][to] = from[column][before]!
      this.since[to] = Math.max(0, note - (from.lastMs - from.sinceMs(before)))
    }
  }
}

/** What a device's counters grew by. One may serve all devices of as many rows: it is good until the next reading. */
export class Increments {
  /** Since when, for all that `values` has. */
  startMs = 0
  /** By counter and row, NaN where nothing is known. */
  readonly values: readonly Float64Array[]
  /** Whether a counter's values hold any number. */
  readonly any: boolean[]
  /** Those that began at another instant than the others. */
  readonly strays: { counter: number; row: number; startMs: number; value: number }[] = []
  /** Counts that no wire could carry. */
  implausible = 0
  /** 32-bit counters that may have gone round more often than is seen. */
  ambiguous = 0
  /** For this reading: which rows are read, which go on from the one before, and at what speed. */
  readonly isRead: Uint8Array
  readonly goesOn: Uint8Array
  readonly speedBps: Float64Array

  constructor(rows: number) {
    this.values = counterMetrics.map(() => new Float64Array(rows))
    this.any = counterMetrics.map(() => false)
    this.isRead = new Uint8Array(rows)
    this.goesOn = new Uint8Array(rows)
    this.speedBps = new Float64Array(rows)
  }

  clear(startMs: number): void {
    this.startMs = startMs
    for (const values of this.values) values.fill(NaN)
    this.any.fill(false)
    this.strays.length = 0
    this.implausible = 0
    this.ambiguous = 0
  }
}

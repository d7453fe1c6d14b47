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
  /** When a counter's value was first read. */
  readonly sinceMs: Float64Array

  constructor(speedBps: ArrayLike<number>) {
    const rows = speedBps.length
    const counters = rows * counterCount
    const carver = new Carver(16 * rows + 17 * counters)
    this.rows = rows
    this.atMs = carver.float64(rows).fill(-Infinity)
    this.sinceMs = carver.float64(counters)
    this.hi = carver.uint32(counters)
    this.lo = carver.uint32(counters)
    this.discontinuity = carver.uint32(rows)
    this.speedBps = carver.float32(rows)
    this.speedBps.set(speedBps)
    this.bits = carver.uint8(counters)
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
    this.lastMs = Math.max(this.lastMs, from.lastMs)
    for (const column of ['atMs', 'discontinuity'] as const) this[column][row] = from[column][fromRow]!
    for (const column of ['hi', 'lo', 'bits', 'sinceMs'] as const)
      for (let counter = 0; counter < counterCount; counter++)
        this[column][counter * this.rows + row] = from[column][counter * from.rows + fromRow]!
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

/** A device of two ports whose true traffic is known, polled as devices are. */
import type { MetricName } from '@zongheng/inventory/metric.ts'
import type { EntityRows } from '../recorder.ts'
import { tag } from '../snmp/ber.ts'
import { tableCells, type TableCells } from '../snmp/table.ts'
import { MemoryRecorder } from '../testing.ts'
import { counterMetrics, type Increments } from './counter-memory.ts'
import { goesBack } from './increments.ts'
import { blankStrangers, takeCounters } from './port-poll.ts'
import { Ports } from './ports.ts'
import { hasRestarted, type UptimeReading } from './uptime.ts'

export interface Told {
  startMs: number
  atMs: number
  value: number
}

/** What was told of the first counter of the first row. */
export function octetsOnly({ values, startMs, strays }: Increments, atMs: number): Told[] {
  const value = values[0]![0]!
  const ordinary = Number.isNaN(value) ? [] : [{ startMs, atMs, value }]
  return [...ordinary, ...strays.map((stray) => ({ startMs: stray.startMs, atMs, value: stray.value }))]
}

export interface Step {
  /** Of port 0, since the step before; port 1 carries half of it. */
  octets: number
  event: 'none' | 'restart' | 'clear' | 'swap' | 'discover' | 'freeze' | 'thaw'
  poll: 'answered' | 'lost' | 'late' | 'one row lost'
}

const minute = 60_000
const speedBps = 100_000_000
const marks = [11, 22]
const ids = ['ifc_0', 'ifc_1']

/** Time passes in steps of a minute: half a minute's traffic, what happens, the other half, a poll. */
export class CountersAgent {
  readonly told: (Told & { port: number })[] = []
  firstMs = NaN
  lastMs = NaN
  readonly #bits: 32 | 64
  readonly #recorder = new TellingRecorder(this.told)
  #nowMs = 1e12
  #bootedMs = 1e12 - 3_600_000
  #discontinuity = 0
  /** What each port carried in truth until each instant. */
  readonly #history: Map<number, number>[] = [new Map(), new Map()]
  readonly #carried = [0, 0]
  /** What the counters say: carried, less what they forgot. */
  #forgotten: number[]
  #kept: number[] | null = null
  /** Which port is at which row. */
  #at = [0, 1]
  #ports: Ports
  #uptime: UptimeReading | null = null

  constructor(bits: 32 | 64, starts: readonly [number, number]) {
    this.#bits = bits
    this.#forgotten = starts.map((start) => -start)
    this.#ports = this.#plan()
  }

  carried(port: number, startMs: number, atMs: number): number {
    return this.#history[port]!.get(atMs)! - this.#history[port]!.get(startMs)!
  }

  sum(port: number): number {
    return this.told.reduce((sum, one) => sum + (one.port === port ? one.value : 0), 0)
  }

  step({ octets, event, poll }: Step): void {
    this.#nowMs += poll === 'late' ? minute + 27_000 : minute
    this.#carry(Math.floor(octets / 2))
    this.#happen(event)
    this.#carry(octets - Math.floor(octets / 2))
    for (const port of [0, 1]) this.#history[port]!.set(this.#nowMs, this.#carried[port]!)
    if (poll !== 'lost') this.#poll(poll === 'one row lost')
  }

  #carry(octets: number): void {
    this.#carried[0]! += octets
    this.#carried[1]! += Math.floor(octets / 2)
  }

  #happen(event: Step['event']): void {
    if (event === 'restart') this.#bootedMs = this.#nowMs - 30_000
    if (event === 'restart' || event === 'clear') this.#forgotten = [...this.#carried]
    if (event === 'clear') this.#discontinuity++
    if (event === 'swap') this.#at.reverse()
    if (event === 'discover') this.#ports = this.#plan(this.#ports)
    if (event === 'freeze') this.#kept ??= this.#counts()
    if (event === 'thaw') this.#kept = null
  }

  #plan(before?: Ports): Ports {
    const planned = this.#at.map((port, row) => ({ id: ids[port]!, ifIndex: row + 1, speedBps, nameMark: marks[port]! })) // prettier-ignore
    const ports = new Ports(planned, 'ifName', this.#bits === 64)
    if (before) ports.goOnFrom([before])
    return ports
  }

  #counts(): number[] {
    return this.#carried.map((carried, port) => carried - this.#forgotten[port]!)
  }

  #poll(losesOneRow: boolean): void {
    const { columns, question } = this.#ports.reading(true)
    const cells = tableCells(question)
    this.#fill(cells, columns, losesOneRow)
    const uptime = { atMs: this.#nowMs, ticks: (this.#nowMs - this.#bootedMs) / 10 }
    if (this.#uptime && hasRestarted(this.#uptime, uptime)) this.#ports.counters.forget()
    this.#uptime = uptime
    const reading = { ports: this.#ports, columns, cells, atMs: this.#nowMs, recorder: this.#recorder }
    blankStrangers(reading)
    goesBack(this.#ports.counters, cells, columns)
    takeCounters(reading)
    if (Number.isNaN(this.firstMs)) this.firstMs = this.#nowMs
    this.lastMs = this.#nowMs
  }

  #fill(cells: TableCells, columns: ReturnType<Ports['reading']>['columns'], losesOneRow: boolean): void {
    const counts = this.#kept ?? this.#counts()
    const put = (column: number, row: number, type: number, value: number) => {
      if (column < 0) return
      const cell = column * 2 + row
      cells.tag[cell] = type
      cells.hi[cell] = this.#bits === 64 ? Math.floor(value / 2 ** 32) : 0
      cells.lo[cell] = value % 2 ** 32
    }
    for (const [row, port] of this.#at.entries()) {
      if (losesOneRow && row === 1) continue
      put(columns.name, row, tag.octets, marks[port]!)
      put(columns.states[0]!, row, tag.integer, 1)
      put(columns.discontinuity, row, tag.timeticks, this.#discontinuity)
      put(columns.counters[0]!, row, this.#bits === 64 ? tag.counter64 : tag.counter32, counts[port]!)
    }
  }
}

/** Keeps the increments of ifHCInOctets by port. */
class TellingRecorder extends MemoryRecorder {
  readonly #told: (Told & { port: number })[]

  constructor(told: (Told & { port: number })[]) {
    super()
    this.#told = told
  }

  override increment(metric: MetricName, id: string, startMs: number, atMs: number, value: number): void {
    if (metric === counterMetrics[0]) this.#told.push({ port: ids.indexOf(id), startMs, atMs, value })
  }

  override incrementRows(
    metric: MetricName,
    rows: EntityRows,
    startMs: number,
    atMs: number,
    values: Float64Array,
  ): void {
    rows.ids.forEach(
      (id, row) => Number.isNaN(values[row]) || this.increment(metric, id, startMs, atMs, values[row]!),
    )
  }
}

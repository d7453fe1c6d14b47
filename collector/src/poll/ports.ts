import type { EntityRows } from '../recorder.ts'
import type { TableQuestion } from '../snmp/table.ts'
import { Carver } from './carver.ts'
import { lackingColumns, portColumns, stateMetrics, type NameColumn, type PortColumns } from './columns.ts'
import { CounterMemory } from './counter-memory.ts'
import { presenceOids } from './presence.ts'

/** An interface that the server has given an id, as the device was discovered. */
export interface PlannedPort {
  id: string
  ifIndex: number
  /** bit/s where the wire sets it, else Infinity. */
  speedBps: number
  /** Hash of its name's octets; 0: not known. */
  nameMark: number
}

/** Interfaces of one device whose counters have one width: how they are read, and what they said last. */
export class Ports implements EntityRows {
  readonly ids: readonly string[]
  /** ifIndex, ascending: row by row as `ids`. */
  readonly rows: Uint32Array
  readonly isWide: boolean
  readonly counters: CounterMemory
  readonly nameMarks: Uint32Array
  /** Hash of ifAlias; 0 before the first reading. */
  readonly aliasMarks: Uint32Array
  /** ifAdminStatus and ifOperStatus; 0 before the first reading. */
  readonly states: readonly Uint8Array[]
  readonly #name: NameColumn
  #lacking = 0
  #full: { columns: PortColumns; question: TableQuestion }
  readonly #brief: { columns: PortColumns; question: TableQuestion }

  constructor(ports: readonly PlannedPort[], name: NameColumn, isWide: boolean) {
    const sorted = ports.toSorted((a, b) => a.ifIndex - b.ifIndex)
    this.ids = sorted.map(({ id }) => id)
    this.rows = Uint32Array.from(sorted, ({ ifIndex }) => ifIndex)
    this.isWide = isWide
    this.counters = new CounterMemory(sorted.map(({ speedBps }) => speedBps))
    const carver = new Carver(sorted.length * (8 + stateMetrics.length))
    this.nameMarks = carver.uint32(sorted.length)
    this.nameMarks.set(sorted.map(({ nameMark }) => nameMark))
    this.aliasMarks = carver.uint32(sorted.length)
    this.states = stateMetrics.map(() => carver.uint8(sorted.length))
    this.#name = name
    this.#full = this.#choose(false)
    this.#brief = this.#choose(true)
  }

  /** How all of it is read, or the states alone. */
  reading(isFull: boolean): { columns: PortColumns; question: TableQuestion } {
    return isFull ? this.#full : this.#brief
  }

  /** Columns that no row has are left out from now on. Of a device whose tables are empty nothing is learnt. */
  learn(types: Uint8Array): void {
    const lacking = lackingColumns(this.#lacking, types, this.rows.length)
    const states = this.#full.columns.states[0]! * this.rows.length
    if (lacking === this.#lacking || types[states] === 0) return
    this.#lacking = lacking
    this.#full = this.#choose(false)
  }

  /** Interfaces that were there before, at the same ifIndex, go on where they were. */
  goOnFrom(before: readonly Ports[]): void {
    for (const ports of before) {
      const known = new Map(ports.ids.map((id, row) => [id, row]))
      for (const [row, id] of this.ids.entries()) {
        const from = known.get(id)
        if (from === undefined) continue
        for (const [i, states] of this.states.entries()) states[row] = ports.states[i]![from]!
        this.aliasMarks[row] = ports.aliasMarks[from]!
        if (ports.rows[from] === this.rows[row] && ports.isWide === this.isWide)
          this.counters.copyRow(row, ports.counters, from)
      }
    }
  }

  /** Whether the counters of this interface can go on here. */
  remembers(id: string, ifIndex: number): boolean {
    const row = this.rows.indexOf(ifIndex)
    return this.ids[row] === id && this.counters.atMs[row] !== -Infinity
  }

  /** The row as it was planned. */
  planned(row: number): PlannedPort {
    return {
      id: this.ids[row]!,
      ifIndex: this.rows[row]!,
      speedBps: this.counters.speedBps[row]!,
      nameMark: this.nameMarks[row]!,
    }
  }

  /** These rows, and those of `others`, by their 32-bit counters. */
  narrowed(rows: readonly number[], others: readonly Ports[]): Ports {
    const ports = rows.map((row) => this.planned(row))
    for (const other of others) other.ids.forEach((_, row) => ports.push(other.planned(row)))
    return new Ports(ports, this.#name, false)
  }

  /** All rows but these. */
  without(rows: readonly number[]): Ports {
    const left = new Set(rows)
    const others = this.ids.flatMap((_, row) => (left.has(row) ? [] : [this.planned(row)]))
    return new Ports(others, this.#name, this.isWide)
  }

  #choose(isBrief: boolean): { columns: PortColumns; question: TableQuestion } {
    const choice = { name: this.#name, isWide: this.isWide, lacking: this.#lacking, isBrief }
    const columns = portColumns(choice)
    return { columns, question: { scalars: presenceOids, columns: columns.table, rows: this.rows } }
  }
}

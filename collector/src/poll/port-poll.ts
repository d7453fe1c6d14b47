/** What a reading of interfaces says: their states, and what their counters grew by. */
import type { Recorder } from '../recorder.ts'
import type { TableCells } from '../snmp/table.ts'
import { stateMetrics, type PortColumns } from './columns.ts'
import { counterMetrics } from './counter-memory.ts'
import { takeReading } from './increments.ts'
import type { Ports } from './ports.ts'
import { incrementsOf } from './scratch.ts'

/** A reading of `ports` that has come in. */
export interface PortReading {
  ports: Ports
  columns: PortColumns
  cells: TableCells
  atMs: number
  recorder: Recorder
}

/**
 * Rows whose name is not the one that was discovered are another interface by now: their cells are blanked, and their counters
 * begin anew. Answers whether there are any. A row without a name is gone: nothing of it counts, and should it come back, its
 * counters go on.
 */
export function blankStrangers({ ports, columns, cells }: PortReading): boolean {
  const { rows, nameMarks } = ports
  let found = false
  for (let row = 0; row < rows.length; row++) {
    const cell = columns.name * rows.length + row
    const mark = cells.tag[cell] === 0 ? 0 : cells.lo[cell]!
    if (nameMarks[row] === 0) nameMarks[row] = mark
    if (nameMarks[row] === mark) continue
    if (mark !== 0) ports.counters.forgetRow(row)
    found ||= mark !== 0
    for (let at = row; at < columns.table.oids.length * rows.length; at += rows.length) cells.tag[at] = 0
  }
  return found
}

/** Rows that are there and have no 64-bit octets. */
export function narrowRows({ ports, columns, cells }: PortReading): number[] {
  const count = ports.rows.length
  const [octets = -1] = columns.counters
  const [states = -1] = columns.states
  if (!ports.isWide || octets < 0) return []
  const rows: number[] = []
  for (let row = 0; row < count; row++)
    if (cells.tag[octets * count + row] === 0 && cells.tag[states * count + row] !== 0) rows.push(row)
  return rows
}

/** ifAdminStatus and ifOperStatus. True when one is another than before. */
export function takeStates({ ports, columns, cells, atMs, recorder }: PortReading): boolean {
  const count = ports.rows.length
  const values = incrementsOf(count).values[0]!
  let changed = false
  for (const [i, metric] of stateMetrics.entries()) {
    const states = ports.states[i]!
    const first = columns.states[i]! * count
    for (let row = 0; row < count; row++) {
      const known = cells.tag[first + row] !== 0
      const state = known ? cells.lo[first + row]! & 0xff : NaN
      values[row] = state
      if (!known || states[row] === state) continue
      changed ||= states[row] !== 0
      states[row] = state
    }
    recorder.sampleRows(metric, ports, atMs, values)
  }
  return changed
}

/** Counters as increments since the readings before. True when one of them cannot be true. */
export function takeCounters({ ports, columns, cells, atMs, recorder }: PortReading): boolean {
  const grown = incrementsOf(ports.rows.length)
  takeReading(ports.counters, cells, columns, atMs, grown)
  for (let counter = 0; counter < counterMetrics.length; counter++)
    if (grown.any[counter])
      recorder.incrementRows(counterMetrics[counter]!, ports, grown.startMs, atMs, grown.values[counter]!)
  for (const { counter, row, startMs, value } of grown.strays)
    recorder.increment(counterMetrics[counter]!, ports.ids[row]!, startMs, atMs, value)
  ports.learn(cells.tag)
  return grown.implausible > 0
}

/** Whether a description is another than before: the rest of what was discovered may be so too. */
export function takeAliases({ ports, columns, cells }: PortReading): boolean {
  if (columns.alias < 0) return false
  const count = ports.rows.length
  let changed = false
  for (let row = 0; row < count; row++) {
    const cell = columns.alias * count + row
    const mark = cells.tag[cell] === 0 ? 0 : cells.lo[cell]!
    changed ||= ports.aliasMarks[row] !== 0 && mark !== 0 && ports.aliasMarks[row] !== mark
    ports.aliasMarks[row] = mark
  }
  return changed
}

/** What is read of each interface [IF-MIB, RFC 2863], as column numbers within a reading. */
import { tableColumns, type TableColumns } from '../snmp/table.ts'
import { counterMetrics, type CounterMetric } from './counter-memory.ts'
import type { CounterColumns } from './increments.ts'

const ifEntry = '1.3.6.1.2.1.2.2.1'
const ifXEntry = '1.3.6.1.2.1.31.1.1.1'

/** Where a device keeps the names by which its interfaces are known, whatever their ifIndex. */
export const nameColumns = { ifName: `${ifXEntry}.1`, ifDescr: `${ifEntry}.2` } as const
export type NameColumn = keyof typeof nameColumns

/** The column of each counter, and the 32-bit one of interfaces that lack it. */
const counterOids: Record<CounterMetric, { wide: string; narrow: string }> = {
  ifHCInOctets: { wide: `${ifXEntry}.6`, narrow: `${ifEntry}.10` },
  ifHCOutOctets: { wide: `${ifXEntry}.10`, narrow: `${ifEntry}.16` },
  ifHCInUcastPkts: { wide: `${ifXEntry}.7`, narrow: `${ifEntry}.11` },
  ifHCOutUcastPkts: { wide: `${ifXEntry}.11`, narrow: `${ifEntry}.17` },
  ifInErrors: { wide: `${ifEntry}.14`, narrow: `${ifEntry}.14` },
  ifOutErrors: { wide: `${ifEntry}.20`, narrow: `${ifEntry}.20` },
  ifInDiscards: { wide: `${ifEntry}.13`, narrow: `${ifEntry}.13` },
  ifOutDiscards: { wide: `${ifEntry}.19`, narrow: `${ifEntry}.19` },
}
const stateOids = { ifAdminStatus: `${ifEntry}.7`, ifOperStatus: `${ifEntry}.8` } as const
export const stateMetrics = Object.keys(stateOids) as (keyof typeof stateOids)[]
const otherOids = {
  ifAlias: `${ifXEntry}.18`,
  ifHighSpeed: `${ifXEntry}.15`,
  ifCounterDiscontinuityTime: `${ifXEntry}.19`,
} as const

type ColumnName = 'name' | keyof typeof stateOids | keyof typeof otherOids | CounterMetric
/** The order in which they are read; a set of columns is a bit mask over it. */
const columnNames: readonly ColumnName[] = ['name', ...stateMetrics, 'ifAlias', 'ifHighSpeed', 'ifCounterDiscontinuityTime', ...counterMetrics] // prettier-ignore

const maskOf = (names: readonly ColumnName[]) =>
  names.reduce((mask, name) => mask | (1 << columnNames.indexOf(name)), 0)
const allColumns = maskOf(columnNames)
/** Without these there is nothing to poll: they are asked for whether or not they are there. */
const lasting = maskOf(['name', ...stateMetrics])

/** Columns that are read together, and which of them is which; −1 for what is not among them. */
export interface PortColumns extends CounterColumns {
  table: TableColumns
  name: number
  alias: number
  /** In the order of stateMetrics. */
  states: readonly number[]
}

export interface ColumnChoice {
  name: NameColumn
  isWide: boolean
  /** Bits of those that this device does not have. */
  lacking: number
  /** Names and states alone. */
  isBrief?: boolean
}

const made = new Map<string, PortColumns>()

/** The columns of a choice: the same object for all devices that are read alike. */
export function portColumns({ name, isWide, lacking, isBrief = false }: ColumnChoice): PortColumns {
  const mask = isBrief ? lasting : allColumns & ~lacking
  const key = `${name} ${isWide} ${mask}`
  let columns = made.get(key)
  if (!columns) made.set(key, (columns = makeColumns(name, isWide, mask)))
  return columns
}

function makeColumns(nameColumn: NameColumn, isWide: boolean, mask: number): PortColumns {
  const names = columnNames.filter((_, bit) => mask & (1 << bit))
  const oidOf = (name: ColumnName): string => {
    if (name === 'name') return nameColumns[nameColumn]
    if (name in counterOids) return counterOids[name as CounterMetric][isWide ? 'wide' : 'narrow']
    return { ...stateOids, ...otherOids }[name as keyof typeof stateOids | keyof typeof otherOids]
  }
  const at = (name: ColumnName) => names.indexOf(name)
  return {
    table: tableColumns(names.map(oidOf)),
    name: at('name'),
    alias: at('ifAlias'),
    highSpeed: at('ifHighSpeed'),
    discontinuity: at('ifCounterDiscontinuityTime'),
    states: stateMetrics.map(at),
    counters: counterMetrics.map(at),
  }
}

/** The bits of columns that none of `rows` rows has in a reading. */
export function lackingColumns(known: number, types: Uint8Array, rows: number): number {
  let lacking = known & ~lasting
  let first = 0
  for (let bit = 1; bit < 1 << columnNames.length; bit <<= 1) {
    if (lacking & bit) continue
    let row = 0
    while (row < rows && types[first + row] === 0) row++
    if (row === rows) lacking |= bit & ~lasting
    first += rows
  }
  return lacking
}

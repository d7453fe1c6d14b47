/** What every reading of a device says first: since when it runs, and whether its interfaces are still those it had. */
import type { SnmpValue } from '../snmp/session.ts'
import { numberIn, tableColumns, type TableCells, type TableQuestion } from '../snmp/table.ts'
import { numberOf } from '../snmp/value.ts'

export const sysUpTime = '1.3.6.1.2.1.1.3.0'
const ifNumber = '1.3.6.1.2.1.2.1.0'
const ifTableLastChange = '1.3.6.1.2.1.31.1.5.0'

export const presenceOids: readonly string[] = [sysUpTime, ifNumber, ifTableLastChange]

export interface Presence {
  /** sysUpTime, hundredths of a second. */
  ticks: number | null
  /** Changes when interfaces come or go. */
  tableMark: string
}

const presenceOf = ([ticks = null, ...table]: (number | null)[]): Presence => ({
  ticks,
  tableMark: table.join(' '),
})

export const presenceIn = ({ scalars }: TableCells): Presence =>
  presenceOf(presenceOids.map((_, i) => numberIn(scalars, i)))

export const presenceAmong = (values: Map<string, SnmpValue>): Presence =>
  presenceOf(presenceOids.map((oid) => numberOf(values.get(oid))))

/** Whether the device is there, and nothing else. */
export const presenceQuestion: TableQuestion = {
  scalars: presenceOids,
  columns: tableColumns([]),
  rows: new Uint32Array(0),
}

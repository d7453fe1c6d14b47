/** The statement as spreadsheets: a row a circuit, a row an outage. The same columns in CSV and Excel. */
import { byteOrderMark, csvCell } from '../http/csv.ts'
import type { Language } from '../http/problem-messages.ts'
import { timeOf } from '../series/csv.ts'
import type { CircuitMonth, Outage } from './schema.ts'

type Cell = string | number | null
type Words = Record<Language, string>

export interface Column<T> {
  title: Words
  value: (row: T, how: { language: Language; timeZone: string }) => Cell
}

const says =
  <K extends string>(words: Record<K, Words>, of: K) =>
  (language: Language) =>
    words[of][language]

const causeWords: Record<Outage['cause'], Words> = {
  carrier: { zh: '运营商', en: 'Carrier' },
  mains: { zh: '市电', en: 'Mains power' },
  own: { zh: '本方', en: 'Own' },
  planned: { zh: '计划内', en: 'Planned' },
  unknown: { zh: '不明', en: 'Unclear' },
}
const verdictWords: Record<CircuitMonth['verdict'], Words> = {
  kept: { zh: '达标', en: 'Kept' },
  broken: { zh: '未达标', en: 'Broken' },
  unsure: { zh: '误差以内', en: 'Within the error' },
  none: { zh: '无数据', en: 'No data' },
}
const roleWords: Record<CircuitMonth['role'], Words> = {
  primary: { zh: '主用', en: 'Primary' },
  backup: { zh: '备用', en: 'Backup' },
}

/** Milliseconds as minutes to a hundredth: what contracts speak of. */
const minutes = (ms: number | null) => (ms === null ? null : Math.round(ms / 600) / 100)
const percent = (value: number | null) => (value === null ? null : Math.floor(value * 1e5) / 1e5)
const column = <T>(zh: string, en: string, value: Column<T>['value']): Column<T> => ({ title: { zh, en }, value }) // prettier-ignore

export const circuitColumns: Column<CircuitMonth>[] = [
  column('运营商', 'Carrier', (one) => one.carrier.name),
  column('线路编号', 'Circuit', (one) => one.circuit.name),
  column('链路', 'Link', (one) => one.link.name),
  column('区域', 'Region', (one) => one.region.name),
  column('主备', 'Role', (one, { language }) => says(roleWords, one.role)(language)),
  column('带宽 (Mbit/s)', 'Bandwidth (Mbit/s)', (one) => one.bandwidthBps / 1e6),
  column('承诺可用率 (%)', 'Promised (%)', (one) => one.promisedPercent),
  column('运营商口径可用率 (%)', "Measured, carrier's faults (%)", (one) => percent(one.carrierPercent)),
  column('总可用率 (%)', 'Measured, all faults (%)', (one) => percent(one.percent)),
  column('结论', 'Verdict', (one, { language }) => says(verdictWords, one.verdict)(language)),
  column('超出承诺 (分钟)', 'Beyond the promise (min)', (one) => minutes(one.beyondMs)),
  column('误差 (± 分钟)', 'Error bound (± min)', (one) => minutes(one.carrierErrorBoundMs)),
  column('运营商中断 (分钟)', 'Down, carrier (min)', (one) => minutes(one.down.carrier)),
  column('市电中断 (分钟)', 'Down, mains (min)', (one) => minutes(one.down.mains)),
  column('本方中断 (分钟)', 'Down, own (min)', (one) => minutes(one.down.own)),
  column('原因不明 (分钟)', 'Down, unclear (min)', (one) => minutes(one.down.unknown)),
  column('计划内 (分钟)', 'Planned (min)', (one) => minutes(one.plannedMs)),
  column('未知 (分钟)', 'Unknown (min)', (one) => minutes(one.unknownMs)),
  column('正常 (分钟)', 'Up (min)', (one) => minutes(one.upMs)),
  column('运营商中断次数', "Carrier's outages", (one) => one.carrierOutages),
  column('全部中断次数', 'All outages', (one) => one.outages),
  column('MTTR (分钟)', 'MTTR (min)', (one) => minutes(one.mttrMs)),
  column('MTBF (小时)', 'MTBF (h)', (one) => one.mtbfMs === null ? null : Math.round(one.mtbfMs / 36_000) / 100), // prettier-ignore
]

export const outageColumns: Column<Outage>[] = [
  column('运营商', 'Carrier', (one) => one.carrier.name),
  column('线路编号', 'Circuit', (one) => one.circuit.name),
  column('链路', 'Link', (one) => one.link.name),
  column('开始', 'Began', (one, { timeZone }) => timeOf(one.fromAt, timeZone)),
  column('结束', 'Ended', (one, { timeZone }) => one.untilAt === null ? null : timeOf(one.untilAt, timeZone)), // prettier-ignore
  column('中断 (分钟)', 'Down (min)', (one) => minutes(one.downMs)),
  column('其中计划内 (分钟)', 'Planned part (min)', (one) => minutes(one.plannedMs)),
  column('误差 (± 分钟)', 'Error bound (± min)', (one) => minutes(one.errorBoundMs)),
  column('原因', 'Cause', (one, { language }) => says(causeWords, one.cause)(language)),
  column('认定人', 'Decided by', (one) => one.decidedBy?.name ?? null),
  column('说明', 'Note', (one) => one.note),
  column('工单', 'Ticket', (one) => one.ticket?.number ?? null),
]

export interface FileOptions {
  language: Language
  timeZone: string
}

/** RFC 4180, with what makes Excel read it as UTF-8. */
export function csvFile<T>(columns: readonly Column<T>[], rows: readonly T[], how: FileOptions): string {
  const head = columns.map(({ title }) => csvCell(title[how.language])).join(',')
  const lines = rows.map((row) => columns.map(({ value }) => csvOf(value(row, how))).join(','))
  return `${byteOrderMark}${[head, ...lines].join('\r\n')}\r\n`
}

const csvOf = (cell: Cell) => (typeof cell === 'string' ? csvCell(cell) : (cell ?? ''))

const sheetNames = {
  circuits: { zh: '线路', en: 'Circuits' },
  outages: { zh: '中断', en: 'Outages' },
} satisfies Record<string, Words>

/** A workbook of two sheets. */
export async function excelFile(
  circuits: readonly CircuitMonth[],
  outages: readonly Outage[],
  how: FileOptions,
): Promise<Buffer> {
  const { default: writeXlsxFile } = await import('write-excel-file/node')
  return writeXlsxFile([
    sheetOf(sheetNames.circuits[how.language], circuitColumns, circuits, how),
    sheetOf(sheetNames.outages[how.language], outageColumns, outages, how),
  ]).toBuffer()
}

function sheetOf<T>(sheet: string, columns: readonly Column<T>[], rows: readonly T[], how: FileOptions) {
  const head = columns.map(({ title }) => ({ value: title[how.language], fontWeight: 'bold' as const }))
  const body = rows.map((row) =>
    columns.map(({ value }) => {
      const cell = value(row, how)
      return cell === null ? null : { value: cell }
    }),
  )
  return { sheet, data: [head, ...body], columns: columns.map(() => ({ width: 18 })), stickyRowsCount: 1 }
}

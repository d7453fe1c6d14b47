import type { ProbeWords } from './probe-words.ts'
import type { Report } from './report.ts'

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/
/** Columns a text takes on a terminal: an ideograph takes two. */
const widthOf = (text: string) =>
  [...text].reduce((width, character) => width + (wide.test(character) ? 2 : 1), 0)
const pad = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** Cells in columns; the first row says how many there are. */
export function aligned(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => widthOf(row[i] ?? ''))))
  return rows.map((row) => `  ${row.map((cell, i) => pad(cell, widths[i] ?? 0)).join('  ')}`.trimEnd())
}

const scales = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

const short = (value: number) => String(Math.round(value * 100) / 100)

function scaled(value: number | null, unit: string): string {
  if (value === null) return '–'
  const [factor, prefix] = scales.find(([limit]) => value >= limit) ?? [1, '']
  return `${short(value / factor)} ${prefix}${unit}`
}

const percent = (value: number | null) => (value === null ? '–' : `${short(value)} %`)
const mac = (digits: string) => digits.replace(/(..)(?!$)/g, '$1:')
const line = (text: string) => text.replace(/\s+/g, ' ').trim()

function section(title: string, columns: string[], rows: string[][], none: string): string[] {
  const body = rows.length === 0 ? [`  ${none}`] : aligned([columns, ...rows])
  return ['', `${title} (${rows.length})`, ...body]
}

function reading(sensor: Report['sensors'][number]): string {
  if ('stateText' in sensor) return `${sensor.value ?? '–'} ${sensor.stateText}`.trim()
  return sensor.value === null ? '–' : `${short(sensor.value)} ${sensor.unit}`.trim()
}

/** A report as aligned tables for a terminal. Control characters never get here: decodeText drops them. */
export function printReport(report: Report, words: ProbeWords): string {
  const { identity, interfaces, processors, memory, sensors, problems } = report
  const facts = { ...identity, profile: report.profile }
  const names = Object.entries(words.identity) as [keyof ProbeWords['identity'], string][]
  const ports = interfaces.map((port) => [
    String(port.ifIndex),
    line(port.ifName),
    scaled(port.ifSpeedBps, 'bit/s'),
    port.ifAdminStatus,
    port.ifOperStatus,
    mac(port.ifPhysAddress),
    line(port.ifAlias),
  ])
  const cpus = processors.map((cpu) => [line(cpu.descr), percent(cpu.usagePercent), cpu.oid])
  const pools = memory.map((pool) => [
    line(pool.descr),
    percent(pool.percent),
    scaled(pool.usedBytes, 'B'),
    scaled(pool.totalBytes, 'B'),
  ])
  const readings = sensors.map((sensor) => [line(sensor.descr), sensor.class, reading(sensor), sensor.oid])
  return [
    ...aligned(names.map(([key, name]) => [name, line(facts[key])])),
    ...section(words.interfaces.title, words.interfaces.columns, ports, words.none),
    ...section(words.processors.title, words.processors.columns, cpus, words.none),
    ...section(words.memory.title, words.memory.columns, pools, words.none),
    ...section(words.sensors.title, words.sensors.columns, readings, words.none),
    ...(problems.length === 0
      ? []
      : ['', words.problems, ...problems.map(({ oid, text }) => `  ${oid}  ${text}`)]),
  ].join('\n')
}

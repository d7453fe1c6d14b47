/**
 * What keeping samples costs: the embedded store and its peers, with the same traffic in one run.
 * `npm run bench:series [-- --json] [--series 10000] [--points 500]`
 * Ends with code 1 when a bar is missed.
 */
import { parseArgs } from 'node:util'
import { machine, table } from './report.ts'
import { contest, type Contender, type Row } from './series/contender.ts'
import { embedded } from './series/embedded.ts'
import { peers } from './series/peers.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    series: { type: 'string', default: '10000' },
    points: { type: 'string', default: '500' },
  },
})

/** Of our own row. */
const bars: { says: string; figure: (row: Row) => number; most: number }[] = [
  {
    says: 'CPU-s per million samples',
    figure: ({ cpuSecondsPerMillion }) => cpuSecondsPerMillion,
    most: 1 / 1.5,
  },
  { says: 'bytes per sample', figure: ({ bytesPerSample }) => bytesPerSample, most: 2.5 },
  { says: 'a day, ms', figure: ({ dayMs }) => dayMs, most: 5 },
  { says: 'a year, ms', figure: ({ yearMs }) => yearMs, most: 50 },
  { says: 'worst acknowledgement, ms', figure: ({ worstAckMs }) => worstAckMs, most: 100 },
]

const columns: [name: string, cell: (row: Row) => string][] = [
  ['samples/s and core', (row) => Math.round(row.samplesPerSecondPerCore).toLocaleString('en')],
  ['CPU-s per million', (row) => row.cpuSecondsPerMillion.toFixed(3)],
  ['bytes/sample', (row) => row.bytesPerSample.toFixed(2)],
  ['allocated', (row) => row.allocatedBytesPerSample.toFixed(2)],
  ['pure', (row) => row.pureBytesPerSample?.toFixed(2) ?? '–'],
  ['a day, ms', (row) => row.dayMs.toFixed(2)],
  ['a year, ms', (row) => row.yearMs.toFixed(1)],
  ['top 10, ms', (row) => row.topMs.toFixed(1)],
  ['worst ack, ms', (row) => row.worstAckMs.toFixed(1)],
]

const contenders: Contender[] = [embedded, ...peers()]

const minuteMs = 60_000
const points = Number(values.points)
const fromMs = Math.floor((Date.now() - (points + 2) * minuteMs) / minuteMs) * minuteMs
const extent = { series: Number(values.series), points, fromMs, intervalMs: minuteMs }

const reference = 'victoria-metrics'

const rows: Row[] = []
for (const contender of contenders) rows.push(await contest(contender, extent))
const against = rows.find(({ tool }) => tool === reference)
/** Processor time of a row to the reference's; null when that is not installed. */
const ratioOf = (row: Row) => against && row.cpuSecondsPerMillion / against.cpuSecondsPerMillion
const verdicts = bars.map(({ figure, says, most }) => ({ says, value: figure(rows[0]!), most }))

if (values.json) for (const row of rows) console.log(JSON.stringify({ ...row, ratio: ratioOf(row) ?? null }))
else report()
for (const { says, value, most } of verdicts)
  console.error(`${value <= most ? 'holds' : 'MISSED'}: ${says} ${value.toFixed(2)} ≤ ${most.toFixed(2)}`)
process.exitCode = verdicts.every(({ value, most }) => value <= most) ? 0 : 1

function report(): void {
  const cells = rows.map((row) => [row.tool, ...columns.map(([, cell]) => cell(row)), ratioOf(row)?.toFixed(2) ?? '–']) // prettier-ignore
  const head = ['', ...columns.map(([name]) => name), `to ${reference}`]
  console.log(
    `${extent.series} series × ${extent.points} points, each minute\n${machine()}\n\n${table([head, ...cells])}`,
  )
}

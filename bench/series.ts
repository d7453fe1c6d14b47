/**
 * What keeping samples costs: the embedded store and its peers, with the same traffic in one run; a row is printed when it is done.
 * `npm run bench:series [-- --json] [--series 10000] [--points 400]`
 * Ends with code 1 when a bar is missed.
 */
import { parseArgs } from 'node:util'
import { machine } from './report.ts'
import { contest, type Contender, type Row } from './series/contender.ts'
import { embedded } from './series/embedded.ts'
import { peers } from './series/peers.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    series: { type: 'string', default: '10000' },
    points: { type: 'string', default: '400' },
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
  { says: 'longest step of packing, ms', figure: ({ waits }) => waits!.longestStepMs, most: 100 },
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
  ['first ack, ms', (row) => row.firstAckMs.toFixed(1)],
  ['worst ack, ms', (row) => row.worstAckMs.toFixed(1)],
  ['disk alone, ms', (row) => row.waits?.diskAloneMs.toFixed(1) ?? '–'],
]
const toolWidth = 18

/** What the others' processor time is told against: it runs first, so that each row has its ratio. */
const reference = 'victoria-metrics'
const patienceS = 150
const foreverMs = 2 ** 31 - 1

const minuteMs = 60_000
const points = Number(values.points)
const fromMs = Math.floor((Date.now() - (points + 2) * minuteMs) / minuteMs) * minuteMs
const extent = { series: Number(values.series), points, fromMs, intervalMs: minuteMs }

const rows: Row[] = []
if (!values.json)
  console.log(`${extent.series} series × ${points} points, each minute\n${machine()}\n\n${head()}`)
for (const contender of contenders()) {
  const row = await patiently(contender)
  if (!row) continue
  rows.push(row)
  console.log(values.json ? JSON.stringify({ ...row, ratio: ratioOf(row) }) : line(row))
}
const ours = rows.find(({ tool }) => tool === embedded.tool)!
const verdicts = bars.map(({ figure, says, most }) => ({ says, value: figure(ours), most }))
for (const { says, value, most } of verdicts)
  console.error(`${value <= most ? 'holds' : 'MISSED'}: ${says} ${value.toFixed(2)} ≤ ${most.toFixed(2)}`)
console.error(`the disk alone took up to ${ours.waits!.diskAloneMs.toFixed(1)} ms, ${machine()}`)
process.exitCode = verdicts.every(({ value, most }) => value <= most) ? 0 : 1

function contenders(): Contender[] {
  const all = [embedded, ...peers()]
  return [...all.filter(isReference), ...all.filter((one) => !isReference(one))]
}

function isReference({ tool }: { tool: string }): boolean {
  return tool === reference
}

/** Null when a peer takes too long: it is left out. */
async function patiently(contender: Contender): Promise<Row | null> {
  const sinceMs = performance.now()
  const elapsed = () => `${((performance.now() - sinceMs) / 1000).toFixed(0).padStart(3)} s`
  const tell = (phase: string) => console.error(`bench: ${elapsed()}  ${contender.tool} ${phase}`)
  const patience = AbortSignal.timeout(contender === embedded ? foreverMs : patienceS * 1000)
  try {
    return await contest(contender, extent, { tell, patience })
  } catch (error) {
    if (!patience.aborted) throw error
    tell(`is not done within ${patienceS} s: left out`)
    return null
  }
}

/** Processor time of a row to the reference's; null when that is not installed. */
function ratioOf(row: Row): number | null {
  const against = rows.find(isReference)
  return against ? row.cpuSecondsPerMillion / against.cpuSecondsPerMillion : null
}

function head(): string {
  return ['', ...columns.map(([name]) => name), `to ${reference}`].map((name, i) => (i === 0 ? name.padEnd(toolWidth) : name)).join('  ') // prettier-ignore
}

function line(row: Row): string {
  const cells = columns.map(([name, cell]) => cell(row).padStart(name.length))
  const ratio = (ratioOf(row)?.toFixed(2) ?? '–').padStart(`to ${reference}`.length)
  return [row.tool.padEnd(toolWidth), ...cells, ratio].join('  ')
}

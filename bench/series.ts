/**
 * What keeping samples costs: the embedded store and its peers, with the same traffic in one run.
 * `npm run bench:series [-- --json] [--series 10000] [--points 500] [--no-year]`
 */
import { parseArgs } from 'node:util'
import { machine, table } from './report.ts'
import { contest, type Contender, type Row } from './series/contender.ts'
import { embedded, year, type YearRow } from './series/embedded.ts'
import { peers } from './series/peers.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    series: { type: 'string', default: '10000' },
    points: { type: 'string', default: '500' },
    year: { type: 'boolean', default: true },
  },
  allowNegative: true,
})

const contenders: Contender[] = [embedded, ...peers()]

const minuteMs = 60_000
const points = Number(values.points)
const fromMs = Math.floor((Date.now() - (points + 2) * minuteMs) / minuteMs) * minuteMs
const extent = { series: Number(values.series), points, fromMs, intervalMs: minuteMs }

const rows: (Row & { ratio: number })[] = []
for (const contender of contenders) {
  const row = await contest(contender, extent)
  // Processor time of the first, our own, to this one's.
  rows.push({ ...row, ratio: row.cpuSecondsPerMillion / (rows[0] ?? row).cpuSecondsPerMillion })
  if (values.json) console.log(JSON.stringify(rows.at(-1)))
}
const aYear = values.year ? await year() : null
if (values.json && aYear) console.log(JSON.stringify(aYear))
if (!values.json) report(rows, aYear)

function report(rows: (Row & { ratio: number })[], aYear: YearRow | null): void {
  const head = [
    '',
    'samples/s and core',
    'CPU-s per million',
    'ratio',
    'bytes/sample',
    'one day, ms',
    'top 10, ms',
    'worst ack, ms',
  ]
  const cells = rows.map((row) => [
    row.tool,
    Math.round(row.samplesPerS).toLocaleString('en'),
    row.cpuSecondsPerMillion.toFixed(3),
    row.ratio.toFixed(2),
    row.bytesPerSample.toFixed(2),
    row.dayMs.toFixed(2),
    row.top10Ms.toFixed(1),
    row.worstAckMs.toFixed(1),
  ]) // prettier-ignore
  console.log(
    `${extent.series} series × ${extent.points} points, each minute\n${machine()}\n\n${table([head, ...cells])}`,
  )
  if (aYear)
    console.log(`\na year of minutes, ${aYear.samples.toLocaleString('en')} samples in ${aYear.loadS.toFixed(1)} s with roll-ups: chart ${aYear.yearMs.toFixed(1)} ms, volume ${aYear.yearTotalMs.toFixed(1)} ms`) // prettier-ignore
}

/**
 * What sending samples costs: octets on the wire and on disk, processor time beside MessagePack deflated, and days without a server.
 * `npm run bench:uplink [-- --json] [--hours 72] [--devices 20] [--ports 24] [--no-partition]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { machine, table } from './report.ts'
import { measurePartition, type PartitionRow } from './uplink/partition.ts'
import { measureWire, mixes, type WireRow } from './uplink/wire.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    hours: { type: 'string', default: '72' },
    devices: { type: 'string', default: '20' },
    ports: { type: 'string', default: '24' },
    partition: { type: 'boolean', default: true },
  },
  allowNegative: true,
})

const bytesAtMost = 4
/** Minutes, the first of which tells all ids. */
const periods = 20
const lineBps = 2_000_000

const tell = (row: object) => values.json && console.log(JSON.stringify(row))
const rows: WireRow[] = []
for (const mix of mixes) rows.push(...(await measureWire(mix, periods)))
rows.forEach(tell)
const partition = values.partition ? await days() : null
if (!values.json) report()
const isTooLarge = [...rows, ...(partition ? [partition] : [])].some(
  ({ tool, bytesPerSample }) => tool !== 'messagepack+deflate' && bytesPerSample > bytesAtMost,
)
const isWrong = partition !== null && partition.lost + partition.doubled + partition.wrongSums > 0
process.exitCode = isTooLarge || isWrong ? 1 : 0

async function days(): Promise<PartitionRow> {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-bench-'))
  try {
    const options = {
      hours: Number(values.hours),
      devices: Number(values.devices),
      ports: Number(values.ports),
    }
    const row = await measurePartition(folder, { ...options, lineBps })
    tell(row)
    return row
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function report(): void {
  console.log(`${machine()}\n`)
  const head = ['', 'of', 'B/sample wire', 'B/sample disk', 'encode CPU-s/M', 'decode CPU-s/M', 'ratio']
  const lines = rows.map((row) => [
    row.tool,
    row.of,
    row.bytesPerSample.toFixed(2),
    row.diskBytesPerSample.toFixed(2),
    row.cpuSecondsPerMillion.toFixed(3),
    row.decodeCpuSecondsPerMillion.toFixed(3),
    row.ratio.toFixed(1),
  ])
  console.log(table([head, ...lines]))
  if (partition) reportDays(partition)
}

function reportDays(row: PartitionRow): void {
  const [devices, ports] = [Number(values.devices), Number(values.ports)]
  console.log(
    `\n${row.tool}, ${devices} switches of ${ports} ports, ${(row.samples / 1e6).toFixed(1)} million samples: ` +
      `${row.diskMiB.toFixed(0)} MiB of spool (${row.diskBytesPerSample.toFixed(2)} B/sample), ` +
      `${row.bytesPerSample.toFixed(2)} B/sample sent, ${row.catchUpHours.toFixed(1)} h at 5 % of ${lineBps / 1e6} Mbit/s; ` +
      `${row.cpuSecondsPerMillion.toFixed(3)} CPU-s per million, of it ${row.spoolCpuSecondsPerMillion.toFixed(3)} to keep\n` +
      `lost ${row.lost}, doubled ${row.doubled}, wrong sums ${row.wrongSums}\n` +
      `reckoned from that: 1,000 times the ports, ${((1000 * row.diskMiB) / 1024).toFixed(0)} GiB of spool`,
  )
}

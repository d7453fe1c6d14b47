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
const lineBps = 2_000_000

const tell = (row: object) => values.json && console.log(JSON.stringify(row))
const rows: (WireRow & { ratio: number })[] = []
for (const mix of mixes) {
  const [ours, theirs] = await measureWire(mix, mix.switches < 1000 ? 20 : 2)
  for (const row of [ours!, theirs!])
    rows.push({ ...row, ratio: row.encodeCpuSecondsPerMillion / ours!.encodeCpuSecondsPerMillion })
  rows.slice(-2).forEach(tell)
}
const partition = values.partition ? await days() : null
if (!values.json) report()
const isTooLarge = rows.some((row) => row.tool === 'zongheng wire' && row.wireBytesPerSample > bytesAtMost)
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
  const head = ['', 'B/sample wire', 'B/sample disk', 'encode CPU-s/M', 'decode CPU-s/M', 'ratio']
  const lines = rows.map((row) => [
    `${row.mix}: ${row.tool}`,
    row.wireBytesPerSample.toFixed(2),
    row.diskBytesPerSample.toFixed(2),
    row.encodeCpuSecondsPerMillion.toFixed(3),
    row.decodeCpuSecondsPerMillion.toFixed(3),
    row.ratio.toFixed(1),
  ])
  console.log(table([head, ...lines]))
  if (!partition) return
  const { hours, samples, diskMiB, diskBytesPerSample, wireMiB, catchUpHours, lost, doubled, wrongSums } =
    partition
  const { spoolCpuSecondsPerMillion: spool, drainCpuSecondsPerMillion: drain } = partition
  console.log(
    `\n${hours} h without a server, ${(samples / 1e6).toFixed(1)} million samples: ${diskMiB.toFixed(0)} MiB of spool ` +
      `(${diskBytesPerSample.toFixed(2)} B/sample), ${wireMiB.toFixed(0)} MiB sent, ${catchUpHours.toFixed(1)} h at 5 % of ` +
      `${lineBps / 1e6} Mbit/s\nCPU-s per million: ${spool.toFixed(3)} to keep, ${drain.toFixed(3)} to send, decode and store\n` +
      `lost ${lost}, doubled ${doubled}, wrong sums ${wrongSums}`,
  )
}

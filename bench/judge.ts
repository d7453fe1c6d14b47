/**
 * What judging costs: milliseconds of each batch and of each second's look at everything, by the size of the estate; and what
 * finding causes costs on a redundant one: a storm, one change, a question what if.
 * `npm run bench:judge [-- --json] [--devices 10000] [--ports 48] [--seconds 120] [--entities 100000] [--only causes]`
 */
import { parseArgs } from 'node:util'
import { AlarmBook } from '../server/src/alarms/book.ts'
import { Judge } from '../server/src/state/judge.ts'
import { measureCauses, type CausesRow } from './judge/causes.ts'
import { largeEstate, LargeEstateVoice } from './judge/estate.ts'
import { machine, spreadOf, table } from './report.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    devices: { type: 'string', default: '10000' },
    ports: { type: 'string', default: '48' },
    seconds: { type: 'string', default: '120' },
    entities: { type: 'string', default: '100000' },
    only: { type: 'string' },
  },
})

const batchMsAtMost = 20
const devicesPerBatch = 15
const warmUpS = 70
const stormMsAtMost = 1000
const changeMsAtMost = 5
const whatIfMsAtMost = 100

interface Row {
  tool: 'zongheng judge'
  devices: number
  ports: number
  samplesPerBatch: number
  batchMs: { min: number; median: number; max: number }
  tickMs: { min: number; median: number; max: number }
  /** Processor time a second of this estate takes. */
  cpuMsPerSecond: number
  rssMiB: number
}

const sizesTo = (most: string) => [Number(most) / 100, Number(most) / 10, Number(most)].map(Math.round)
const causes = sizesTo(values.entities).map(measureCauses)
const rows =
  values.only === 'causes'
    ? []
    : sizesTo(values.devices).map((devices) => measure(devices, Number(values.ports), Number(values.seconds)))
if (values.json) for (const row of [...rows, ...causes]) console.log(JSON.stringify(row))
else report()
process.exitCode = isTooSlow(causes.at(-1)!) || (rows.at(-1)?.batchMs.median ?? 0) > batchMsAtMost ? 1 : 0

function isTooSlow({ stormMs, changeMs, whatIfMs }: CausesRow): boolean {
  return stormMs > stormMsAtMost || changeMs.max > changeMsAtMost || whatIfMs > whatIfMsAtMost
}

/** An ordinary minute and more: a sixtieth of the devices each second, each leg every ten. */
function measure(devices: number, ports: number, seconds: number): Row {
  const estate = largeEstate(devices, ports)
  const voice = new LargeEstateVoice(estate)
  const startMs = Date.UTC(2026, 10, 22)
  const judge = new Judge(estate.model, [], startMs)
  const book = new AlarmBook([])
  const legs = [...estate.model.circuits.keys()]
  const batches: number[] = []
  const ticks: number[] = []
  const judged = (nowMs: number) => book.reconcile(judge.evaluate(nowMs), nowMs)
  let samplesPerBatch = 0
  for (let s = 0; s < warmUpS + seconds; s++) {
    const nowMs = startMs + s * 1000
    const due = estate.devices.filter((_, i) => i % 60 === s % 60)
    const parts = Array.from({ length: Math.ceil(due.length / devicesPerBatch) }, (_, i) =>
      voice.polls(due.slice(i * devicesPerBatch, (i + 1) * devicesPerBatch), nowMs - 500),
    )
    parts.push(voice.probes(legs.filter((_, i) => i % 10 === s % 10), nowMs - 500)) // prettier-ignore
    if (s % 60 === 0) parts.push(voice.checks(nowMs - 500))
    for (const columns of parts) {
      samplesPerBatch = Math.max(samplesPerBatch, columns.reduce((sum, { atMs }) => sum + atMs.length, 0)) // prettier-ignore
      const beganMs = performance.now()
      judge.observations.ingest(columns)
      judged(nowMs)
      if (s >= warmUpS) batches.push(performance.now() - beganMs)
    }
    const beganMs = performance.now()
    judged(nowMs + 999)
    if (s >= warmUpS) ticks.push(performance.now() - beganMs)
  }
  const cpuMs = [...batches, ...ticks].reduce((sum, ms) => sum + ms, 0)
  return {
    tool: 'zongheng judge',
    devices,
    ports,
    samplesPerBatch,
    batchMs: spreadOf(batches),
    tickMs: spreadOf(ticks),
    cpuMsPerSecond: cpuMs / seconds,
    rssMiB: process.memoryUsage.rss() / 1024 ** 2,
  }
}

function report(): void {
  const head = ['devices', 'samples/batch', 'batch ms', 'most', 'tick ms', 'most', 'CPU ms/s', 'RSS MiB']
  const lines = rows.map((row) => [
    String(row.devices),
    String(row.samplesPerBatch),
    row.batchMs.median.toFixed(2),
    row.batchMs.max.toFixed(1),
    row.tickMs.median.toFixed(2),
    row.tickMs.max.toFixed(1),
    row.cpuMsPerSecond.toFixed(0),
    row.rssMiB.toFixed(0),
  ])
  if (lines.length) console.log(table([head, ...lines]))
  const causesHead = ['entities', 'storm', 'findings', 'roots', 'ms', 'change ms', 'most', 'pass ms', 'anew ms', 'ratio', 'what if ms', 'weak ms', 'octets each'] // prettier-ignore
  const causesLines = causes.map((row) => [
    String(row.entities),
    String(row.stormChanges),
    String(row.stormFindings),
    String(row.stormRoots),
    row.stormMs.toFixed(1),
    row.changeMs.median.toFixed(4),
    row.changeMs.max.toFixed(2),
    row.passMs.toFixed(1),
    row.recomputeMs.toFixed(1),
    row.ratio.toFixed(0),
    row.whatIfMs.toFixed(1),
    row.weakPointsMs.toFixed(1),
    row.octetsPerEntity.toFixed(0),
  ])
  console.log(table([causesHead, ...causesLines]))
  console.log(machine())
}

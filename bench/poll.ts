/**
 * What polling costs: processor seconds per million varbinds of our engine beside libsnmp and collectd, in one run, against one
 * simulator; then of the whole product. `npm run bench:poll -- [--devices 500] [--pairs 5] [--only 'zongheng poll,libsnmp']
 * [--scale] [--json]`. Ends with code 1 when a bar is missed. Rows run in turns, so that what else the machine does meets all of
 * them; ratios are of the same turn.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PeerMissing, Simulator } from './peers/build.ts'
import { collectdBulk } from './poll/collectd.ts'
import { libsnmp } from './poll/libsnmp.ts'
import { judged, printed, resultOf, wholePathResult, type Result } from './poll/result.ts'
import { perMillion, type Bench, type Cost, type MakeRow, type Row } from './poll/row.ts'
import { reportScale, scale, type ScaleCost } from './poll/scale.ts'
import { wholePath } from './poll/whole-path.ts'
import { zonghengPoll, zonghengPollV3 } from './poll/zongheng.ts'
import { machine } from './report.ts'

const makers: Record<string, MakeRow> = {
  'zongheng poll': zonghengPoll,
  'zongheng poll v3': zonghengPollV3,
  libsnmp,
  'collectd bulk': collectdBulk,
}
const wholePathRow = 'zongheng whole path'
const names = [...Object.keys(makers), wholePathRow]
/** Each device every second: a minute of an installation sixty times as large. */
const whole = { devices: 300, periodS: 1, watchS: 60 }
const scaled = { devices: [100, 1_000, 10_000], minutes: 3 }

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '500' },
    pairs: { type: 'string', default: '5' },
    only: { type: 'string', default: names.join(',') },
    scale: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

const wanted = values.only.split(',').filter(Boolean)
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) throw new Error(`no row is called ${unknown.join(', ')}: ${names.join(', ')}`)

const folder = mkdtempSync(join(tmpdir(), 'zongheng-bench-'))
const simulatorCore = 1
const bench: Bench = {
  folder,
  simulatorCore,
  pollerCore: 0,
  devices: Number(values.devices),
  simulator: await Simulator.start(folder, { core: simulatorCore }),
}
try {
  const rows = await ready(wanted.filter((name) => name !== wholePathRow))
  const costs = await inTurns(rows, Number(values.pairs))
  const results = rows.map(({ tool }) => resultOf(tool, costs))
  if (wanted.includes(wholePathRow)) results.push(await wholeResult(results))
  report(results)
  const scales = values.scale ? await scaleCosts() : []
  const scaleHolds = scales.length === 0 || reportScale(scales, values.json)
  const verdicts = judged(results)
  for (const { text } of verdicts) process.stderr.write(`${text}\n`)
  if (scales.length > 0) process.stderr.write(`switches: ${scaleHolds ? 'holds' : 'MISSED'}\n`)
  process.exitCode = scaleHolds && verdicts.every(({ holds }) => holds) ? 0 : 1
} finally {
  await bench.simulator.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** What is not installed here is told, and left out. */
async function ready(tools: string[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const tool of tools)
    try {
      rows.push({ tool, ...(await makers[tool]!(bench)) })
    } catch (error) {
      if (!(error instanceof PeerMissing)) throw error
      process.stderr.write(`${tool} is left out: ${error.message}\n`)
    }
  return rows
}

async function inTurns(rows: Row[], turns: number): Promise<Map<string, Cost[]>> {
  const costs = new Map(rows.map(({ tool }) => [tool, [] as Cost[]]))
  try {
    for (let turn = 0; turn < turns; turn++)
      for (const { tool, run } of rows) {
        const cost = await run()
        costs.get(tool)!.push(cost)
        process.stderr.write(`${turn + 1}/${turns} ${tool}: ${perMillion(cost).toFixed(3)}\n`)
      }
  } finally {
    for (const { finish } of rows) await finish?.()
  }
  return costs
}

async function wholeResult(others: Result[]): Promise<Result> {
  const cost = await wholePath(folder, bench.simulator, { ...whole, cores: `${bench.pollerCore}` })
  return wholePathResult(wholePathRow, cost, others)
}

async function scaleCosts(): Promise<ScaleCost[]> {
  const costs: ScaleCost[] = []
  for (const devices of scaled.devices)
    costs.push(await scale(bench.simulator, devices, scaled.minutes, bench.pollerCore))
  return costs
}

function report(results: Result[]): void {
  if (values.json) for (const result of results) console.log(JSON.stringify(result))
  else console.log(`${machine()}\n${values.devices} devices × 48 interfaces × 14 columns, ${values.pairs} runs each\n\n${printed(results)}`) // prettier-ignore
}

/**
 * What polling costs: processor seconds per million varbinds of our engine beside libsnmp and collectd, in one run, against one
 * simulator. `npm run bench:poll -- [--devices 500] [--pairs 5] [--only 'zongheng poll,libsnmp'] [--json]`. Ends with code 1
 * when a bar is missed. Rows run in turns, so that what else the machine does meets all of them; ratios are of the same turn.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PeerMissing, Simulator } from './peers/build.ts'
import { collectdBulk } from './poll/collectd.ts'
import { libsnmp } from './poll/libsnmp.ts'
import { perMillion, type Bench, type Cost, type MakeRow, type Row } from './poll/row.ts'
import { zonghengPoll, zonghengPollV3 } from './poll/zongheng.ts'
import { machine, spreadOf, table } from './report.ts'

const makers: Record<string, MakeRow> = {
  'zongheng poll': zonghengPoll,
  'zongheng poll v3': zonghengPollV3,
  libsnmp,
  'collectd bulk': collectdBulk,
}
/** Ratios that must hold: at most, or at least. */
const bars: Record<string, { most?: number; least?: number }> = {
  'zongheng poll': { most: 1.5 },
  'zongheng poll v3': { most: 3 },
  'collectd bulk': { least: 5 },
}

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '500' },
    pairs: { type: 'string', default: '5' },
    only: { type: 'string', default: Object.keys(makers).join(',') },
    json: { type: 'boolean', default: false },
  },
})

interface Result {
  tool: string
  cpuSecondsPerMillion: number
  /** To the row `against`; null when that one did not run. */
  ratio: number | null
  against: string
  min: number
  max: number
  varbindsPerS: number
  rssMiB: number
}

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
  const rows = await ready(values.only.split(','))
  const costs = await inTurns(rows, Number(values.pairs))
  const results = rows.map((row) => resultOf(row, costs))
  if (values.json) for (const result of results) console.log(JSON.stringify(result))
  else console.log(`${machine()}\n${values.devices} devices × 48 interfaces × 14 columns, ${values.pairs} runs each\n\n${printed(results)}`) // prettier-ignore
  process.exitCode = results.every(holds) ? 0 : 1
} finally {
  await bench.simulator.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** What is not installed here is told, and left out. */
async function ready(names: string[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const name of names) {
    const make = makers[name]
    if (!make) throw new Error(`no row is called ${name}: ${Object.keys(makers).join(', ')}`)
    try {
      rows.push(await make(bench))
    } catch (error) {
      if (!(error instanceof PeerMissing)) throw error
      process.stderr.write(`${name} is left out: ${error.message}\n`)
    }
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

function resultOf({ tool, against }: Row, costs: Map<string, Cost[]>): Result {
  const own = costs.get(tool)!
  const others = costs.get(against)
  const { min, median, max } = spreadOf(own.map(perMillion))
  return {
    tool,
    cpuSecondsPerMillion: round(median),
    ratio: others
      ? round(spreadOf(own.map((cost, i) => perMillion(cost) / perMillion(others[i]!))).median)
      : null,
    against,
    min: round(min),
    max: round(max),
    varbindsPerS: Math.round(spreadOf(own.map(({ varbinds, wallS }) => varbinds / wallS)).median),
    rssMiB: Math.round(spreadOf(own.map(({ rssMiB }) => rssMiB)).max),
  }
}

function printed(results: Result[]): string {
  const cells = results.map((result) => [
    result.tool,
    result.cpuSecondsPerMillion.toFixed(3),
    `${result.min.toFixed(3)}..${result.max.toFixed(3)}`,
    result.ratio === null ? '' : `${result.ratio.toFixed(2)} × ${result.against}`,
    barOf(result.tool),
    `${result.varbindsPerS}`,
    `${result.rssMiB}`,
  ])
  return table([['', 'CPU-s per million', 'min..max', 'ratio', 'bar', 'varbinds/s', 'RSS MiB'], ...cells])
}

function barOf(tool: string): string {
  const { most, least } = bars[tool] ?? {}
  return most ? `≤ ${most}` : least ? `≥ ${least}` : ''
}

function holds({ tool, ratio }: Result): boolean {
  const { most = Infinity, least = 0 } = bars[tool] ?? {}
  return ratio === null || (ratio <= most && ratio >= least)
}

function round(figure: number): number {
  return Math.round(figure * 1000) / 1000
}

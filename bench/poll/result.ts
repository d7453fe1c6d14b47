/** Figures of rows beside one another, and the bars that they must keep. */
import { spreadOf, table } from '../report.ts'
import { perMillion, type Cost } from './row.ts'
import type { WholePathCost } from './whole-path.ts'

export interface Result {
  tool: string
  cpuSecondsPerMillion: number
  /** To the row `libsnmp`, of the same turn; null where that one did not run. */
  ratio: number | null
  /** To the row `zongheng poll`, likewise. */
  ratioToPoll: number | null
  min: number
  max: number
  varbindsPerS: number
  rssMiB: number
  /** The whole path by its processes. */
  collector?: number
  server?: number
}

interface Bar {
  figure: 'ratio' | 'ratioToPoll' | 'cpuSecondsPerMillion'
  most?: number
  least?: number
}

/** A new bar is a line here. */
const bars: Record<string, Bar> = {
  'zongheng poll': { figure: 'ratio', most: 1.5 },
  'zongheng poll v3': { figure: 'ratioToPoll', most: 3 },
  'collectd bulk': { figure: 'ratioToPoll', least: 5 },
  'zongheng whole path': { figure: 'cpuSecondsPerMillion', most: 0.8 },
}

type Costs = ReadonlyMap<string, readonly Cost[]>

export function resultOf(tool: string, costs: Costs): Result {
  const own = costs.get(tool)!
  const { min, median, max } = spreadOf(own.map(perMillion))
  return {
    tool,
    cpuSecondsPerMillion: round(median),
    ratio: ratioTo('libsnmp', own, costs),
    ratioToPoll: ratioTo('zongheng poll', own, costs),
    min: round(min),
    max: round(max),
    varbindsPerS: Math.round(spreadOf(own.map(({ varbinds, wallS }) => varbinds / wallS)).median),
    rssMiB: Math.round(spreadOf(own.map(({ rssMiB }) => rssMiB)).max),
  }
}

/** It runs once, after the turns: its ratios are to the medians of theirs. */
export function wholePathResult(tool: string, cost: WholePathCost, others: Result[]): Result {
  const { varbinds, wallS, collectorCpuS, serverCpuS, collectorRssMiB, serverRssMiB } = cost
  const each = (cpuS: number) => (1e6 * cpuS) / varbinds
  const both = each(collectorCpuS + serverCpuS)
  const ratioTo = (name: string) => {
    const other = others.find((result) => result.tool === name)
    return other ? round(both / other.cpuSecondsPerMillion) : null
  }
  return {
    tool,
    cpuSecondsPerMillion: round(both),
    ratio: ratioTo('libsnmp'),
    ratioToPoll: ratioTo('zongheng poll'),
    min: round(both),
    max: round(both),
    varbindsPerS: Math.round(varbinds / wallS),
    rssMiB: Math.round(collectorRssMiB + serverRssMiB),
    collector: round(each(collectorCpuS)),
    server: round(each(serverCpuS)),
  }
}

export function printed(results: Result[]): string {
  const times = (ratio: number | null) => ratio?.toFixed(2) ?? ''
  const rows = results.map(({ tool, cpuSecondsPerMillion, min, max, ratio, ratioToPoll, varbindsPerS, rssMiB }) => [
    tool,
    cpuSecondsPerMillion.toFixed(3),
    `${min.toFixed(3)}..${max.toFixed(3)}`,
    times(ratio),
    times(ratioToPoll),
    `${varbindsPerS}`,
    `${rssMiB}`,
  ]) // prettier-ignore
  const head = ['', 'CPU-s per million', 'min..max', '× libsnmp', '× zongheng poll', 'varbinds/s', 'RSS MiB']
  return [table([head, ...rows]), ...results.flatMap(parts)].join('\n')
}

function parts({ tool, collector, server }: Result): string[] {
  return collector === undefined ? [] : [`\n${tool}: collector ${collector}, server ${server}`]
}

/** Each bar in words, and whether it holds; a figure that there is none of fails none. */
export function judged(results: Result[]): { text: string; holds: boolean }[] {
  return results.flatMap((result) => {
    const bar = bars[result.tool]
    const figure = bar && result[bar.figure]
    if (!bar || figure == null) return []
    const { most = Infinity, least = 0 } = bar
    const holds = figure <= most && figure >= least
    const limit = bar.most === undefined ? `at least ${least}` : `at most ${most}`
    return [
      { text: `${result.tool}: ${bar.figure} ${figure}, ${limit}: ${holds ? 'holds' : 'MISSED'}`, holds },
    ]
  })
}

function ratioTo(name: string, own: readonly Cost[], costs: Costs): number | null {
  const others = costs.get(name)
  if (!others) return null
  return round(spreadOf(own.map((cost, turn) => perMillion(cost) / perMillion(others[turn]!))).median)
}

function round(figure: number): number {
  return Math.round(figure * 1000) / 1000
}

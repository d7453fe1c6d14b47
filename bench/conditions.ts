/**
 * What conditions cost: samples a second through the machines on one core, against a plain loop that looks a limit up for each sample,
 * by the number of series; and memory a machine.
 * `npm run bench:conditions [-- --json] [--series 100000] [--samples 20000000]`
 */
import { parseArgs } from 'node:util'
import { Engine, type Columns, type EngineRule, type Watch } from '../inventory/src/conditions/engine.ts'
import { noSettings, type ConditionKind, type Settings } from '../inventory/src/conditions/spec.ts'
import type { MetricName } from '../inventory/src/metric.ts'
import { machine, spreadOf, table } from './report.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    series: { type: 'string', default: '100000' },
    samples: { type: 'string', default: '20000000' },
  },
})

const samplesPerSecondAtLeast = 1_500_000
const rounds = 3
const seriesPerBatch = 500

interface Row {
  tool: 'zongheng conditions'
  series: number
  /** Machines: several a series. */
  machines: number
  samplesPerSecond: number
  baselinePerSecond: number
  /** To the plain loop. */
  ratio: number
  bytesPerMachine: number
}

const rule = (condition: string, kind: ConditionKind, settings: Partial<Settings>): EngineRule => ({
  condition,
  kind,
  settings: { ...noSettings, ...settings },
})
/** What the defaults ask of an interface of a line, and of one that is none. */
const rules: Partial<Record<MetricName, { rule: EngineRule; scale: number }[]>> = {
  ifInErrors: [{ rule: rule('interface-errors', 'threshold', { above: 60, forS: 300 }), scale: 60 }],
  ifOperStatus: [{ rule: rule('interface-flapping', 'change', { times: 4, withinS: 600 }), scale: 1 }],
  ifHCInOctets: [
    { rule: rule('line-full', 'threshold', { above: 90, aboveCritical: 98, forS: 900 }), scale: 8e-7 },
    { rule: rule('traffic-unusual', 'deviation', { forS: 900 }), scale: 8 },
  ],
}
const metricNames = Object.keys(rules) as MetricName[]

function measure(series: number): Row {
  const ids = Array.from({ length: series }, (_, i) => `ifc_${i.toString(32).padStart(18, '0')}`)
  const polls = Math.max(2, Math.round(Number(values.samples) / series / metricNames.length))
  const voice = new Voice(ids)
  const watches = ids.flatMap((entity) =>
    metricNames.flatMap((metric) => rules[metric]!.map((one): Watch => ({ ...one, metric, entity }))),
  )
  globalThis.gc?.()
  const beforeBytes = memory()
  const engine = new Engine(watches)
  const bytes = memory() - beforeBytes
  for (const { slot } of engine.deviations()) engine.setUsual(slot, { low: 1e6, high: 9e6 })
  const plain = new Map(ids.map((id) => [id, { limit: 1e9, isOver: false }]))
  const speeds = { engine: [] as number[], plain: [] as number[] }
  let poll = 0
  for (let round = 0; round < rounds; round++) {
    speeds.engine.push(
      samplesPerSecond(voice, (poll += polls), polls, (metric, columns) => engine.ingest(metric, columns)),
    )
    speeds.plain.push(
      samplesPerSecond(voice, (poll += polls), polls, (_, columns) => plainLoop(plain, columns)),
    )
  }
  const [ours, theirs] = [spreadOf(speeds.engine).median, spreadOf(speeds.plain).median]
  return {
    tool: 'zongheng conditions',
    series,
    machines: engine.size,
    samplesPerSecond: Math.round(ours),
    baselinePerSecond: Math.round(theirs),
    ratio: ours / theirs,
    bytesPerMachine: Math.round(bytes / engine.size),
  }
}

/** Only what the judging takes is counted, not the making of samples. */
function samplesPerSecond(
  voice: Voice,
  firstPoll: number,
  polls: number,
  take: (metric: MetricName, columns: Columns) => void,
): number {
  let ms = 0
  let samples = 0
  for (let poll = firstPoll; poll < firstPoll + polls; poll++)
    for (const metric of metricNames)
      for (const columns of voice.say(metric, poll)) {
        const beganMs = performance.now()
        take(metric, columns)
        ms += performance.now() - beganMs
        samples += columns.values.length
      }
  return (samples / ms) * 1000
}

/** The least that could be done: a limit by id, a comparison, a mark. */
function plainLoop(
  limits: Map<string, { limit: number; isOver: boolean }>,
  { ids, entities, values }: Columns,
) {
  for (let i = 0; i < values.length; i++) {
    const known = limits.get(ids[entities[i]!]!)
    if (known) known.isOver = values[i]! > known.limit
  }
}

/** Polls of a minute, mostly well: one sample of a thousand is beyond some limit. */
class Voice {
  readonly #ids: string[]
  readonly #entities: Uint32Array[] = []

  constructor(ids: string[]) {
    this.#ids = ids
    for (let from = 0; from < ids.length; from += seriesPerBatch)
      this.#entities.push(
        Uint32Array.from({ length: Math.min(seriesPerBatch, ids.length - from) }, (_, i) => from + i),
      )
  }

  *say(metric: MetricName, poll: number): Generator<Columns> {
    const atMs = Date.UTC(2026, 10, 22) + poll * 60_000
    const isCode = metric === 'ifOperStatus'
    for (const entities of this.#entities) {
      const n = entities.length
      yield {
        ids: this.#ids,
        entities,
        atMs: new Float64Array(n).fill(atMs),
        ...(!isCode && { startMs: new Float64Array(n).fill(atMs - 60_000) }),
        values: Float64Array.from(entities, (e) => this.#value(metric, (e * 7919 + poll * 104_729) % 1000)),
      }
    }
  }

  #value(metric: MetricName, dice: number): number {
    if (metric === 'ifOperStatus') return dice === 0 ? 2 : 1
    if (metric === 'ifInErrors') return dice === 0 ? 10_000 : dice % 3
    return dice === 0 ? 9e9 : 3e7 + dice * 1000
  }
}

function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function report(): void {
  const head = ['series', 'machines', 'samples/s', 'plain loop', 'ratio', 'bytes/machine']
  const lines = rows.map((row) => [
    String(row.series),
    String(row.machines),
    row.samplesPerSecond.toLocaleString('en'),
    row.baselinePerSecond.toLocaleString('en'),
    row.ratio.toFixed(2),
    String(row.bytesPerMachine),
  ])
  console.log(table([head, ...lines]))
  console.log(machine())
}

const most = Number(values.series)
const rows = [most / 100, most / 10, most].map(measure)
if (values.json) for (const row of rows) console.log(JSON.stringify(row))
else report()
process.exitCode = Math.min(...rows.map((row) => row.samplesPerSecond)) < samplesPerSecondAtLeast ? 1 : 0

/**
 * What a collector costs that polls many switches, each once a minute in its own place: 48 ports × 14 columns a device, through
 * increments, batches, spool and uplink, to a server that only acknowledges.
 * `npm run bench:scale -- [--devices 100,1000,10000] [--minutes 3] [--json]`; fails when 10,000 exceed 10 % of a core, 400 MiB,
 * or lose their places.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setInterval as every } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Assignment, Sealed, Target } from '../../collector/src/contract.ts'
import { nodeOptions } from '../../server/src/cli/child.ts'
import { deviceAddress, Simulator } from '../peers/build.ts'
import { usageOf } from '../process-meter.ts'
import { machine, table } from '../report.ts'
import { startSink, type Sink } from './sink.ts'

const bars = { cpuPercent: 10, rssMiB: 400, onTimePercent: 99.9 }
const ports = 48
const periodS = 60
const script = fileURLToPath(new URL('../../collector/src/main.ts', import.meta.url))

export interface ScaleCost {
  devices: number
  cpuPercent: number
  cpuSecondsPerMillion: number
  rssMiB: number
  onTimePercent: number
  skipped: number
  varbindsPerS: number
}

/** Polls `devices` switches for some minutes, once all were discovered and polled in their places. */
export async function scale(
  simulator: Simulator,
  devices: number,
  minutes: number,
  core = 0,
): Promise<ScaleCost> {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-scale-'))
  const sink = await startSink({ version: '2c', community: 'public' }, (snmp) =>
    assignment(devices, simulator.port, snmp),
  )
  const collector = startCollector(sink.url, folder, core)
  try {
    await discovered(join(folder, 'discoveries'), devices, collector)
    await steady(simulator, sink)
    return { devices, ...(await watched(collector, simulator, sink, minutes)) }
  } finally {
    const ended = once(collector, 'exit')
    collector.kill('SIGTERM')
    await ended
    await sink.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const numbered = (prefix: string, n: number) => `${prefix}_${n.toString(32).padStart(20, '0')}`

function assignment(devices: number, port: number, snmp: Sealed): Assignment {
  const targetOf = (n: number): Target => ({
    deviceId: numbered('dev', n),
    siteId: numbered('sit', n),
    address: deviceAddress(n),
    port,
    snmp,
    pollIntervalS: periodS,
    interfaces: Array.from({ length: ports }, (_, i) => ({
      id: numbered('ifc', n * ports + i),
      ifName: `Gi1/0/${i + 1}`,
    })),
    sensors: [],
  })
  return { version: 1, targets: Array.from({ length: devices }, (_, n) => targetOf(n)), probes: [] }
}

function startCollector(server: string, data: string, core: number): ChildProcess {
  const command = [process.execPath, ...nodeOptions, script, '--server', server, '--data', data]
  return spawn('taskset', ['-c', `${core}`, ...command], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ZONGHENG_COLLECTOR_ID: 'col_bench',
      ZONGHENG_COLLECTOR_KEY: 'bench',
      ZONGHENG_LOG_LEVEL: 'error',
    },
  })
}

async function discovered(folder: string, devices: number, collector: ChildProcess): Promise<void> {
  for await (const _ of every(2_000)) {
    if (collector.exitCode !== null) throw new Error(`the collector ended with ${collector.exitCode}`)
    const known = gone(() => readdirSync(folder).filter((name) => name.endsWith('.json')).length)
    process.stderr.write(
      `discovered: ${known} of ${devices}, ${usageOf(collector.pid!).rssMiB.toFixed(0)} MiB\r`,
    )
    if (known >= devices) return
  }
}

/** Two minutes in a row with the same number of varbinds: what a start brings is over. */
async function steady(simulator: Simulator, sink: Sink): Promise<void> {
  let [last, before] = [simulator.answered().varbinds, 0]
  for await (const _ of every(periodS * 1000)) {
    const { varbinds } = simulator.answered()
    const grown = varbinds - last
    process.stderr.write(
      `varbinds in a minute: ${grown}, on time ${sink.health?.onTimePercent} %, ${(sink.health?.rssBytes ?? 0) >> 20} MiB\n`,
    )
    if (grown > 0 && Math.abs(grown - before) < 0.01 * grown) return
    ;[last, before] = [varbinds, grown]
  }
}

async function watched(
  collector: ChildProcess,
  simulator: Simulator,
  sink: Sink,
  minutes: number,
): Promise<Omit<ScaleCost, 'devices'>> {
  const look = () => ({
    at: performance.now(),
    varbinds: simulator.answered().varbinds,
    ...usageOf(collector.pid!),
  })
  const from = look()
  let onTimePercent = 100
  let skipped = 0
  let minute = 0
  for await (const _ of every(60_000)) {
    onTimePercent = Math.min(onTimePercent, sink.health?.onTimePercent ?? 0)
    skipped += sink.health?.skipped ?? 0
    if (++minute >= minutes) break
  }
  const until = look()
  const wallS = (until.at - from.at) / 1000
  const cpuS = until.cpuS - from.cpuS
  const varbinds = until.varbinds - from.varbinds
  return {
    cpuPercent: (100 * cpuS) / wallS,
    cpuSecondsPerMillion: (1e6 * cpuS) / varbinds,
    rssMiB: until.rssMiB,
    onTimePercent,
    skipped,
    varbindsPerS: varbinds / wallS,
  }
}

function gone(count: () => number): number {
  try {
    return count()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

/** Whether the bars hold; they are for 10,000. */
export function reportScale(costs: ScaleCost[], isJson: boolean): boolean {
  const [smallest] = costs
  if (isJson)
    for (const cost of costs) console.log(JSON.stringify({ tool: `${cost.devices.toLocaleString('en')} switches`, ...cost, ratio: cost.cpuPercent / smallest!.cpuPercent })) // prettier-ignore
  else
    console.log(
      table([
        [
          '48-port switches, each minute',
          'CPU %',
          'CPU-s per million',
          'RSS MiB',
          'on time %',
          'skipped',
          'CPU ×',
          'RSS ×',
        ],
        ...costs.map((cost) => [
          cost.devices.toLocaleString('en'),
          cost.cpuPercent.toFixed(2),
          cost.cpuSecondsPerMillion.toFixed(3),
          cost.rssMiB.toFixed(0),
          cost.onTimePercent.toFixed(1),
          `${cost.skipped}`,
          (cost.cpuPercent / smallest!.cpuPercent).toFixed(1),
          (cost.rssMiB / smallest!.rssMiB).toFixed(1),
        ]),
      ]),
    )
  return costs.every(
    ({ cpuPercent, rssMiB, onTimePercent }) =>
      cpuPercent <= bars.cpuPercent && rssMiB <= bars.rssMiB && onTimePercent >= bars.onTimePercent,
  )
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      devices: { type: 'string', default: '100,1000,10000' },
      minutes: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  })
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-bench-'))
  const simulator = await Simulator.start(folder, { core: 1 })
  try {
    const costs: ScaleCost[] = []
    for (const devices of values.devices.split(','))
      costs.push(await scale(simulator, Number(devices), Number(values.minutes)))
    if (!values.json) console.log(`${machine()}\n`)
    process.exitCode = reportScale(costs, values.json) ? 0 : 1
  } finally {
    await simulator.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

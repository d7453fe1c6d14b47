/**
 * What reading a varbind costs: our SNMP engine beside Debian's snmpbulkwalk, in one run, against the simulator.
 * `node bench/poll.ts [--devices 200] [--rounds 3]`; both walk ifTable and ifXTable of the same devices.
 */
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { buildProvince } from '@zongheng/inventory/demo/build.ts'
import { SnmpEngine } from '../collector/src/snmp/engine.ts'
import { openSession } from '../collector/src/snmp/open.ts'
import { divisionsOf } from '../server/src/identity/regions/divisions.ts'
import { endedChildrenCpuS } from './process-meter.ts'
import { machine, spreadOf, table } from './report.ts'

const tables = { ifTable: '1.3.6.1.2.1.2.2', ifXTable: '1.3.6.1.2.1.31.1.1' }
const sysUpTime = '1.3.6.1.2.1.1.3.0'
const community = 'public'
/** Walks at once, of both: the simulated lines take their time. */
const width = 16

const { values } = parseArgs({
  options: { devices: { type: 'string', default: '200' }, rounds: { type: 'string', default: '3' } },
})

interface Cost {
  varbinds: number
  wallS: number
  cpuS: number
}

const province = '130000'
const folder = mkdtempSync(join(tmpdir(), 'zongheng-bench-'))
const divisions = divisionsOf(province)
const addresses = buildProvince(divisions).devices.slice(0, Number(values.devices)).map(({ address }) => address) // prettier-ignore
const simulator = startSimulator()
const run = promisify(execFile)

try {
  const port = await simulatorPort()
  const ways = { ours: () => ours(port), 'snmpbulkwalk': () => peers(port), 'of which starting': () => starts(port) } // prettier-ignore
  const costs = await measured(ways)
  console.log(`${addresses.length} devices, ${values.rounds} rounds, ${width} walks at once\n${machine()}\n`)
  process.exitCode = report(costs) ? 0 : 1
} finally {
  const ended = once(simulator, 'exit')
  simulator.kill('SIGTERM')
  await ended
  rmSync(folder, { recursive: true, force: true })
}

function startSimulator() {
  const file = join(folder, 'divisions.json')
  writeFileSync(file, JSON.stringify(divisions))
  const script = fileURLToPath(new URL('../collector/simulator/main.ts', import.meta.url))
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, '--divisions', file], {
    env: { ...process.env, ZONGHENG_SIMULATOR_TOKEN: randomBytes(24).toString('base64url') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function simulatorPort(): Promise<number> {
  const [line] = (await once(createInterface({ input: simulator.stdout }), 'line')) as [string]
  return (JSON.parse(line) as { port: number }).port
}

/** Each way once to warm up, then in turns, so that what else the machine does meets all of them. */
async function measured<Way extends string>(
  ways: Record<Way, () => Promise<Cost>>,
): Promise<Record<Way, Cost[]>> {
  const names = Object.keys(ways) as Way[]
  const costs = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Way, Cost[]>
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const name of names) {
      const cost = await ways[name]()
      if (round > 0) costs[name].push(cost)
    }
  }
  return costs
}

async function ours(port: number): Promise<Cost> {
  const engine = new SnmpEngine()
  const before = process.cpuUsage()
  const walk = async (address: string) => {
    const session = openSession(engine, { address, port }, { version: '2c', community })
    let varbinds = 0
    for (const root of Object.values(tables)) varbinds += (await session.walk(root)).length
    session.close()
    return varbinds
  }
  const { varbinds, wallS } = await timed(walk)
  const { user, system } = process.cpuUsage(before)
  engine.close()
  return { varbinds, wallS, cpuS: (user + system) / 1e6 }
}

function peers(port: number): Promise<Cost> {
  return ofChildren(async (address) => {
    let varbinds = 0
    for (const root of Object.values(tables)) {
      const args = ['-v2c', `-c${community}`, '-m', '', '-Onq', '-Cr24', `${address}:${port}`, root]
      const { stdout } = await run('snmpbulkwalk', args, { maxBuffer: 64 * 1024 ** 2 })
      varbinds += stdout.match(/^\.1\.3\./gm)?.length ?? 0
    }
    return varbinds
  })
}

/** As many processes that ask for one object each: what starting costs, and walking does not. */
function starts(port: number): Promise<Cost> {
  return ofChildren(async (address) => {
    for (const _ of Object.values(tables))
      await run('snmpget', ['-v2c', `-c${community}`, '-m', '', '-Onq', `${address}:${port}`, sysUpTime])
    return Object.keys(tables).length
  })
}

async function ofChildren(work: (address: string) => Promise<number>): Promise<Cost> {
  const before = endedChildrenCpuS()
  const cost = await timed(work)
  return { ...cost, cpuS: endedChildrenCpuS() - before }
}

async function timed(
  work: (address: string) => Promise<number>,
): Promise<{ varbinds: number; wallS: number }> {
  const startedMs = performance.now()
  const queue = addresses.values()
  const worker = async () => {
    let varbinds = 0
    for (const address of queue) varbinds += await work(address)
    return varbinds
  }
  const counts = await Promise.all(Array.from({ length: width }, worker))
  return {
    varbinds: counts.reduce((sum, count) => sum + count, 0),
    wallS: (performance.now() - startedMs) / 1000,
  }
}

/** Prints the tables; answers whether both read the same number of varbinds. */
function report(costs: Record<'ours' | 'snmpbulkwalk' | 'of which starting', Cost[]>): boolean {
  const median = (all: Cost[], of: (cost: Cost) => number) => spreadOf(all.map(of)).median
  const perMillion = (all: Cost[], varbinds: number) => (1e6 * median(all, ({ cpuS }) => cpuS)) / varbinds
  const varbinds = median(costs.ours, (cost) => cost.varbinds)
  const theirs = median(costs.snmpbulkwalk, (cost) => cost.varbinds)
  const own = perMillion(costs.ours, varbinds)
  const peer = perMillion(costs.snmpbulkwalk, varbinds)
  const start = perMillion(costs['of which starting'], varbinds)
  const rate = (all: Cost[]) => median(all, (cost) => varbinds / cost.wallS).toFixed(0)
  console.log(
    table([
      ['', 'varbinds', 'varbinds/s', 'CPU-s per million', 'ratio to ours'],
      ['our engine', `${varbinds}`, rate(costs.ours), own.toFixed(2), '1.00'],
      ['snmpbulkwalk', `${theirs}`, rate(costs.snmpbulkwalk), peer.toFixed(2), (peer / own).toFixed(2)],
      ['  without starting', '', '', (peer - start).toFixed(2), ((peer - start) / own).toFixed(2)],
    ]),
  )
  return varbinds === theirs
}

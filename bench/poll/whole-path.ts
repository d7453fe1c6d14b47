/**
 * The whole product: a real collector polls, its increments travel to a real server, which judges them and keeps the numbers in the
 * embedded store. Processor time of both, per varbind that the devices answered. Devices × 48 ports, each asked every `periodS`.
 *
 * O(varbinds), and what a running server costs at rest on top; both are counted.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setInterval as every } from 'node:timers/promises'
import { deviceAddress, type Simulator } from '../peers/build.ts'
import { findBelow, usageOf } from '../process-meter.ts'
import { addDevices, Installation, interfacesKnown, pollEvery } from './installation.ts'

export interface WholePathOptions {
  devices: number
  /** How long it is watched, once every device is polled in its turn. */
  watchS: number
  periodS: number
  /** Processors of server and collector, as taskset names them. */
  cores: string
}

export interface WholePathCost {
  varbinds: number
  collectorCpuS: number
  serverCpuS: number
  collectorRssMiB: number
  serverRssMiB: number
  wallS: number
}

const interfacesEach = 48
const scripts = { server: 'server/src/main.ts', collector: 'collector/src/main.ts' }

export async function wholePath(
  folder: string,
  simulator: Simulator,
  { devices, watchS, periodS, cores }: WholePathOptions,
): Promise<WholePathCost> {
  const dataDir = join(folder, 'installation')
  mkdirSync(dataDir)
  const installation = new Installation(dataDir, cores)
  try {
    const api = await installation.setUp((await installation.start())!)
    const addresses = Array.from({ length: devices }, (_, i) => deviceAddress(i))
    await addDevices(api, addresses, simulator.port)
    await reached('interfaces', devices * interfacesEach, () => interfacesKnown(dataDir))
    await installation.stop()
    await pollEvery(dataDir, periodS)
    await installation.start()
    await steady(simulator, periodS)
    return await watched(installation, simulator, watchS)
  } finally {
    await installation.stop()
  }
}

async function reached(what: string, goal: number, count: () => Promise<number>): Promise<void> {
  for await (const _ of every(2000)) {
    const now = await count()
    process.stderr.write(`${what}: ${now} of ${goal}\n`)
    if (now >= goal) return
  }
}

/** The same number of varbinds in two spans of some periods: everything that a start brings is over. */
async function steady(simulator: Simulator, periodS: number): Promise<void> {
  let [last, before] = [simulator.answered().varbinds, 0]
  for await (const _ of every(5000 * periodS)) {
    const { varbinds } = simulator.answered()
    const grown = varbinds - last
    process.stderr.write(`varbinds a second: ${Math.round(grown / 5 / periodS)}\n`)
    if (grown > 0 && Math.abs(grown - before) < 0.02 * grown) return
    ;[last, before] = [varbinds, grown]
  }
}

async function watched(
  installation: Installation,
  simulator: Simulator,
  watchS: number,
): Promise<WholePathCost> {
  const pids = { server: findBelow(installation.pid, scripts.server), collector: findBelow(installation.pid, scripts.collector) } // prettier-ignore
  const look = () => ({ at: performance.now(), varbinds: simulator.answered().varbinds, server: usageOf(pids.server), collector: usageOf(pids.collector) }) // prettier-ignore
  const from = look()
  for await (const _ of every(watchS * 1000)) break
  const until = look()
  return {
    varbinds: until.varbinds - from.varbinds,
    collectorCpuS: until.collector.cpuS - from.collector.cpuS,
    serverCpuS: until.server.cpuS - from.server.cpuS,
    collectorRssMiB: until.collector.rssMiB,
    serverRssMiB: until.server.rssMiB,
    wallS: (until.at - from.at) / 1000,
  }
}

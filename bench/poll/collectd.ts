import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as after } from 'node:timers/promises'
import { collectd } from '../peers/collectd.ts'
import { endedChildrenCpuS } from '../process-meter.ts'
import type { Bench, Cost, Turns } from './row.ts'

const bulkSize = 25
const runS = 15

/** collectd's SNMP plugin with BulkSize 25, every device each second, until it is stopped; varbinds are those the simulator answered. */
export function collectdBulk(bench: Bench): Turns {
  const { folder, devices, simulator } = bench
  const { command, args } = collectd(folder, { devices, port: simulator.port, bulkSize })
  return { run: () => watch(bench, command, args) }
}

async function watch({ pollerCore, simulator }: Bench, command: string, args: string[]): Promise<Cost> {
  const before = { varbinds: simulator.answered().varbinds, cpuS: endedChildrenCpuS() }
  const startedMs = performance.now()
  const daemon = spawn('taskset', ['-c', `${pollerCore}`, command, ...args], { stdio: 'ignore' })
  const ended = once(daemon, 'exit')
  if ((await Promise.race([after(runS * 1000), ended])) !== undefined) throw new Error('collectd ended')
  const rssMiB = peakRssMiB(daemon.pid!)
  daemon.kill('SIGTERM')
  await ended
  return {
    varbinds: simulator.answered().varbinds - before.varbinds,
    cpuS: endedChildrenCpuS() - before.cpuS,
    wallS: (performance.now() - startedMs) / 1000,
    rssMiB,
  }
}

const peakRssMiB = (pid: number) =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

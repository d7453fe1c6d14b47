import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { endedChildrenCpuS } from '../process-meter.ts'
import type { Cost } from './row.ts'

/** What a poller prints as one line of JSON when it is done. */
interface Told {
  varbinds: number
  failed: number
  rss_mib: number
}

/** Runs a poller to its end on one core. Throws when it fails, or failed to read something. */
export async function runPoller(core: number, command: string, args: string[]): Promise<Cost> {
  const cpuBefore = endedChildrenCpuS()
  const startedMs = performance.now()
  const child = spawn('taskset', ['-c', `${core}`, command, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, MIBS: '' },
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number]>])
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
  const told = JSON.parse(output) as Told
  if (told.failed > 0) throw new Error(`${command} failed to read ${told.failed} times`)
  return {
    varbinds: told.varbinds,
    rssMiB: told.rss_mib,
    cpuS: endedChildrenCpuS() - cpuBefore,
    wallS: (performance.now() - startedMs) / 1000,
  }
}

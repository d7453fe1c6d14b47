/**
 * What the whole demo province costs at rest, every device polled each minute: memory and processor time of server,
 * collector and simulator. `node bench/idle.ts [--minutes 5]`; fails when server and collector together exceed 400 MiB.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setInterval as every } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Device } from '../server/src/api.ts'
import { ApiClient } from '../server/src/cli/api-client.ts'
import { findBelow, usageOf, type Usage } from './process-meter.ts'
import { machine, spreadOf, table } from './report.ts'

const limitMiB = 400
const sampleMs = 5_000
const scripts = {
  server: 'server/src/main.ts',
  collector: 'collector/src/main.ts',
  simulator: 'collector/simulator/main.ts',
}
type Part = keyof typeof scripts
const parts = Object.keys(scripts) as Part[]

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' } } })
const sampleCount = Math.round((Number(values.minutes) * 60_000) / sampleMs)
if (!(sampleCount > 0)) throw new Error(`--minutes ${values.minutes}: more than none`)

const dataDir = mkdtempSync(join(tmpdir(), 'zongheng-bench-'))
const zongheng = fileURLToPath(new URL('../server/bin/zongheng.mjs', import.meta.url))
const demo = spawn(process.execPath, [zongheng, 'demo', '--port', '0', '--data', dataDir, '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const { url, username, password } = await readyLine()
  const api = await ApiClient.signIn(url, username, password)
  const devices = await polledTwice(api)
  const samples = await sampled()
  console.log(`${devices} devices, ${samples.server.length} samples of ${sampleMs / 1000} s\n${machine()}\n`)
  process.exitCode = report(samples) ? 0 : 1
} finally {
  const ended = demo.exitCode === null ? once(demo, 'exit') : undefined
  demo.kill('SIGINT')
  await ended
  rmSync(dataDir, { recursive: true, force: true })
}

async function readyLine(): Promise<{ url: string; username: string; password: string }> {
  const ended = once(demo, 'exit').then(([code]): never => {
    throw new Error(`the demo ended with ${code} before it was ready`)
  })
  const [line] = (await Promise.race([once(createInterface({ input: demo.stdout }), 'line'), ended])) as [
    string,
  ]
  ended.catch(() => {}) // later ends are told by what follows
  return JSON.parse(line)
}

/** Waits until every device was polled at two instants; answers how many there are. */
async function polledTwice(api: ApiClient): Promise<number> {
  const first = new Map<string, number>()
  const twice = new Set<string>()
  for await (const _ of every(sampleMs)) {
    const devices = await api.all<Device>('/devices')
    for (const { id, polledAt } of devices) {
      if (polledAt === null) continue
      if (!first.has(id)) first.set(id, polledAt)
      else if (polledAt > first.get(id)!) twice.add(id)
    }
    console.error(`polled once ${first.size}, twice ${twice.size} of ${devices.length}`)
    if (twice.size === devices.length) return devices.length
  }
  throw new Error('never reached')
}

type Samples = Record<Part, (Usage & { cpuPercent: number })[]>

async function sampled(): Promise<Samples> {
  const pids = parts.map((part) => findBelow(demo.pid!, scripts[part]))
  const samples: Samples = { server: [], collector: [], simulator: [] }
  let before = pids.map(usageOf)
  let beforeMs = performance.now()
  for await (const _ of every(sampleMs)) {
    const now = pids.map(usageOf)
    const elapsedS = (performance.now() - beforeMs) / 1000
    for (const [i, part] of parts.entries()) {
      const cpuPercent = (100 * (now[i]!.cpuS - before[i]!.cpuS)) / elapsedS
      samples[part].push({ ...now[i]!, cpuPercent })
    }
    before = now
    beforeMs = performance.now()
    if (samples.server.length >= sampleCount) break
  }
  return samples
}

/** Prints the table; answers whether the limit is kept. */
function report(samples: Samples): boolean {
  const together = samples.server.map((server, i) => server.rssMiB + samples.collector[i]!.rssMiB)
  const row = (name: string, values: number[]) => {
    const { min, median, max } = spreadOf(values)
    return [name, ...[min, median, max].map((value) => value.toFixed(1))]
  }
  const rows = [
    ['', 'min', 'median', 'max'],
    ...parts.map((part) => row(`${part} RSS, MiB`, samples[part].map(({ rssMiB }) => rssMiB))), // prettier-ignore
    ...parts.map((part) => row(`${part} PSS, MiB`, samples[part].map(({ pssMiB }) => pssMiB))), // prettier-ignore
    ...parts.map((part) => row(`${part} CPU, % of a core`, samples[part].map(({ cpuPercent }) => cpuPercent))), // prettier-ignore
    row('server + collector RSS, MiB', together),
    row(
      'server + collector PSS, MiB',
      samples.server.map(({ pssMiB }, i) => pssMiB + samples.collector[i]!.pssMiB),
    ),
  ]
  console.log(table(rows))
  const { max } = spreadOf(together)
  const isKept = max <= limitMiB
  console.error(
    `${isKept ? 'holds' : 'MISSED'}: server + collector resident, MiB ${max.toFixed(1)} ≤ ${limitMiB}`,
  )
  return isKept
}

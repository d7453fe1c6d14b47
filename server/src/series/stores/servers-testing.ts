/** Debian's real servers, each on a folder and a port of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../daemon-testing.ts'

export interface TestServer {
  /** As `seriesUrl`. */
  url: string
  port: number
  folder: string
  /** Of its process. */
  pid: () => number
  /** As a crash would; what it holds stays. */
  kill: () => Promise<void>
  start: () => Promise<void>
  stop: () => Promise<void>
}

const programs = { victoriametrics: '/usr/bin/victoria-metrics', influxdb: '/usr/bin/influxd' } as const
export type ServerKind = keyof typeof programs

export const isInstalled = (kind: ServerKind) => existsSync(programs[kind])

export async function startServer(kind: ServerKind, flags?: string[]): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), `${kind}-`))
  const [port, second] = [await freePort(), await freePort()]
  const args = kind === 'influxdb' ? influxArgs(folder, port, second) : victoriaArgs(folder, port, flags)
  let child: ChildProcess
  const server: TestServer = {
    url:
      kind === 'influxdb'
        ? `influxdb+http://127.0.0.1:${port}/zongheng`
        : `victoriametrics+http://127.0.0.1:${port}`,
    port,
    folder,
    pid: () => child.pid!,
    start: async () => {
      child = spawn(programs[kind], args, { stdio: 'ignore' })
      await answering(`http://127.0.0.1:${port}${kind === 'influxdb' ? '/ping' : '/health'}`, child)
    },
    kill: async () => {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
    stop: async () => {
      await server.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  if (kind === 'influxdb') await createDatabase(port)
  return server
}

export const neededFlags = ['-retentionPeriod=100y', '-dedup.minScrapeInterval=1ms']

const victoriaArgs = (folder: string, port: number, flags = neededFlags) => [
  `-storageDataPath=${folder}`,
  `-httpListenAddr=127.0.0.1:${port}`,
  ...flags,
]

function influxArgs(folder: string, port: number, backupPort: number): string[] {
  const file = join(folder, 'influx.conf')
  writeFileSync(
    file,
    `reporting-disabled = true
bind-address = "127.0.0.1:${backupPort}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  index-version = "tsi1"
  max-values-per-tag = 0
  cache-snapshot-write-cold-duration = "1s"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
`,
  )
  return ['-config', file]
}

async function createDatabase(port: number): Promise<void> {
  const body = new URLSearchParams({ q: 'CREATE DATABASE zongheng' })
  const answer = await fetch(`http://127.0.0.1:${port}/query`, { method: 'POST', body })
  if (!answer.ok) throw new Error(`influxd: ${answer.status}`)
}

const everyMs = 50

async function answering(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const isUp = await fetch(url).then((answer) => answer.ok, () => false) // prettier-ignore
    if (isUp) return
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  throw new Error(`${child.spawnfile} ended with ${child.exitCode}`)
}

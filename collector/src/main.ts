/**
 * A collector as a process: `main.ts --server URL --data DIR [--name NAME] [--token TOKEN] [--ca FILE] [--spool-gib N] [--metrics-port N]`. The collector beside the
 * server is told who it is by ZONGHENG_COLLECTOR_ID and ZONGHENG_COLLECTOR_KEY, and by which certificate it knows the server by
 * ZONGHENG_SERVER_CERTIFICATE. Where it hears traps and syslog: listen/settings.ts. Logs are JSON lines on stderr.
 */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { parseArgs } from 'node:util'
import pino from 'pino'
import { startCollector, type Collector } from './collector.ts'
import { FolderInUse, lockFolder } from './folder-lock.ts'
import { listenSettings, ListenSettingError } from './listen/settings.ts'
import type { ListenOptions } from './listen/ports.ts'
import { EnrolmentError, joinServer } from './membership.ts'
import type { Trust } from './trust.ts'
import { tryRelease } from './upgrade/trial.ts'

const usage =
  'collector --server URL --data DIR [--name NAME] [--token TOKEN] [--ca FILE] [--spool-gib N] [--metrics-port N]'
const leastSpoolBytes = 0.05 * 1024 ** 3
const stopWithinMs = 3_000
const lookForLauncherMs = 1_000

const log = pino(
  { name: 'collector', level: process.env.ZONGHENG_LOG_LEVEL ?? 'info' },
  pino.destination({ dest: 2, sync: true }),
)

class UsageError extends Error {}

interface Settings {
  server: string
  dataFolder: string
  name: string
  token?: string
  given?: { collectorId: string; key: string }
  trust?: Trust
  maxSpoolBytes?: number
  metrics?: { port: number; host?: string }
  listen: ListenOptions
}

function readSettings(): Settings {
  const {
    server,
    data,
    name = hostname(),
    token,
    ca,
    'spool-gib': gib = process.env.ZONGHENG_SPOOL_GIB,
    'metrics-port': metricsPort = process.env.ZONGHENG_METRICS_PORT,
  } = readArguments()
  if (!server || !data || !URL.canParse(server)) throw new UsageError(`usage: ${usage}`)
  const { ZONGHENG_COLLECTOR_ID: collectorId, ZONGHENG_COLLECTOR_KEY: key } = process.env
  delete process.env.ZONGHENG_COLLECTOR_KEY // what it starts inherits the rest
  const trust = trustIn(ca, process.env.ZONGHENG_SERVER_CERTIFICATE)
  return {
    server,
    dataFolder: data,
    name,
    token,
    ...(collectorId && key ? { given: { collectorId, key } } : {}),
    ...(trust ? { trust } : {}),
    ...(gib ? { maxSpoolBytes: bytesOf(gib) } : {}),
    ...(metricsPort ? { metrics: metricsAt(metricsPort, process.env.ZONGHENG_METRICS_HOST) } : {}),
    listen: listenSettings(process.env),
  }
}

/** This machine alone, unless another address is named. */
function metricsAt(text: string, host = '127.0.0.1'): { port: number; host: string } {
  const port = Number(text)
  if (!(Number.isInteger(port) && port > 0 && port <= 65535))
    throw new UsageError(`--metrics-port: ${text} is no port`)
  return { port, host }
}

function bytesOf(gib: string): number {
  const bytes = Math.floor(Number(gib) * 1024 ** 3)
  if (!(bytes >= leastSpoolBytes)) throw new UsageError(`--spool-gib: ${gib} is not a number from 0.05`)
  return bytes
}

function trustIn(ca: string | undefined, certificate: string | undefined): Trust | undefined {
  const [file, kind] = ca ? ([ca, 'authority'] as const) : ([certificate, 'certificate'] as const)
  if (!file) return undefined
  if (!existsSync(file)) throw new UsageError(`no file at ${file}`)
  return { kind, file }
}

function readArguments() {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      options: {
        server: text,
        data: text,
        name: text,
        token: text,
        ca: text,
        'spool-gib': text,
        'metrics-port': text,
      },
    }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nusage: ${usage}`)
  }
}

let collector: Collector | undefined
let stopping: Promise<void> | undefined

/** `status`: what the launcher, or whoever started us, is to make of it. */
function stop(reason: string, status = 0): void {
  stopping ??= (async () => {
    log.info({ reason }, 'stopping')
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    await collector?.stop()
    process.exit(status)
  })().catch((err: unknown) => {
    log.error({ err }, 'not stopped cleanly')
    process.exit(1)
  })
}

/** Whoever takes its place starts another collector on the same folder; nobody else starts the next release. */
function endWithLauncher(): void {
  const launcher = process.ppid
  if (process.env.ZONGHENG_LAUNCHER !== '1') return
  setInterval(() => process.ppid === launcher || stop('the launcher is gone', 1), lookForLauncherMs).unref()
}

async function start(): Promise<void> {
  endWithLauncher()
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('disconnect', () => stop('the parent is gone'))
  // Ctrl-C reaches the whole process group; with a parent, it is the parent that says when to stop
  process.on('SIGINT', () => process.connected || stop('SIGINT'))
  try {
    const settings = readSettings()
    await mkdir(settings.dataFolder, { recursive: true, mode: 0o700 })
    const { server, dataFolder, trust, maxSpoolBytes, metrics, listen } = settings
    await lockFolder(dataFolder)
    const membership = await joinServer(settings)
    const given = {
      ...(trust ? { trust } : {}),
      ...(maxSpoolBytes ? { maxSpoolBytes } : {}),
      ...(metrics ? { metrics } : {}),
      listen,
    }
    const onUpgrade = (release: string) => stop(`${release} is tried`, tryRelease)
    collector = await startCollector({ server, dataFolder, membership, ...given, log, onUpgrade })
  } catch (error) {
    const isExpected = [EnrolmentError, FolderInUse, UsageError, ListenSettingError].some(
      (known) => error instanceof known,
    )
    if (isExpected) process.stderr.write(`${(error as Error).message}\n`)
    else log.fatal({ err: error }, 'collector not started')
    process.exit(isExpected ? 2 : 1)
  }
}

if (import.meta.main) await start()

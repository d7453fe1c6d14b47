import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { envName, secretVariables, type Config, type ConfigName } from '../config.ts'
import { divisionsOf } from '../identity/regions/divisions.ts'
import type { CollectorConnected, ServerMessage, ServerReady } from '../ready.ts'
import { Child, firstLine, firstMessage } from './child.ts'

const script = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

export interface SimulatorReady {
  port: number
  control: string
}

export interface PlatformOptions {
  /** What to set beyond the environment and the file. */
  settings: Partial<Config>
  dataDir: string
  collectorName: string
  /** The demo's simulator: its province, the UDP port it had before (0: any), and the password of its control. */
  simulator?: { provinceCode: string; port: number; token: string }
  report: (line: string) => void
}

export interface PlatformReady {
  server: ServerReady
  simulator: SimulatorReady | undefined
  /** Resolves when the local collector has reached the server. */
  collectorConnected: Promise<void>
}

// Within ten seconds all are gone.
const graceMs = { collector: 4000, server: 4000, simulator: 1500 }

/** The processes of one installation, started from the bottom up and stopped from the top down. */
export class Platform {
  readonly #options: PlatformOptions
  readonly #settings: Partial<Config>
  #simulator: Child<SimulatorReady> | undefined
  #server: Child<ServerReady> | undefined
  #collector: Child<void> | undefined
  #stopped = false

  constructor(options: PlatformOptions) {
    this.#options = options
    this.#settings = { ...options.settings }
  }

  async start(): Promise<PlatformReady> {
    const simulator = await this.#startSimulator()
    const connected = Promise.withResolvers<void>()
    const server = await this.#startServer(() => connected.resolve())
    await this.#startCollector(server)
    if (!server.collector) connected.resolve()
    return { server, simulator, collectorConnected: connected.promise }
  }

  /** What is running, for tests that kill it. */
  get pids() {
    return { server: this.#server?.pid, collector: this.#collector?.pid, simulator: this.#simulator?.pid }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#collector?.stop(graceMs.collector)
    await this.#server?.stop(graceMs.server)
    await this.#simulator?.stop(graceMs.simulator)
  }

  /** A stop may come while a start is under way. */
  #child<Ready>(...args: ConstructorParameters<typeof Child<Ready>>): Child<Ready> {
    if (this.#stopped) throw new Error('stopped while starting')
    return new Child(...args)
  }

  async #startSimulator(): Promise<SimulatorReady | undefined> {
    const { simulator: wanted, dataDir, report } = this.#options
    if (!wanted) return undefined
    const divisionsFile = join(dataDir, 'divisions.json')
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    writeFileSync(divisionsFile, JSON.stringify(divisionsOf(wanted.provinceCode)))
    let known: SimulatorReady = { port: wanted.port, control: 'http://127.0.0.1:0' }
    const child = this.#child<SimulatorReady>(
      {
        name: 'simulator',
        script: script('collector/simulator/main.ts'),
        args: () => [
          '--port',
          `${known.port}`,
          '--control',
          new URL(known.control).port || '0',
          '--divisions',
          divisionsFile,
        ],
        env: () => ({ ...noSecrets, ZONGHENG_SIMULATOR_TOKEN: wanted.token }),
        ready: firstLine<SimulatorReady>,
      },
      report,
    )
    this.#simulator = child
    known = await child.start()
    const { port, control } = known
    Object.assign(this.#settings, {
      demo: true,
      demoProvince: wanted.provinceCode,
      simulatorPort: port,
      simulatorUrl: control,
      simulatorToken: wanted.token,
    })
    return known
  }

  async #startServer(onConnected: () => void): Promise<ServerReady> {
    const child = this.#child<ServerReady>(
      {
        name: 'server',
        script: script('server/src/main.ts'),
        env: () => envOf(this.#settings),
        ready: (process) => {
          void firstMessage(process, isConnected).then(onConnected)
          return firstMessage(process, isReady)
        },
      },
      this.#options.report,
    )
    this.#server = child
    const ready = await child.start()
    this.#settings.port = portOf(new URL(ready.url))
    return ready
  }

  async #startCollector({ collector, url, certificate }: ServerReady): Promise<void> {
    if (!collector) return
    const { dataDir, collectorName, report } = this.#options
    const child = this.#child<void>(
      {
        name: 'collector',
        script: script('collector/src/main.ts'),
        args: () => ['--server', url, '--data', join(dataDir, 'collector'), '--name', collectorName],
        env: () => ({
          ...noSecrets,
          ...envOf({ logLevel: this.#settings.logLevel }),
          ...(certificate ? { ZONGHENG_SERVER_CERTIFICATE: certificate } : {}),
          ...(this.#options.simulator ? demoPorts() : {}),
          ZONGHENG_COLLECTOR_ID: collector.id,
          ZONGHENG_COLLECTOR_KEY: collector.key,
        }),
        ready: async () => {},
      },
      report,
    )
    this.#collector = child
    await child.start()
  }
}

const portOf = ({ port, protocol }: URL) => Number(port || (protocol === 'https:' ? 443 : 80))

/** A demo needs no rights, and several may run beside one another. */
const demoPorts = () => ({
  ZONGHENG_TRAP_PORTS: process.env.ZONGHENG_TRAP_PORTS ?? '1162,0',
  ZONGHENG_SYSLOG_PORTS: process.env.ZONGHENG_SYSLOG_PORTS ?? '1514,0',
})

/** Variables that the server alone is to know. */
const noSecrets = Object.fromEntries(secretVariables.map((name) => [name, undefined]))

function envOf(settings: Partial<Config>): Record<string, string> {
  const set = Object.entries(settings).filter(([, value]) => value !== undefined)
  return Object.fromEntries(set.map(([name, value]) => [envName(name as ConfigName), String(value)]))
}

const isReady = (message: unknown): message is ServerReady => (message as ServerMessage).kind === 'ready'
const isConnected = (message: unknown): message is CollectorConnected =>
  (message as ServerMessage).kind === 'collector-connected'

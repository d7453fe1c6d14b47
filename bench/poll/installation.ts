/** `zongheng serve` on a folder of its own, set up over its API as an administrator would, every device polled each second. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Collector, Device, Region } from '../../server/src/api.ts'
import { ApiClient } from '../../server/src/cli/api-client.ts'
import { openDatabase } from '../../server/src/db/database.ts'

const zongheng = fileURLToPath(new URL('../../server/src/cli/main.ts', import.meta.url))
const provinceCode = '130000'
const password = 'Bench-passw0rd-of-nobody'
const accounts = ['systemAdmin', 'securityAdmin', 'auditAdmin', 'networkAdmin'] as const
const community = { version: '2c', community: 'public' } as const

export class Installation {
  readonly dataDir: string
  /** Processors it may run on, as taskset names them. */
  readonly #cores: string
  #process: ChildProcess | undefined
  #url = ''

  constructor(dataDir: string, cores: string) {
    this.dataDir = dataDir
    this.#cores = cores
  }

  get pid(): number {
    return this.#process!.pid!
  }

  /** Answers the setup code of a new one. */
  async start(): Promise<string | undefined> {
    const args = ['--disable-warning=ExperimentalWarning', zongheng, 'serve', '--port', '0', '--data', this.dataDir] // prettier-ignore
    this.#process = spawn('taskset', ['-c', this.#cores, process.execPath, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8', ZONGHENG_LOG_LEVEL: 'error' },
    })
    let code: string | undefined
    for await (const line of createInterface({ input: this.#process.stdout! })) {
      this.#url = /^console +(http\S+)/.exec(line)?.[1] ?? this.#url
      code = /^setup code +(\S+)/.exec(line)?.[1] ?? code
      if (line.startsWith('Ctrl-C')) return code
    }
    throw new Error('zongheng serve ended before it was ready')
  }

  async stop(): Promise<void> {
    if (!this.#process || this.#process.exitCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await ended
  }

  async setUp(setupCode: string): Promise<ApiClient> {
    const account = (username: string) => ({ username: username.toLowerCase(), displayName: username, password }) // prettier-ignore
    const answer = await fetch(`${this.#url}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        setupCode,
        provinceCode,
        organisation: 'Bench',
        ...Object.fromEntries(accounts.map((name) => [name, account(name)])),
      }),
    })
    if (!answer.ok) throw new Error(`not set up: ${answer.status} ${await answer.text()}`)
    return this.signIn()
  }

  signIn = () => ApiClient.signIn(this.#url, 'networkadmin', password)
}

/** Adds these devices over the API, spread over the cities. */
export async function addDevices(api: ApiClient, addresses: string[], port: number): Promise<void> {
  const cities = (await api.all<Region>('/regions')).filter(({ tier }) => tier === 'city')
  const { items: collectors } = await api.get<{ items: Collector[] }>('/collectors')
  for (const [i, address] of addresses.entries())
    await api.post<Device>('/devices', {
      address,
      port,
      name: `SW-${i}`,
      role: 'access-switch',
      regionId: cities[i % cities.length]!.id,
      collectorId: collectors[0]!.id,
      snmp: community,
    })
}

/** What the API does not allow: no administrator should poll each second. */
export async function pollEvery(dataDir: string, seconds: number): Promise<void> {
  const db = openDatabase(`sqlite:${join(dataDir, 'zongheng.db')}`)
  await db.updateTable('devices').set({ poll_interval_s: seconds }).execute()
  await db.destroy()
}

export async function interfacesKnown(dataDir: string): Promise<number> {
  const db = openDatabase(`sqlite:${join(dataDir, 'zongheng.db')}`)
  const { count } = await db.selectFrom('interfaces').select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow() // prettier-ignore
  await db.destroy()
  return Number(count)
}

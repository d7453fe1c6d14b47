import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** One session goes through a morning's pages in a minute. */
const eager = { ZONGHENG_REQUESTS_PER_MINUTE: '6000' }

export interface DemoAccount {
  username: string
  password: string
  role: string
  displayName: string
}
type Printed = { url: string; username: string; password: string; accounts: DemoAccount[] }

/** A demo of its own, on a throw-away data folder, and its API as the console's user. */
export class Demo {
  readonly url: string
  readonly username: string
  readonly password: string
  readonly accounts: DemoAccount[]
  readonly #process: ChildProcess
  readonly #dataDir: string
  #cookie = ''

  private constructor(process: ChildProcess, dataDir: string, printed: Printed) {
    this.#process = process
    this.#dataDir = dataDir
    this.url = printed.url
    this.username = printed.username
    this.password = printed.password
    this.accounts = printed.accounts
  }

  static async start(province: string): Promise<Demo> {
    const dataDir = mkdtempSync(join(tmpdir(), 'zongheng-e2e-'))
    const args = ['server/src/cli/main.ts', 'demo', '--port', '0', '--data', dataDir, '--province', province]
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args, '--json'], {
      cwd: root,
      env: { ...process.env, ...eager },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const demo = new Demo(child, dataDir, JSON.parse(line))
    const { username, password } = demo
    const answer = await demo.#ask('POST', '/session', { username, password })
    demo.#cookie = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ') // prettier-ignore
    return demo
  }

  /** Whoever has this role. */
  account(role: string): DemoAccount {
    return this.accounts.find((account) => account.role === role)!
  }

  async get<T>(path: string): Promise<T> {
    return (await (await this.#ask('GET', path)).json()) as T
  }
  async post<T>(path: string, body: unknown): Promise<T> {
    return (await (await this.#ask('POST', path, body)).json()) as T
  }
  /** The first page of a list: of so small a province, all of it. */
  async all<T>(path: string): Promise<T[]> {
    return (await this.get<{ items: T[] }>(`${path}${path.includes('?') ? '&' : '?'}limit=200`)).items
  }

  async #ask(method: string, path: string, body?: unknown): Promise<Response> {
    const headers = {
      cookie: this.#cookie,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) }) // prettier-ignore
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGINT')
    await once(this.#process, 'exit')
    rmSync(this.#dataDir, { recursive: true })
  }
}

/** Asks again and again until the answer is neither false nor nothing. */
export async function until<T>(what: string, ask: () => Promise<T | false | undefined>): Promise<T> {
  const endMs = Date.now() + 180_000
  for (;;) {
    const answer = await ask()
    if (answer !== false && answer !== undefined) return answer
    if (Date.now() > endMs) throw new Error(`${what}: not within 180 s`)
    await delay(500)
  }
}

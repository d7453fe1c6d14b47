/** For tests of the whole: the demo as its own process, watched and struck from outside. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { MetricName } from '@zongheng/inventory/metric.ts'
import { SeriesFile } from '../series/file.ts'
import { createPostgres } from '../testing.ts'
import { ApiClient } from './api-client.ts'
import { Failure } from './failure.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const scripts = { server: 'server/src/main.ts', collector: 'collector/src/main.ts' }
const askEveryMs = 500

/** A dozen tests ask one session again and again. */
const eager = { ZONGHENG_REQUESTS_PER_MINUTE: '6000' }

/** A demo on a data folder of its own; on PostgreSQL when TEST_DATABASE_URL names one. */
export class DemoProcess {
  readonly dataDir: string
  readonly databaseUrl: string
  readonly api: ApiClient
  readonly #process: ChildProcess
  readonly #drop: () => Promise<void>

  private constructor(
    process: ChildProcess,
    api: ApiClient,
    place: { dataDir: string; databaseUrl: string; drop: () => Promise<void> },
  ) {
    this.#process = process
    this.api = api
    this.dataDir = place.dataDir
    this.databaseUrl = place.databaseUrl
    this.#drop = place.drop
  }

  static async start(): Promise<DemoProcess> {
    const dataDir = mkdtempSync(join(tmpdir(), 'zongheng-loop-test-'))
    const postgres = process.env.TEST_DATABASE_URL
      ? await createPostgres(process.env.TEST_DATABASE_URL)
      : undefined
    const args = [
      '--disable-warning=ExperimentalWarning',
      main,
      'demo',
      '--port',
      '0',
      '--data',
      dataDir,
      '--json',
    ]
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...eager, ...(postgres ? { DATABASE_URL: postgres.url } : {}) },
    })
    const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
    const { url, username, password } = JSON.parse(line) as Record<'url' | 'username' | 'password', string>
    return new DemoProcess(child, await ApiClient.signIn(url, username, password), {
      dataDir,
      databaseUrl: postgres?.url ?? `sqlite:${join(dataDir, 'zongheng.db')}`,
      drop: postgres?.drop ?? (async () => {}),
    })
  }

  /** Ends one of its processes as a crash does; answers when another has taken its place, UTC epoch ms. */
  async kill(name: keyof typeof scripts): Promise<number> {
    const before = this.#pidOf(name)!
    process.kill(before, 'SIGKILL')
    await until(`another ${name}`, 60_000, async () => {
      const pid = this.#pidOf(name)
      return pid !== undefined && pid !== before
    })
    return Date.now()
  }

  #pidOf(name: keyof typeof scripts): number | undefined {
    const children = readFileSync(`/proc/${this.#process.pid}/task/${this.#process.pid}/children`, 'utf8')
    const pid = children.trim().split(' ').find((one) => commandOf(one).includes(scripts[name])) // prettier-ignore
    return pid === undefined ? undefined : Number(pid)
  }

  /** Ends it as Ctrl-C does; its data stay. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return
    this.#process.kill('SIGINT')
    await once(this.#process, 'exit')
  }

  async remove(): Promise<void> {
    await this.stop()
    await this.#drop()
    rmSync(this.dataDir, { recursive: true })
  }
}

/** What the series file of a stopped demo has committed. */
export class CommittedSeries {
  readonly #db: DatabaseSync
  readonly #file: SeriesFile

  constructor(file: string) {
    this.#file = new SeriesFile(file)
    this.#db = new DatabaseSync(file, { readOnly: true })
  }

  /** How many batches ever were: each was one row, counted on even when rows are packed. */
  get batches(): number {
    return Number(this.#db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").get()!.seq)
  }

  /** The last batch of each collector's streams; the server's own, of how collectors fare, are none. */
  get marks(): { lane: string; seq: number }[] {
    const marks = this.#db.prepare("SELECT lane, seq FROM marks WHERE collector <> 'server'")
    return marks.all() as { lane: string; seq: number }[]
  }

  has(entity: string, metric: MetricName): boolean {
    return this.#file.queries.last([{ entity, metric }], 0).length > 0
  }

  /** Of a counter, in time order; epoch ms. */
  increments(entity: string, metric: MetricName): { start: number; at: number }[] {
    const [samples] = this.#file.queries.raw([{ entity, metric }], { from: 0, until: Date.now() })
    return samples!.atMs.map((at, i) => ({ start: samples!.startMs![i]!, at }))
  }
}

/** Empty when the process has just gone. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code!)) return ''
    throw error
  }
}

/**
 * Asks again and again until the answer is neither false nor nothing; what refuses (a server that is just starting) is asked
 * again. Throws with the last answer after `withinMs`.
 */
export async function until<T>(
  what: string,
  withinMs: number,
  ask: () => Promise<T | false | undefined>,
  explain: () => Promise<unknown> = async () => undefined,
): Promise<T> {
  const endMs = Date.now() + withinMs
  let refusal = ''
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== false && answer !== undefined) return answer
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      refusal = error.message
    }
    if (Date.now() > endMs) break
    await delay(askEveryMs)
  }
  const found = JSON.stringify(await explain().catch(String), null, 1)
  throw new Error(`not within ${withinMs / 1000} s: ${what} ${refusal}\n${found ?? ''}`.trimEnd())
}

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { compileCache } from './compiled.ts'
import { Failure } from './failure.ts'

const firstWaitMs = 500
const longestWaitMs = 30_000
/** Whoever ran this long may crash again without waiting longer than the first time. */
const provenAfterMs = 60_000

/** A small young generation and an early collection of the old one: half the memory, for a few percent of a core. */
export const nodeOptions = [
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=4',
  '--heap-growing-percent=20',
]

export interface ChildSpec<Ready> {
  name: string
  script: string
  /** Asked anew for each start: a restart keeps the ports of the first. */
  args?: () => string[]
  /** Undefined: not what we were given ourselves. */
  env?: () => Record<string, string | undefined>
  /** Resolves once the process does its work; until then it is starting. */
  ready: (child: ChildProcess) => Promise<Ready>
}

/** One of our own processes, kept running until it is told to stop. */
export class Child<Ready> {
  readonly #spec: ChildSpec<Ready>
  readonly #report: (line: string) => void
  readonly #stopping = new AbortController()
  #process: ChildProcess | undefined

  constructor(spec: ChildSpec<Ready>, report: (line: string) => void) {
    this.#spec = spec
    this.#report = report
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Starts it and waits until it is ready. From then on it is started again whenever it ends unasked. */
  async start(): Promise<Ready> {
    const ready = await this.#launch()
    void this.#keepRunning()
    return ready
  }

  async #launch(): Promise<Ready> {
    const { script, args, env, ready, name } = this.#spec
    const child = fork(script, args?.() ?? [], {
      env: { MALLOC_ARENA_MAX: '2', NODE_COMPILE_CACHE: compileCache, ...process.env, ...env?.() },
      execArgv: nodeOptions,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    this.#process = child
    // Nothing but a ready line is expected on stdout: ours is kept clean for --json.
    child.stdout!.resume()
    const ended = ending(child).then((reason): never => {
      throw new Failure(`${name} ended while starting (${reason})`)
    })
    ended.catch(() => {}) // after the start, #keepRunning watches
    return Promise.race([ready(child), ended])
  }

  async #keepRunning(): Promise<void> {
    let waitMs = firstWaitMs
    while (!this.#stopping.signal.aborted) {
      const startedAt = Date.now()
      const reason = await ending(this.#process!)
      if (this.#stopping.signal.aborted) return
      if (Date.now() - startedAt > provenAfterMs) waitMs = firstWaitMs
      this.#report(`${this.#spec.name} ended (${reason}), starting it again`)
      await delay(waitMs, undefined, { signal: this.#stopping.signal }).catch(ignoreAbort)
      if (this.#stopping.signal.aborted) return
      waitMs = Math.min(waitMs * 2, longestWaitMs)
      await this.#launch().catch((error: Error) => this.#report(error.message))
    }
  }

  /** SIGTERM; SIGKILL when that did not end it in time. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort()
    const child = this.#process
    if (!child || hasEnded(child)) return
    const gone = ending(child)
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await gone
    clearTimeout(timer)
  }
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

async function ending(child: ChildProcess): Promise<string> {
  if (!hasEnded(child)) await once(child, 'exit')
  return child.signalCode ?? `code ${child.exitCode}`
}

function ignoreAbort(error: Error): void {
  if (error.name !== 'AbortError') throw error
}

/** The first message over IPC that `matches`. */
export function firstMessage<T>(
  child: ChildProcess,
  matches: (message: unknown) => message is T,
): Promise<T> {
  return new Promise((resolve) => {
    child.on('message', function take(message) {
      if (!matches(message)) return
      child.off('message', take)
      resolve(message)
    })
  })
}

/** The first line on stdout, as JSON. */
export function firstLine<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout!.setEncoding('utf8').on('data', function take(chunk: string) {
      text += chunk
      const end = text.indexOf('\n')
      if (end < 0) return
      child.stdout!.off('data', take)
      child.stdout!.resume()
      try {
        resolve(JSON.parse(text.slice(0, end)) as T)
      } catch (error) {
        reject(new Error(`expected a line of JSON, got ${text.slice(0, 80)}`, { cause: error }))
      }
    })
  })
}

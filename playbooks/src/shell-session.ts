import type { Client, ClientChannel } from 'ssh2'
import { BoundedOutput } from './bounded.ts'
import type { SshTarget } from './connect.ts'
import type { Platform } from './platforms.ts'
import { anyName, promptPattern } from './prompt.ts'
import { isPager, readable } from './screen.ts'
import { SessionError, type SessionErrorCode } from './session-error.ts'
import type { CommandOutput, Session } from './session.ts'

const readyTimeoutMs = 15_000
const passwordQuestion = /password\s*:$/i
/** Asked at sign-in, as whether to change the password now; nothing is changed. */
const yesNoQuestion = /\[y\/n\]\s*[:?]?$/i
const screen = { cols: 511, rows: 1000, term: 'vt100' } as const

interface Wait {
  done: (line: string) => boolean
  resolve: () => void
  fail: (code: SessionErrorCode, text: string) => void
}

/** A conversation with a command line: one command at a time, each ended by the prompt. */
export class ShellSession implements Session {
  readonly #client: Client
  readonly #channel: ClientChannel
  readonly #platform: Platform
  #signal: AbortSignal | undefined
  #prompt: RegExp
  #heard = new BoundedOutput()
  #waiting: Wait | null = null
  #open = true

  private constructor(client: Client, channel: ClientChannel, platform: Platform, signal?: AbortSignal) {
    this.#client = client
    this.#channel = channel
    this.#platform = platform
    this.#prompt = promptPattern(platform.prompt, anyName)
    this.#signal = signal
    channel.on('data', (chunk: Buffer) => this.#hear(chunk))
    channel.on('close', () => this.#end('disconnected', 'the device hung up'))
    client.on('close', () => this.#end('disconnected', 'the connection broke'))
    signal?.addEventListener('abort', () => this.#end('aborted', 'cancelled'))
  }

  static async open(
    client: Client,
    platform: Platform,
    target: SshTarget,
    signal?: AbortSignal,
  ): Promise<ShellSession> {
    const session = new ShellSession(client, await openShell(client, signal), platform, signal)
    await session.#learnPrompt()
    for (const command of platform.pagerOff) await session.run(command, readyTimeoutMs)
    if (platform.enable && target.enablePassword)
      await session.#raiseLevel(platform.enable, target.enablePassword)
    return session
  }

  get alive(): boolean {
    return this.#open
  }

  async run(command: string, timeoutMs: number): Promise<CommandOutput> {
    await this.#say(`${command}\n`, (line) => this.#prompt.test(line), timeoutMs, `"${command}"`)
    return { output: this.#answer(command), cut: this.#heard.cut, exitCode: null }
  }

  close(): void {
    this.#open = false
    this.#client.end()
  }

  /** The same prompt twice in a row, asked for by an empty line: a banner may look like a prompt once. */
  async #learnPrompt(): Promise<void> {
    const candidate = () => this.#prompt.exec(this.#lastLine())?.[1]
    const seen = (line: string) => this.#prompt.test(line)
    await this.#say('', seen, readyTimeoutMs, 'signing in', 'no-prompt')
    for (let tries = 0; tries < 5; tries++) {
      const name = candidate()
      await this.#say('\n', seen, readyTimeoutMs, 'signing in', 'no-prompt')
      if (name === undefined || name !== candidate()) continue
      this.#prompt = promptPattern(this.#platform.prompt, name)
      return
    }
    throw new SessionError('no-prompt', 'signing in: the prompt changes with every line')
  }

  async #raiseLevel(command: string, password: string): Promise<void> {
    const answered = (line: string) => passwordQuestion.test(line) || this.#prompt.test(line)
    await this.#say(`${command}\n`, answered, readyTimeoutMs, `"${command}"`)
    if (!passwordQuestion.test(this.#lastLine())) return
    await this.#say(`${password}\n`, answered, readyTimeoutMs, `"${command}"`)
    if (passwordQuestion.test(this.#lastLine()))
      throw new SessionError('authentication', `the password for "${command}" was not accepted`)
  }

  /** Writes, then waits until the line last heard says that the device has done. */
  async #say(
    text: string,
    done: Wait['done'],
    timeoutMs: number,
    what: string,
    late: SessionErrorCode = 'timeout',
  ) {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const output = () => readable(this.#heard.text())
    const fail = (code: SessionErrorCode, why: string) =>
      reject(new SessionError(code, `${what}: ${why}`, { output: output() }))
    const timer = setTimeout(() => this.#end(late, `no prompt within ${timeoutMs} ms`), timeoutMs)
    if (text) this.#heard = new BoundedOutput()
    this.#waiting = { done, resolve, fail }
    try {
      if (this.#signal?.aborted) fail('aborted', 'cancelled')
      else if (!this.#open) fail('disconnected', 'the session has ended')
      else this.#channel.write(text)
      await promise
    } finally {
      this.#waiting = null
      clearTimeout(timer)
    }
  }

  #hear(chunk: Buffer): void {
    this.#heard.push(chunk)
    if (!this.#waiting) return
    const line = this.#lastLine()
    if (this.#waiting.done(line)) return this.#waiting.resolve()
    if (isPager(line)) this.#reply(' ')
    else if (yesNoQuestion.test(line)) this.#reply('N\n')
  }

  #reply(text: string): void {
    this.#heard.dropTail()
    this.#channel.write(text)
  }

  #lastLine(): string {
    return readable(this.#heard.tail()).split('\n').at(-1)!.trim()
  }

  /** What was heard, without the command's echo and the prompt. */
  #answer(command: string): string {
    const lines = readable(this.#heard.text()).split('\n')
    if (lines[0]?.trim().endsWith(command)) lines.shift()
    if (this.#prompt.test(lines.at(-1)?.trim() ?? '')) lines.pop()
    return lines.map((line) => line.trimEnd()).join('\n')
  }

  #end(code: SessionErrorCode, why: string): void {
    this.#open = false
    this.#waiting?.fail(code, why)
  }
}

function openShell(client: Client, signal?: AbortSignal): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new SessionError('no-prompt', 'the device opens no shell')),
      readyTimeoutMs,
    )
    client.once('close', () =>
      reject(new SessionError('disconnected', 'the device hung up before a shell was there')),
    )
    signal?.addEventListener(
      'abort',
      () => reject(new SessionError('aborted', 'cancelled while opening a shell')),
      { once: true },
    )
    client.shell(screen, (error, channel) => {
      clearTimeout(timer)
      if (error)
        reject(new SessionError('rejected', `the device opens no shell: ${error.message}`, { cause: error }))
      else resolve(channel)
    })
  })
}

import type { Client, ClientChannel } from 'ssh2'
import { BoundedOutput } from './bounded.ts'
import { readable } from './screen.ts'
import { SessionError } from './session-error.ts'
import type { CommandOutput, Session } from './session.ts'

/** A channel per command, as a server with a real shell has it [RFC 4254 §6.5]. */
export class ExecSession implements Session {
  readonly #client: Client
  readonly #signal: AbortSignal | undefined
  #open = true

  constructor(client: Client, signal?: AbortSignal) {
    this.#client = client
    this.#signal = signal
    client.on('close', () => (this.#open = false))
  }

  get alive(): boolean {
    return this.#open && !this.#signal?.aborted
  }

  async run(command: string, timeoutMs: number): Promise<CommandOutput> {
    const output = new BoundedOutput()
    const { promise, resolve, reject } = Promise.withResolvers<number | null>()
    const fail = (code: 'aborted' | 'timeout' | 'disconnected', text: string) =>
      reject(new SessionError(code, text, { output: readable(output.text()) }))
    const abort = () => fail('aborted', `cancelled during "${command}"`)
    const hungUp = () => fail('disconnected', `the device hung up during "${command}"`)
    const timer = setTimeout(
      () => fail('timeout', `"${command}" did not end within ${timeoutMs} ms`),
      timeoutMs,
    )
    this.#signal?.addEventListener('abort', abort)
    this.#client.once('close', hungUp)
    if (this.#signal?.aborted) abort()
    let channel: ClientChannel | undefined
    const take = (chunk: Buffer) => {
      output.push(chunk)
      if (output.cut) resolve(null)
    }
    try {
      if (!this.#open) hungUp()
      else channel = await this.#start(command, promise)
      channel?.on('data', take).stderr.on('data', take)
      channel?.once('close', (exitCode: number | null | undefined) => resolve(exitCode ?? null))
      const exitCode = await promise
      return { output: readable(output.text()), cut: output.cut, exitCode }
    } finally {
      clearTimeout(timer)
      this.#signal?.removeEventListener('abort', abort)
      this.#client.off('close', hungUp)
      channel?.close()
    }
  }

  /** A channel for the command; rejects with `ended` if that comes first. */
  #start(command: string, ended: Promise<unknown>): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      ended.catch(reject)
      this.#client.exec(command, (error, channel) => {
        if (error)
          reject(
            new SessionError('rejected', `the device opens no channel: ${error.message}`, { cause: error }),
          )
        else resolve(channel)
      })
    })
  }

  close(): void {
    this.#client.end()
  }
}

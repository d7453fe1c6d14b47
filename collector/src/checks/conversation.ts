import type { Socket } from 'node:net'
import { nextChunk } from './connection.ts'
import { CheckFailure, quote } from './outcome.ts'

/** Far beyond what SMTP [RFC 5321 §4.5.3.1.5] and IMAP allow for. */
const mostLineBytes = 8 * 1024
const mostBytes = 64 * 1024
const lineFeed = 0x0a

/** Talks by lines, and listens to no more than is reasonable. */
export class Conversation {
  readonly socket: Socket
  readonly #signal: AbortSignal
  #heard: Buffer = Buffer.alloc(0)
  #bytes = 0

  constructor(socket: Socket, signal: AbortSignal) {
    this.socket = socket
    this.#signal = signal
  }

  say(line: string): void {
    this.socket.write(`${line}\r\n`)
  }

  /** The next line, without its end. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#heard.indexOf(lineFeed)
      if (end >= 0) {
        const line = this.#heard.subarray(0, end).toString('utf8')
        this.#heard = this.#heard.subarray(end + 1)
        return line.replace(/\r$/, '')
      }
      if (this.#heard.length > mostLineBytes) throw new CheckFailure('malformed', { reply: this.heard() })
      await this.more()
    }
  }

  /** Waits for more to be heard. */
  async more(): Promise<void> {
    const chunk = await nextChunk(this.socket, this.#signal)
    if (!chunk) throw new CheckFailure('closed', this.#heard.length > 0 ? { reply: this.heard() } : {})
    this.#bytes += chunk.length
    if (this.#bytes > mostBytes) throw new CheckFailure('malformed', { reply: this.heard() })
    this.#heard = Buffer.concat([this.#heard, chunk])
  }

  /** What was heard and not taken as a line yet. */
  get pending(): Buffer {
    return this.#heard
  }

  heard(): string {
    return quote(this.#heard.toString('utf8'))
  }
}

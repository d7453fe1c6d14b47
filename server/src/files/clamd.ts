/** Asks a clamd about a stream [clamd(8), INSTREAM]. */
import { connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'

export type Verdict = { scan: 'clean' } | { scan: 'infected'; found: string }

const answerAtMost = 4096
const patienceMs = 60_000

/** `where`: `tcp://host:port` or `unix:/path`. Throws an Error where no verdict is had. */
export async function askClamd(where: string, content: AsyncIterable<Buffer>): Promise<Verdict> {
  const socket = dial(where)
  const answer = answerOf(socket)
  const [, text] = await Promise.all([pipeline(framed(content), socket, { end: false }), answer])
  const found = /^stream: (.+) FOUND/.exec(text)?.[1]
  if (found !== undefined) return { scan: 'infected', found }
  if (/^stream: OK/.test(text)) return { scan: 'clean' }
  throw new Error(`clamd: ${text.slice(0, 200)}`)
}

/** Throws where it is not there: no file is to blame then [clamd(8), PING]. */
export async function pingClamd(where: string): Promise<void> {
  const socket = dial(where)
  socket.end('zPING\0')
  const text = await answerOf(socket)
  if (text !== 'PONG') throw new Error(`clamd: ${text.slice(0, 200)}`)
}

function dial(where: string): Socket {
  const socket = connectTo(where)
  return socket.setTimeout(patienceMs, () => socket.destroy(new Error('clamd does not answer')))
}

function connectTo(where: string): Socket {
  if (where.startsWith('unix:')) return connect(where.slice('unix:'.length))
  const { hostname, port } = new URL(where)
  return connect(Number(port || 3310), hostname)
}

/** Each chunk behind its length, an empty one at the end. */
async function* framed(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0')
  for await (const chunk of content) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(chunk.length)
    if (chunk.length > 0) yield Buffer.concat([length, chunk])
  }
  yield Buffer.alloc(4)
}

async function answerOf(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8')
    if (text.includes('\0') || text.length > answerAtMost) break // destroys the socket
  }
  return text.replace(/\0.*$/s, '')
}

import { createHash } from 'node:crypto'
import { request, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { examine, measureExpiry, secure } from './certificate.ts'
import { dial, hangUp, type ConnectTimes } from './connection.ts'
import { CheckFailure, failureOf, quote } from './outcome.ts'
import { decodeText } from './text.ts'
import type { CheckRun, CheckRunner, SpecOf } from './runner.ts'

const mostHeaderBytes = 32 * 1024
/** Of a body nothing beyond is read; what is to be found must stand before. */
const mostBodyBytes = 4 * 1024 * 1024
const mostRedirects = 10
const ports: Record<string, number> = { 'http:': 80, 'https:': 443 }
const redirects = new Set([301, 302, 303, 307, 308])

interface Page {
  status: number
  headers: IncomingMessage['headers']
  body: Buffer
  isCut: boolean
}

/**
 * Gets a page as a browser would, without a cookie: its times are those of the last hop, `checkMs` that of all. The name and password
 * of an address are sent to its own origin alone.
 */
export const httpCheck: CheckRunner<'http'> = async (spec, run) => {
  const startedMs = performance.now()
  const first = addressOf(spec.url, undefined)
  const most = Math.min(mostRedirects, spec.redirects)
  let url = first
  let page = await get(url, first, spec, run)
  for (let hops = 0; most > 0 && redirects.has(page.status) && page.headers.location; hops++) {
    if (hops >= most) throw new CheckFailure('redirects', { count: most, location: quote(url.origin) })
    url = addressOf(page.headers.location, url)
    page = await get(url, first, spec, run)
  }
  run.measure('checkMs', performance.now() - startedMs)
  run.measure('checkBytes', page.body.length)
  judge(page, spec)
  return isChanged(page, spec, run) ?? { values: { status: page.status } }
}

/** Of the web alone: a redirect to a file or to a program is followed nowhere. */
function addressOf(location: string, base: URL | undefined): URL {
  const url = URL.parse(location, base?.href)
  if (url && Object.hasOwn(ports, url.protocol)) return url
  throw new CheckFailure('redirect-forbidden', { location: quote(location) })
}

async function get(url: URL, first: URL, spec: SpecOf<'http'>, run: CheckRun): Promise<Page> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const plain = await dial({ host, port: Number(url.port) || ports[url.protocol]! }, run.signal)
  try {
    measureConnect(plain, run)
    const socket = url.protocol === 'https:' ? await goSecure(plain, host, spec, run) : plain
    const sentMs = performance.now()
    const response = await send(url, socket, authorizationOf(url, first), spec, run)
    run.measure('checkFirstByteMs', performance.now() - sentMs)
    return await read(response, run.signal)
  } finally {
    hangUp(plain)
  }
}

function measureConnect({ dnsMs, connectMs }: ConnectTimes, run: CheckRun): void {
  if (dnsMs !== null) run.measure('checkDnsMs', dnsMs)
  run.measure('checkConnectMs', connectMs)
}

/** The certificate is looked at before anything is said. */
async function goSecure(plain: Socket, host: string, spec: SpecOf<'http'>, run: CheckRun): Promise<Socket> {
  const startedMs = performance.now()
  const socket = await secure(plain, host, run)
  run.measure('checkTlsMs', performance.now() - startedMs)
  if (spec.verifyTls) examine(socket, host, run)
  else measureExpiry(socket, run)
  return socket
}

function authorizationOf(url: URL, first: URL): { authorization?: string } {
  if (url.origin !== first.origin || !first.username) return {}
  const pair = `${decodeURIComponent(first.username)}:${decodeURIComponent(first.password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

async function send(
  url: URL,
  socket: Socket,
  authorization: { authorization?: string },
  { method }: SpecOf<'http'>,
  { signal }: CheckRun,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const asked = request({
    method,
    path: `${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      'user-agent': 'Zongheng check',
      accept: '*/*',
      'accept-encoding': 'identity',
      connection: 'close',
      ...authorization,
    },
    maxHeaderSize: mostHeaderBytes,
    createConnection: () => socket,
    signal,
  })
  asked.on('response', resolve)
  asked.on('error', (error) => reject(failureOf(error) ?? parseFailure(error) ?? error))
  asked.end()
  return await promise
}

/** What the parser says about an answer that is no HTTP. */
function parseFailure(error: NodeJS.ErrnoException): CheckFailure | null {
  if (!error.code?.startsWith('HPE_')) return null
  return new CheckFailure('malformed', { reason: error.code }, { cause: error })
}

async function read(response: IncomingMessage, signal: AbortSignal): Promise<Page> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      signal.throwIfAborted()
      chunks.push(chunk.subarray(0, mostBodyBytes - bytes))
      bytes += chunk.length
      if (bytes > mostBodyBytes) break
    }
  } catch (error) {
    throw failureOf(error) ?? parseFailure(error as Error) ?? error
  }
  const { statusCode, headers } = response
  return { status: statusCode!, headers, body: Buffer.concat(chunks), isCut: bytes > mostBodyBytes }
}

function judge(page: Page, { status, contains, lacks, watchBody }: SpecOf<'http'>): void {
  const isAccepted =
    status.length > 0 ? status.includes(page.status) : page.status >= 200 && page.status < 300
  if (!isAccepted)
    throw new CheckFailure('status', { status: page.status, expected: status.join(', ') || '200–299' })
  if (!contains && !lacks && !watchBody) return
  const text = decodeText(page.body, page.headers['content-type'])
  if (lacks && text.includes(lacks)) throw new CheckFailure('text-present', { text: lacks })
  if (contains && text.includes(contains) && !lacks && !watchBody) return
  if (page.isCut) throw new CheckFailure('too-large', { most: mostBodyBytes })
  if (contains && !text.includes(contains)) throw new CheckFailure('text-missing', { text: contains })
}

function isChanged({ status, body }: Page, { watchBody }: SpecOf<'http'>, { memory }: CheckRun) {
  if (!watchBody) return undefined
  const after = createHash('sha256').update(body).digest('hex').slice(0, 16)
  const before = memory.bodyHash
  memory.bodyHash = after
  if (before === undefined || before === after) return undefined
  return { code: 'body-changed', values: { status, before, after } } as const
}

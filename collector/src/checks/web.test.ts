import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CheckResult } from './outcome.ts'
import { Cleanups, daysFromNow, freePort, newAuthority, type Certificate } from './peers-testing.ts'
import type { CheckParts, SpecOf } from './runner.ts'
import { checker, endless, listen, newParts } from './testing.ts'

const cleanups = new Cleanups()
afterAll(() => cleanups.run())

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Each path's own way. */
const pages: Record<string, Answer> = {
  '/': (_, response) => response.end('<p>财政云平台 is up</p>'),
  '/gbk': (_, response) =>
    response.setHeader('content-type', 'text/html; charset=GBK').end(Buffer.from('b2c6d5fec6bdcca8', 'hex')),
  '/meta-gbk': (_, response) =>
    response.end(
      Buffer.concat([Buffer.from('<meta charset="gbk">'), Buffer.from('b2c6d5fec6bdcca8', 'hex')]),
    ),
  '/broken': (_, response) => response.writeHead(500).end('oops'),
  '/empty': (_, response) => response.writeHead(204).end(),
  '/to-page': (_, response) => response.writeHead(302, { location: '/' }).end(),
  '/loop': (_, response) => response.writeHead(302, { location: '/loop' }).end(),
  '/to-file': (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/to-nonsense': (_, response) => response.writeHead(302, { location: 'http://[' }).end(),
  '/counter': (_, response) => response.end(`visits: ${++visits}`),
  '/private': (request, response) =>
    response.writeHead(request.headers.authorization === `Basic ${btoa('me:se cret')}` ? 200 : 401).end(),
  '/flood': (_, response) => endless(response.socket!, 'x'.repeat(65_536)),
  '/huge': (_, response) => response.end('x'.repeat(5 * 1024 * 1024)),
  '/slow': () => {},
  '/drip': (_, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('.'), 20)
    response.on('close', () => clearInterval(timer))
  },
  '/headers': (_, response) => response.setHeader('x-long', 'x'.repeat(40_000)).end(),
}
let visits = 0

const answer: Answer = (request, response) => {
  const page = pages[new URL(request.url!, 'http://any').pathname]
  if (page) page(request, response)
  else response.writeHead(404).end()
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.add(() => server.close())
  return (server.address() as AddressInfo).port
}

const http: SpecOf<'http'> = {
  kind: 'http',
  url: '',
  method: 'GET',
  status: [],
  contains: '',
  lacks: '',
  redirects: 3,
  verifyTls: true,
  watchBody: false,
}

describe('an http check', () => {
  let port: number
  let parts: CheckParts
  beforeAll(async () => {
    const server = createServer(answer)
    cleanups.add(() => server.closeAllConnections())
    port = await listening(server)
    parts = newParts(cleanups)
  })
  const at = (path: string, changes = {}, task = {}): Promise<CheckResult> =>
    checker(http, parts)({ url: `http://127.0.0.1:${port}${path}`, ...changes }, task)

  it('splits the time of a page', async () => {
    const { ok, metrics } = await at('/', { url: `http://localhost:${port}/` })
    expect(ok).toBe(true)
    expect(Object.keys(metrics).sort()).toEqual([
      'checkBytes',
      'checkConnectMs',
      'checkDnsMs',
      'checkFirstByteMs',
      'checkMs',
    ])
    const { checkDnsMs, checkConnectMs, checkFirstByteMs, checkMs } = metrics
    expect(checkMs).toBeGreaterThanOrEqual(checkDnsMs! + checkConnectMs! + checkFirstByteMs!)
  })

  it.each<[path: string, changes: object, code: string, values?: object]>([
    ['/', {}, 'ok', { status: 200 }],
    ['/', { method: 'HEAD' }, 'ok'],
    ['/', { contains: '财政云平台' }, 'ok'],
    ['/gbk', { contains: '财政平台' }, 'ok'],
    ['/meta-gbk', { contains: '财政平台' }, 'ok'],
    ['/', { contains: 'is down' }, 'text-missing', { text: 'is down' }],
    ['/', { lacks: 'is up' }, 'text-present', { text: 'is up' }],
    ['/broken', {}, 'status', { status: 500 }],
    ['/broken', { status: [500] }, 'ok'],
    ['/empty', {}, 'ok'],
    ['/', { status: [204] }, 'status', { status: 200, expected: '204' }],
    ['/to-page', { contains: 'is up' }, 'ok', { status: 200 }],
    ['/to-page', { redirects: 0 }, 'status', { status: 302 }],
    ['/to-page', { redirects: 0, status: [302] }, 'ok'],
    ['/loop', {}, 'redirects', { count: 3 }],
    ['/to-file', {}, 'redirect-forbidden', { location: 'file:///etc/passwd' }],
    ['/to-nonsense', {}, 'redirect-forbidden'],
    ['/huge', {}, 'ok'],
    ['/huge', { contains: 'y' }, 'too-large'],
    ['/headers', {}, 'malformed', { reason: 'HPE_HEADER_OVERFLOW' }],
  ])('of %s %j: %s', async (path, changes, code, values = {}) => {
    expect(await at(path, changes)).toMatchObject({ code, ok: code === 'ok', values })
  })

  it.each(['/slow', '/drip'])('of %s ends when its time does', async (path) => {
    expect(await at(path, {}, { timeoutMs: 300 })).toMatchObject({ ok: false, code: 'timeout' })
  })

  it('of an endless answer reads no more than it may', async () => {
    expect(await at('/flood', {}, { timeoutMs: 2_000 })).toMatchObject({ ok: false, code: 'malformed' })
  })

  it('tells a body that changes, each time', async () => {
    const memory = {}
    const run = (path: string) => at(path, { watchBody: true }, { memory })
    const codes: string[] = []
    for (const path of ['/counter', '/counter', '/', '/']) codes.push((await run(path)).code)
    expect(codes).toEqual(['ok', 'body-changed', 'body-changed', 'ok'])
  })

  it('signs in where it was told to, and nowhere else', async () => {
    const heard: (string | undefined)[] = []
    const other = await listening(
      createServer((request, response) => {
        heard.push(request.headers.authorization)
        response.end()
      }),
    )
    pages['/away'] = (_, response) =>
      response.writeHead(302, { location: `http://evil:word@127.0.0.1:${other}/` }).end()
    const url = (path: string) => `http://me:se%20cret@127.0.0.1:${port}${path}`
    expect(await at('', { url: url('/private') })).toMatchObject({ ok: true })
    expect(await at('', { url: url('/away') })).toMatchObject({ ok: true })
    expect(heard).toEqual([undefined])
  })

  it.each<[name: string, url: string | (() => Promise<string>), code: string]>([
    ['a closed port', async () => `http://127.0.0.1:${await freePort()}/`, 'refused'],
    ['an unknown name', 'http://no-such-host.invalid/', 'name-not-found'],
    ['a file', 'file:///etc/passwd', 'redirect-forbidden'],
    ['a server of something else', async () => `http://127.0.0.1:${await listen(cleanups, (socket) => socket.end('SSH-2.0-x\r\n'))}/`, 'malformed'], // prettier-ignore
    ['a server that hangs up', async () => `http://127.0.0.1:${await listen(cleanups, (socket) => socket.destroy())}/`, 'closed'], // prettier-ignore
  ])('of %s', async (_, url, code) => {
    const address = typeof url === 'string' ? url : await url()
    expect(await at('', { url: address })).toMatchObject({ ok: false, code })
  })
})

describe('a certificate', () => {
  let parts: CheckParts
  const leaves: Record<string, Certificate> = {}
  beforeAll(() => {
    const authority = newAuthority(join(cleanups.folder(), 'good'))
    const dying = newAuthority(join(cleanups.folder(), 'dying'), 'Dying Authority', daysFromNow(3))
    const stranger = newAuthority(join(cleanups.folder(), 'stranger'))
    Object.assign(leaves, {
      good: authority.issue(),
      expired: authority.issue({ notAfter: daysFromNow(-1) }),
      early: authority.issue({ notBefore: daysFromNow(2) }),
      misnamed: authority.issue({ names: 'DNS:other.test' }),
      strange: stranger.issue(),
      'of a dying authority': dying.issue(),
    })
    parts = newParts(cleanups, { authorities: [authority.chain, dying.chain] })
  })

  async function serve(leaf: string): Promise<number> {
    const { key, chain } = leaves[leaf]!
    return await listening(createSecureServer({ key, cert: chain }, answer))
  }
  const tls: SpecOf<'tls'> = {
    kind: 'tls',
    host: '127.0.0.1',
    port: 0,
    serverName: '',
    startTls: 'none',
    verifyChain: true,
  }

  it.each<[leaf: string, code: string, daysLeft: number, verified?: boolean]>([
    ['good', 'ok', 90],
    ['expired', 'certificate-expired', -1],
    ['early', 'certificate-not-yet-valid', 90],
    ['misnamed', 'certificate-name', 90],
    ['strange', 'certificate-untrusted', 90],
    ['strange', 'ok', 90, false],
    ['expired', 'certificate-expired', -1, false],
    ['of a dying authority', 'ok', 3],
  ])('that is %s, by tls: %s, %d days', async (leaf, code, daysLeft, verifyChain = true) => {
    const port = await serve(leaf)
    const { code: found, metrics } = await checker(tls, parts)({ port, verifyChain })
    expect(found).toBe(code)
    expect(metrics.checkDaysLeft).toBeCloseTo(daysLeft, 0)
  })

  it.each<[leaf: string, verifyTls: boolean, code: string]>([
    ['good', true, 'ok'],
    ['expired', true, 'certificate-expired'],
    ['misnamed', true, 'certificate-name'],
    ['strange', true, 'certificate-untrusted'],
    ['expired', false, 'ok'],
    ['strange', false, 'ok'],
  ])('that is %s, by https, looked at: %s: %s', async (leaf, verifyTls, code) => {
    const url = `https://127.0.0.1:${await serve(leaf)}/`
    const { code: found, metrics } = await checker(http, parts)({ url, verifyTls })
    expect(found).toBe(code)
    expect(metrics.checkDaysLeft).toBeDefined()
    expect(metrics.checkTlsMs).toBeGreaterThan(0)
  })

  it('is asked for by the name that was given', async () => {
    const port = await serve('misnamed')
    expect(await checker(tls, parts)({ port, serverName: 'other.test' })).toMatchObject({ ok: true })
  })

  it('is not given by a server without TLS', async () => {
    const port = await listen(cleanups, (socket) => socket.end('220 mail\r\n'))
    expect(await checker(tls, parts)({ port })).toMatchObject({ ok: false, code: 'tls-failed' })
  })
})

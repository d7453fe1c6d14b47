import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { request as overHttp } from 'node:http'
import { get, type RequestOptions } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect, createServer, type TLSSocket } from 'node:tls'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildApp, type App } from '../app.ts'
import { ConfigError } from '../config.ts'
import { silentLog } from '../log.ts'
import { testApp, type TestApp } from '../testing.ts'
import { CertificateKeeper, readCertificate, tlsOptions } from './certificate.ts'
import { CertificateFolder } from './testing-certificate.ts'

const folder = new CertificateFolder()
const nowMs = Date.now() + 60_000 // certificates are made while the tests run
const yearMs = 366 * 24 * 3_600_000
let ours: { tlsCert: string; tlsKey: string }
let others: typeof ours
beforeAll(() => {
  ours = folder.make('ours')
  others = folder.make('others')
})
afterAll(() => folder.remove())

const file = (name: string, content = '') => {
  const path = join(folder.path, name)
  writeFileSync(path, content)
  return path
}

describe('a certificate', () => {
  it('is not asked for', () => {
    expect(readCertificate({ tlsCert: '', tlsKey: '' }, nowMs)).toBeNull()
  })

  it('says for whom it is good, and until when', () => {
    const certificate = readCertificate(ours, nowMs)!
    expect(certificate.names).toBe('DNS:zongheng.example')
    expect(certificate.validUntilMs - nowMs).toBeGreaterThan(364 * 24 * 3_600_000)
  })

  it.each<[string, () => Parameters<typeof readCertificate>, RegExp]>([
    ['without its key', () => [{ ...ours, tlsKey: '' }, nowMs], /go together/],
    [
      'that is not there',
      () => [{ ...ours, tlsCert: '/nowhere.crt' }, nowMs],
      /tlsCert: \/nowhere\.crt cannot be read/,
    ],
    ['that is none', () => [{ ...ours, tlsCert: file('none.crt', 'none') }, nowMs], /holds no certificate/],
    [
      'whose key is none',
      () => [{ ...ours, tlsKey: file('none.key', 'none') }, nowMs],
      /holds no private key/,
    ],
    [
      'of another key',
      () => [{ ...ours, tlsKey: others.tlsKey }, nowMs],
      /others\.key is not the key of .*ours\.crt/,
    ],
    ['that has expired', () => [ours, nowMs + yearMs], /has expired/],
    ['that is not valid yet', () => [ours, nowMs - yearMs], /is not valid before/],
  ])('%s is refused', (_, args, message) => {
    expect(() => readCertificate(...args())).toThrow(ConfigError)
    expect(() => readCertificate(...args())).toThrow(message)
  })
})

describe('a server with a certificate', () => {
  let t: TestApp
  let app: App
  let port: number
  beforeAll(async () => {
    t = await testApp()
    app = await buildApp(t.context, t.services, readCertificate(ours, nowMs))
    await app.listen({ host: '127.0.0.1', port: 0 })
    port = (app.server.address() as AddressInfo).port
  })
  afterAll(async () => {
    await app.close()
    await t.close()
  })

  const ask = async (path: string, options: RequestOptions = {}): Promise<IncomingMessage> => {
    const ca = readFileSync(ours.tlsCert)
    const asked = get({
      host: '127.0.0.1',
      servername: 'zongheng.example',
      port,
      path,
      ca,
      agent: false,
      ...options,
    })
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    response.resume()
    return response
  }

  it('speaks HTTPS, and has browsers stay with it', async () => {
    const { statusCode, headers } = await ask('/api/health')
    expect(statusCode).toBe(200)
    expect(headers['strict-transport-security']).toBe('max-age=31536000')
  })

  it('speaks no TLS before 1.2', async () => {
    await expect(ask('/api/health', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow()
  })

  it('does not answer plain HTTP', async () => {
    const asked = overHttp({ host: '127.0.0.1', port, path: '/api/health' })
    asked.end()
    await expect(once(asked, 'response')).rejects.toThrow()
  })
})

describe('a renewed certificate', () => {
  const closing: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  async function served(now = nowMs, log = silentLog()) {
    const files = folder.make('renewed')
    const certificate = readCertificate(files, nowMs)!
    const server = createServer(tlsOptions(certificate)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const keeper = new CertificateKeeper(server, certificate, {
      files,
      log,
      clock: () => now,
      lookEveryMs: 20,
    })
    closing.push(
      () => server.close(),
      () => keeper.close(),
    )
    return { files, keeper, port: (server.address() as AddressInfo).port }
  }

  async function shownAt(port: number): Promise<string> {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { fingerprint256 } = socket.getPeerCertificate()
    socket.destroy()
    return fingerprint256
  }
  const fingerprintOf = (path: string) => new X509Certificate(readFileSync(path)).fingerprint256

  it('is shown without a restart', async () => {
    const { files, port } = await served()
    const before = await shownAt(port)
    expect(before).toBe(fingerprintOf(files.tlsCert))
    folder.make('renewed')
    await expect.poll(() => shownAt(port), { timeout: 10_000 }).toBe(fingerprintOf(files.tlsCert))
    expect(fingerprintOf(files.tlsCert)).not.toBe(before)
  })

  it('that does not go with its key leaves the former in place', async () => {
    const { files, keeper, port } = await served()
    const before = await shownAt(port)
    const next = folder.make('next')
    renameSync(next.tlsCert, files.tlsCert)
    keeper.reload()
    expect(await shownAt(port)).toBe(before)
    renameSync(next.tlsKey, files.tlsKey)
    keeper.reload()
    expect(await shownAt(port)).toBe(fingerprintOf(files.tlsCert))
  })

  it('is asked for a month before the present one expires', async () => {
    const lines: string[] = []
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
    await served(nowMs, log)
    expect(lines).toEqual([])
    await served(nowMs + 340 * 24 * 3_600_000, log)
    expect(JSON.parse(lines[0]!)).toMatchObject({ msg: 'the certificate expires soon', daysLeft: 24 })
  })
})

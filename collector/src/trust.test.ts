import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Server } from 'socket.io'
import msgpackParser from 'socket.io-msgpack-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postJson } from './post.ts'
import { Spool } from './spool/spool.ts'
import { agentFor, type Trust } from './trust.ts'
import { Uplink } from './uplink.ts'

const folder = mkdtempSync(join(tmpdir(), 'zongheng-trust-'))
const file = (name: string) => join(folder, name)
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe', cwd: folder })
const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** An authority, a server's certificate of it for `localhost`, and a stranger's for the same name. */
function makeCertificates(): void {
  openssl('req', '-x509', ...ec, '-subj', '/CN=Authority', '-keyout', 'ca.key', '-out', 'ca.crt')
  const about = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  openssl('req', ...ec, ...about, '-keyout', 'server.key', '-out', 'server.csr')
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-copy_extensions', 'copy']
  openssl('x509', '-req', '-in', 'server.csr', ...signing, '-out', 'server.crt')
  openssl('req', '-x509', ...ec, ...about, '-keyout', 'stranger.key', '-out', 'stranger.crt')
}

const server = createServer((_, response) => {
  response.end('{"ok":true}')
})
const io = new Server(server, { parser: msgpackParser as never })
let port: number
beforeAll(async () => {
  makeCertificates()
  server.setSecureContext({ cert: readFileSync(file('server.crt')), key: readFileSync(file('server.key')) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  io.of('/collector')
})
afterAll(async () => {
  await io.close()
  rmSync(folder, { recursive: true })
})

const trust = (kind: Trust['kind'], name: string): Trust => ({ kind, file: file(name) })
const post = (host: string, trusted: Trust | undefined) =>
  postJson(new URL(`https://${host}:${port}/`), {}, { agent: agentFor(trusted), timeoutMs: 5000 })

describe('a server is believed', () => {
  it.each<[string, string, Trust]>([
    ['by its authority, under its name', 'localhost', trust('authority', 'ca.crt')],
    ['by its very certificate, under its name', 'localhost', trust('certificate', 'server.crt')],
    ['by its very certificate, under any address', '127.0.0.1', trust('certificate', 'server.crt')],
  ])('%s', async (_, host, trusted) => {
    expect(await post(host, trusted)).toEqual({ status: 200, body: { ok: true } })
  })

  it.each<[string, string, Trust | undefined]>([
    ['without a reason', 'localhost', undefined],
    ['by another authority', 'localhost', trust('authority', 'stranger.crt')],
    ['by its authority, under another name', '127.0.0.1', trust('authority', 'ca.crt')],
    ['by another certificate', 'localhost', trust('certificate', 'stranger.crt')],
    ['by its authority’s own certificate', 'localhost', trust('certificate', 'ca.crt')],
    ['by a file that is gone', 'localhost', trust('authority', 'gone.crt')],
  ])('not %s', async (_, host, trusted) => {
    await expect(post(host, trusted)).rejects.toThrow()
  })
})

it.each<[string, Trust, boolean]>([
  ['opens to the server that is believed', trust('certificate', 'server.crt'), true],
  ['does not open to another', trust('certificate', 'stranger.crt'), false],
])('the uplink %s', async (_, trusted, isOpen) => {
  const outcome = Promise.withResolvers<boolean>()
  const spool = await Spool.open({ folder: mkdtempSync(file('spool-')), onReady: () => {} })
  const uplink = new Uplink({
    server: `https://127.0.0.1:${port}`,
    trust: trusted,
    auth: { contractVersion: 1, collectorId: 'col_1', key: 'k', publicKey: 'p' },
    spool,
    handlers: { assignment: () => {}, change: () => {}, job: () => {}, cancelJob: () => {} },
    onOnline: (online) => outcome.resolve(online),
    onRefused: () => outcome.resolve(false),
    onError: () => {},
  })
  uplink.connect()
  expect(await outcome.promise).toBe(isOpen)
  uplink.close()
  await spool.close()
})

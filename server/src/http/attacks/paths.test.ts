/**
 * The attacker asks for a file by its way: up from the console's folder, up from the documentation's, by the name of an upload.
 * Wants the database, the key, or anything else of the machine.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fastify, type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import { serveConsole } from '../console.ts'

const ways = ['../secret.key', '..%2fsecret.key', '%2e%2e/secret.key', '%2e%2e%2fsecret.key', '..%5csecret.key', '..%252fsecret.key',
  '....//secret.key', './../secret.key', 'a/../../secret.key', '%c0%ae%c0%ae/secret.key', '..%00/secret.key', 'index.html%00/../../secret.key',
  '/secret.key', '//secret.key', '\\..\\secret.key', '_app/..%2f..%2fsecret.key', 'link'] // prettier-ignore

let folder: string
let app: FastifyInstance
let t: TestApp
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zongheng-paths-'))
  mkdirSync(join(folder, 'build/_app'), { recursive: true })
  writeFileSync(join(folder, 'secret.key'), 'THE KEY')
  writeFileSync(join(folder, 'build/.hidden'), 'THE KEY')
  writeFileSync(join(folder, 'build/index.html'), '<!doctype html>')
  app = fastify()
  await serveConsole(app, join(folder, 'build'))
  await app.listen({ host: '127.0.0.1', port: 0 })
  t = await testApp()
  await t.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await app.close()
  await t.close()
  rmSync(folder, { recursive: true })
})

/** As it is written: clients would tidy the way up. */
async function raw(server: FastifyInstance['server'], path: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n`)
  return text(socket)
}

describe.each(ways)('%s', (way) => {
  it('leads nowhere from the console', async () => {
    for (const path of [`/${way}`, `/_app/${way}`, `/_app/immutable/../../${way}`]) {
      const answer = await raw(app.server, path)
      expect(answer, path).not.toContain('THE KEY')
      expect(answer, path).toMatch(/^HTTP\/1\.1 (200|3|4)/)
    }
  })

  it('leads nowhere from the documentation or the API', async () => {
    for (const path of [`/api/docs/static/${way}`, `/api/docs/static/../../../${way}`, `/api/v1/devices/${way}`, `/api/v1/${way}`]) {
      const answer = await raw(t.app.server, path)
      expect(answer, path).toMatch(/^HTTP\/1\.1 [34]|^HTTP\/1\.1 200 OK[\s\S]*<!doctype html>/i)
      expect(answer, path).not.toMatch(/"dependencies"|root:x:0/)
    }
  }) // prettier-ignore
})

it('what is hidden in the console’s folder stays so', async () => {
  expect(await raw(app.server, '/.hidden')).not.toContain('THE KEY')
})

it.each(['../../../tmp/zongheng-forged.xlsx', '/tmp/zongheng-forged.xlsx', '..\\forged.xlsx', 'a\0.xlsx', '"; filename="x'])(
  'an upload called %j is kept under no name at all', async (name) => {
    const admin = await t.as('network-admin')
    const body = Buffer.from(`--x\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\nnot a sheet\r\n--x--\r\n`)
    const headers = { 'content-type': 'multipart/form-data; boundary=x', origin: 'http://localhost', host: 'localhost' }
    const answer = await admin.inject({ method: 'POST', url: '/devices/import', body, headers })
    expect(answer.statusCode).toBeLessThan(500)
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(readdirSync(tmpdir())).not.toContain('zongheng-forged.xlsx')
  },
) // prettier-ignore

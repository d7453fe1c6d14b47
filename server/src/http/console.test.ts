import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { fastify, type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inlineScriptHashes, serveConsole } from './console.ts'

const script = 'start({ base: "" })'
const page = `<!doctype html><script src="/a.js"></script><script>${script}</script>`

let root: string
let app: FastifyInstance
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'zongheng-console-'))
  mkdirSync(join(root, '_app/immutable'), { recursive: true })
  writeFileSync(join(root, 'index.html'), page)
  writeFileSync(join(root, 'robots.txt'), 'none')
  writeFileSync(join(root, '_app/immutable/chunk.HASH.js'), 'export {}')
  writeFileSync(join(root, '_app/immutable/chunk.HASH.js.gz'), gzipSync('export {}'))
  app = fastify()
  await serveConsole(app, root)
})
afterAll(async () => {
  await app.close()
  rmSync(root, { recursive: true })
})

const get = (url: string, accept = 'text/html,*/*') => app.inject({ url, headers: { accept } })

describe('the console', () => {
  it.each(['/', '/links/lnk_1', '/devices?state=down'])(
    'answers %s with its page, never from a cache',
    async (url) => {
      const answer = await get(url)
      expect(answer.statusCode).toBe(200)
      expect(answer.body).toBe(page)
      expect(answer.headers['cache-control']).toBe('no-cache')
    },
  )

  it('lets browsers keep what has a hash in its name', async () => {
    const answer = await get('/_app/immutable/chunk.HASH.js')
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  })

  it.each([
    ['gzip', 'gzip'],
    ['identity', undefined],
  ])('gives what was compressed when it was built to those who take it: %s', async (accepted, encoding) => {
    const url = '/_app/immutable/chunk.HASH.js'
    const { headers, rawPayload } = await app.inject({ url, headers: { 'accept-encoding': accepted } })
    expect([headers['content-encoding'], headers['cache-control']]).toEqual([encoding, 'public, max-age=31536000, immutable']) // prettier-ignore
    expect(headers['content-type']).toMatch(/javascript/)
    expect((encoding ? gunzipSync(rawPayload) : rawPayload).toString()).toBe('export {}')
  })

  it.each([
    ['/robots.txt', '*/*', 200],
    ['/_app/immutable/old.js', '*/*', 404],
    ['/api/v1/nothing', 'text/html', 404],
    ['/../package.json', '*/*', 404],
    ['/%2e%2e/package.json', '*/*', 404],
  ])('answers %s as %s with %i', async (url, accept, status) => {
    expect((await get(url, accept)).statusCode).toBe(status)
  })
})

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

it('allows exactly the inline scripts of the page, also when it was built anew', () => {
  const hashes = inlineScriptHashes(root)
  expect(hashes()).toEqual([sha256(script)])
  writeFileSync(join(root, 'index.html'), '<script>other()</script>')
  utimesSync(join(root, 'index.html'), 1, 1)
  expect(hashes()).toEqual([sha256('other()')])
  writeFileSync(join(root, 'index.html'), page)
  expect(inlineScriptHashes(join(root, 'nowhere'))()).toEqual([])
})

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { CertificateFolder } from '../http/testing-certificate.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const folder = new CertificateFolder()
const dataDir = mkdtempSync(join(tmpdir(), 'zongheng-serve-test-'))
let running: ChildProcess | undefined
afterEach(async () => {
  if (running && running.exitCode === null) {
    const ended = once(running, 'exit')
    running.kill('SIGTERM')
    await ended
  }
  folder.remove()
  rmSync(dataDir, { recursive: true, force: true })
})

function serve(env: NodeJS.ProcessEnv): ChildProcess {
  const args = ['--disable-warning=ExperimentalWarning', main, 'serve', '--port', '0', '--data', dataDir]
  running = spawn(process.execPath, args, {
    env: { ...process.env, ...env, LANG: 'en', ZONGHENG_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return running
}

it('a certificate has the server speak HTTPS, and its collector follow; a wrong one is named at the start', async () => {
  const files = folder.make('serve')
  const env = { ZONGHENG_TLS_CERT: files.tlsCert, ZONGHENG_TLS_KEY: files.tlsKey }

  const refused = serve({ ...env, ZONGHENG_TLS_KEY: files.tlsCert })
  const complaint = await text(refused.stderr!)
  expect(complaint).toMatch(/^zongheng: tlsKey: .*serve\.crt holds no private key/)

  const process = serve(env)
  let log = ''
  process.stderr!.setEncoding('utf8').on('data', (chunk: string) => (log += chunk))
  // Printed once the collector has reached the server.
  const [banner] = (await once(process.stdout!.setEncoding('utf8'), 'data')) as [string]
  const url = /https:\/\/127\.0\.0\.1:\d+/.exec(banner)?.[0]
  expect(url, log).toBeDefined()
  expect(log).not.toContain('has not reached the server')
  const ca = readFileSync(files.tlsCert)
  const [answer] = (await once(
    get(`${url}/api/health`, { ca, servername: 'zongheng.example', agent: false }),
    'response',
  )) as [IncomingMessage]
  expect(JSON.parse(await text(answer))).toMatchObject({ status: 'ok' })
}, 120_000)

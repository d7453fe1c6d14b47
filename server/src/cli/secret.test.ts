import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const timeout = 60_000

let dataDir: string
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'zongheng-secret-'))))
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

interface Ended {
  code: number
  stdout: string
  stderr: string
}

function secret(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>()
  const words = ['--disable-warning=ExperimentalWarning', main, 'secret', ...args, '--data', dataDir]
  execFile(
    process.execPath,
    words,
    { env: { ...process.env, LANG: 'en', ...env } },
    (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
  )
  return promise
}

const keyFile = () => join(dataDir, 'secret.key')

it('the key is exchanged, and everything opens under the new one alone', { timeout }, async () => {
  expect(await secret(['check'])).toMatchObject({ code: 0, stdout: expect.stringContaining('all open') })
  const before = readFileSync(keyFile(), 'utf8')
  expect((await secret(['rotate'])).stdout).toContain('sealed under the new key')
  expect(readFileSync(keyFile(), 'utf8')).not.toBe(before)
  expect(statSync(keyFile()).mode & 0o777).toBe(0o600)
  expect((await secret(['check'])).code).toBe(0)
  writeFileSync(keyFile(), before)
  const wrong = await secret(['check'])
  expect(wrong).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^zongheng: this database was sealed/),
  })
})

it(
  'a key that is kept elsewhere is handed over, and never written to the data folder',
  { timeout },
  async () => {
    const key = 'ab'.repeat(32)
    const out = join(dataDir, 'handed-over.key')
    await secret(['check'], { ZONGHENG_SECRET_KEY: key })
    const printed = /ZONGHENG_SECRET_KEY=([0-9a-f]{64})/.exec(
      (await secret(['rotate'], { ZONGHENG_SECRET_KEY: key })).stdout,
    )![1]!
    expect((await secret(['check'], { ZONGHENG_SECRET_KEY: key })).code).toBe(1)
    const kept = await secret(['rotate', '--key-out', out], { ZONGHENG_SECRET_KEY: printed })
    const next = readFileSync(out, 'utf8').trim()
    expect(kept.stdout).not.toContain(next)
    expect((await secret(['check'], { ZONGHENG_SECRET_KEY: next })).code).toBe(0)
    const again = await secret(['rotate', '--key-out', out], { ZONGHENG_SECRET_KEY: next })
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('will not be overwritten') })
    expect(existsSync(keyFile())).toBe(false)
  },
)

it('no key is exchanged under a running server', { timeout }, async () => {
  await secret(['check'])
  const before = readFileSync(keyFile(), 'utf8')
  // Looks like one to whoever reads its command line.
  const server = execFile(process.execPath, ['-e', 'setInterval(() => {}, 1000)', main])
  writeFileSync(join(dataDir, 'zongheng.pid'), `${server.pid}\n`)
  const refused = await secret(['rotate'])
  server.kill()
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('in use by process') })
  expect(readFileSync(keyFile(), 'utf8')).toBe(before)
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPostgres } from '../testing.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const limitMs = 180_000

let home: string
let databases: { url: string; drop: () => Promise<void> }[] = []
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'zongheng-cli-backup-test-'))
  const server = process.env.TEST_DATABASE_URL
  if (server) databases = [await createPostgres(server), await createPostgres(server)]
})
afterAll(async () => {
  for (const { drop } of databases) await drop()
  rmSync(home, { recursive: true })
})

/** With the database of before or of after. */
const start = (args: string[], database = databases[0]) =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LANG: 'en', ...(database ? { DATABASE_URL: database.url } : {}) },
  })

async function run(args: string[], database = databases[0]) {
  const child = start(args, database)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: child.exitCode, out, err }
}

it(
  'a running installation is backed up, refused while it runs, restored, and found in order',
  { timeout: limitMs },
  async () => {
    const [data, restored, backups] = ['data', 'restored', 'backups'].map((name) => join(home, name)) as [
      string,
      string,
      string,
    ]
    const passphraseFile = join(home, 'passphrase')
    writeFileSync(passphraseFile, 'correct horse battery\n')
    const secret = ['--passphrase-file', passphraseFile]

    const server = start(['serve', '--data', data, '--port', '0'])
    const serving = createInterface({ input: server.stdout })
    await once(serving, 'line')
    const taken = await run(['backup', `${backups}/`, '--data', data, '--encrypt', ...secret, '--json'])
    expect(taken.code, taken.err).toBe(0)
    expect(JSON.parse(taken.out)).toMatchObject({ holdsKey: true, isRecorded: true, auditProblem: null })
    expect(taken.err).toContain('holds the secret key')
    const [name] = readdirSync(backups)
    const file = join(backups, name!)

    const refused = await run(['restore', file, '--data', data, '--force', ...secret], databases[1])
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('is in use by process')
    server.kill('SIGINT')
    await once(server, 'exit')

    const done = await run(['restore', file, '--data', restored, ...secret, '--json'], databases[1])
    expect(done.code, done.err).toBe(0)
    expect(JSON.parse(done.out)).toMatchObject({ dataDir: restored, movedTo: null, auditProblem: null })
    const looked = await run(['doctor', '--data', restored, '--json', '--full'], databases[1])
    const findings = JSON.parse(looked.out) as { check: string; level: string }[]
    expect(findings.filter(({ level }) => level === 'error')).toEqual([])
    expect(looked.code).toBe(0)
  },
)

it('a word that is wrong is said, without a stack', { timeout: limitMs }, async () => {
  for (const args of [
    ['backup', '--data', join(home, 'none')],
    ['restore'],
    ['restore', join(home, 'none')],
    ['backup', '--keep', '0'],
  ]) {
    const { code, err } = await run(args, undefined)
    expect(code).not.toBe(0)
    expect(err).toMatch(/^zongheng: [^\n]+\n$/)
  }
})

/** Upgrades as they happen: this server, the launcher, and releases of the collector made from its sources, as processes. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contractVersion } from '@zongheng/collector/contract.ts'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const platform = `linux-${process.arch}`
const timeout = 120_000

let t: TestApp
let work: string
let data: string
let id: string
let launcher: ChildProcess | undefined
let said = ''
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'zongheng-upgrade-whole-'))
  data = join(work, 'data')
  symlinkSync(join(root, 'node_modules'), join(work, 'node_modules')) // found from wherever a release is unpacked
  t = await testApp()
  await t.app.listen({ host: '127.0.0.1', port: 0 })
  const admin = await t.as('network-admin')
  const { collectorId, token } = (
    await admin.inject({ method: 'POST', url: '/collectors', body: { name: '县' } })
  ).json()
  id = collectorId
  await t.context.db.updateTable('collectors').set({ uplink_bps: 1e9 }).where('id', '=', id).execute()
  release(join(work, 'app'), '1.0.0')
  start(['--token', token])
  await runs('1.0.0-x')
}, timeout)
afterAll(async () => {
  await end('SIGTERM')
  await t.close()
  rmSync(work, { recursive: true, force: true })
})

type Change = (app: string) => void
const edit =
  (file: string, what: RegExp, by: string): Change =>
  (app) => {
    const text = readFileSync(join(app, file), 'utf8')
    expect(text).toMatch(what)
    writeFileSync(join(app, file), text.replace(what, by))
  }
const speaking = (contract: number) =>
  edit('collector/src/contract.ts', /contractVersion = \d+/, `contractVersion = ${contract}`)
const ending = (status: number) => edit('collector/src/main.ts', /^/, `process.exit(${status})\n`)

/** An installed release: the sources as they are, under another version. */
function release(app: string, version: string, change: Change = () => {}): void {
  for (const folder of ['bin', 'node_modules/.bin', 'collector'])
    mkdirSync(join(app, folder), { recursive: true })
  const said = { name: 'zongheng-collector', version, build: 'x', platform }
  writeFileSync(join(app, 'release.json'), JSON.stringify(said, null, 2))
  copyFileSync(join(root, 'packaging/bin/zongheng-collector'), join(app, 'bin/zongheng-collector'))
  copyFileSync(join(root, 'collector/package.json'), join(app, 'collector/package.json'))
  cpSync(join(root, 'collector/src'), join(app, 'collector/src'), {
    recursive: true,
    filter: (path) => !/\.test\.ts$|fixtures/.test(path),
  })
  writeFileSync(join(app, 'node_modules/.bin/node'), `#!/bin/sh\nexec "${process.execPath}" "$@"\n`)
  chmodSync(join(app, 'node_modules/.bin/node'), 0o755)
  edit('collector/package.json', /"version": ".*"/, `"version": "${version}"`)(app)
  change(app)
}

/** The same as an archive, taken in by the server. */
async function offered(version: string, change?: Change): Promise<string> {
  const top = join(work, `archive-${version}`)
  release(join(top, 'app'), version, change)
  const files = readdirSync(top, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const sums = files.map(({ parentPath, name }) => {
    const file = join(parentPath, name)
    return `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${file.slice(top.length + 1)}\n`
  })
  writeFileSync(join(top, 'SHA256SUMS'), sums.join(''))
  execFileSync('tar', ['-czf', `${top}.tar.gz`, '-C', work, `archive-${version}`])
  return (await t.services.releases.add(`${top}.tar.gz`, 0)).release
}

async function upgradeTo(release: string): Promise<void> {
  const admin = await t.as('network-admin')
  const answer = await admin.inject({
    method: 'POST',
    url: `/collectors/${id}/upgrade`,
    body: { release },
  })
  expect(answer.statusCode).toBe(202)
}

function start(more: string[] = [], trialS = 30): void {
  const { port } = t.app.server.address() as AddressInfo
  const env = {
    ...process.env,
    ZONGHENG_TRIAL_S: `${trialS}`,
    NODE_COMPILE_CACHE: join(work, 'cache'),
    NODE_OPTIONS: '',
  }
  const args = ['--server', `http://127.0.0.1:${port}`, '--data', data, ...more]
  launcher = spawn(join(work, 'app/bin/zongheng-collector'), args, {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  launcher.stderr!.on('data', (text) => (said += text))
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const ending = launcher
  launcher = undefined
  if (!ending || ending.exitCode !== null) return
  ending.kill(signal)
  await once(ending, 'exit')
}

const view = async () => (await (await t.as('network-admin')).inject({ url: `/collectors/${id}` })).json()
const until = (assert: () => unknown) => vi.waitFor(assert, { timeout: timeout / 2, interval: 50 })
const sign = () => t.services.uplink.presence.of(id)

/** This release is connected; the one before it failed for that reason, if one did. */
async function runs(release: string, failed: string | null = null, reason?: string): Promise<void> {
  await until(() =>
    expect(sign(), said).toMatchObject({ connected: true, software: { release, failedRelease: failed } }),
  )
  const text = reason && expect.stringContaining(reason)
  if (text)
    await until(() => expect(sign()?.health?.faults).toContainEqual(expect.objectContaining({ code: 'upgrade-failed', text }))) // prettier-ignore
}

const good = () => readFileSync(join(data, 'releases/good'), 'utf8')

it(
  'a release of the contract to come is fetched over a line that is cut, tried, and kept',
  async () => {
    const next = await offered('2.0.0', speaking(contractVersion + 1))
    const asked: number[] = []
    const { releases } = t.services
    const chunk = vi.spyOn(releases, 'chunk').mockImplementation(async (release, offset) => {
      if (asked.push(offset) === 3) t.context.bus.emit('collector.barred', { collectorId: id }) // hung up on
      return Object.getPrototypeOf(releases).chunk.call(releases, release, offset)
    })
    await upgradeTo(next)
    await runs(next)
    chunk.mockRestore()
    expect(asked.length).toBeGreaterThan(3)
    expect([...new Set(asked)]).toEqual([...new Set(asked)].sort((a, b) => a - b))
    expect(asked.filter((offset) => offset === 0)).toHaveLength(1) // gone on with, not begun anew
    await until(() => expect(good()).toBe(`${next} 1.0.0-x\n`))
    expect((await view()).software).toMatchObject({ version: '2.0.0', release: next, isUpgradable: true })
  },
  timeout,
)

it(
  'one that was damaged on the server is refused, and what ran runs on',
  async () => {
    const next = await offered('2.0.1')
    const file = join(t.context.config.dataDir, 'releases', `${next}.tar.gz`)
    const octets = readFileSync(file)
    octets[octets.length >> 1]! ^= 1
    writeFileSync(file, octets)
    await upgradeTo(next)
    await until(() => expect(said).toContain('the archive is not what was offered'))
    expect(sign()?.software?.release).toBe('2.0.0-x')
    expect(existsSync(join(data, 'releases/offer.json'))).toBe(false)
  },
  timeout,
)

it(
  'one that ends at its start gives way to the one before, and the server is told why',
  async () => {
    const next = await offered('2.0.2', ending(3))
    await upgradeTo(next)
    await runs('2.0.0-x', next, `${next}: it ended with status 3; the release before runs again`)
    expect(good()).toBe('2.0.0-x 1.0.0-x\n')
  },
  timeout,
)

it(
  'one that the server does not understand gives way in time, and both sides say why',
  async () => {
    const next = await offered('2.0.3', speaking(contractVersion + 2))
    await end('SIGTERM')
    start([], 15)
    await runs('2.0.0-x')
    await upgradeTo(next)
    await runs('2.0.0-x', next, 'it did not reach the server within 15 s: ')
    const why = `this collector speaks contract ${contractVersion + 2}, this server ${contractVersion}`
    expect(said).toContain(why)
    expect((await view()).faults).toContainEqual(expect.objectContaining({ text: expect.stringContaining(why) })) // prettier-ignore
  },
  timeout,
)

it.runIf(process.env.LONG)(
  'a launcher that is killed in a trial takes the trial with it, and the next one tells',
  async () => {
    const next = await offered('2.0.4', speaking(contractVersion + 2))
    await end('SIGTERM')
    start([], 60)
    await runs('2.0.0-x')
    await upgradeTo(next)
    for (const file of ['tried', 'refusal'])
      await until(() => expect(existsSync(join(data, 'releases', file))).toBe(true))
    await end('SIGKILL')
    start([], 60)
    await runs('2.0.0-x', next, 'its trial was interrupted')
  },
  timeout,
)

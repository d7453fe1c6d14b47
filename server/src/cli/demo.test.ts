import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../daemon-testing.ts'
import type { Device, Fault, Link } from '../api.ts'
import type { DemoAccount } from '../setup/demo-accounts.ts'
import { createPostgres } from '../testing.ts'
import type { Collector } from '../uplink/schema.ts'
import { ApiClient } from './api-client.ts'

interface Printed {
  url: string
  username: string
  password: string
  accounts: DemoAccount[]
}

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const province = '宁夏' // a small one: 5 cities, 22 counties
const limitMs = 180_000

let data: string
let database: { url: string; drop: () => Promise<void> } | undefined
let port: number
let demo: ChildProcess
let printed: Printed
let api: ApiClient
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'zongheng-demo-test-'))
  port = await freePort()
  const server = process.env.TEST_DATABASE_URL
  database = server ? await createPostgres(server) : undefined
  await start()
}, limitMs)
afterAll(async () => {
  if (demo.exitCode === null) await stop()
  await database?.drop()
  rmSync(data, { recursive: true })
}, limitMs)

const run = (args: string[]) =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(database ? { DATABASE_URL: database.url } : {}) },
  })

async function start(): Promise<void> {
  demo = run(['demo', '--port', `${port}`, '--data', data, '--province', province, '--json'])
  demo.stderr!.resume()
  const [line] = (await once(createInterface({ input: demo.stdout! }), 'line')) as [string]
  printed = JSON.parse(line) as Printed
  api = await ApiClient.signIn(printed.url, printed.username, printed.password)
}

/** Ends it as Ctrl-C does; answers after how long it was gone, and its exit code. */
async function stop(): Promise<{ afterMs: number; code: number }> {
  const from = performance.now()
  demo.kill('SIGINT')
  const [code] = (await once(demo, 'exit')) as [number]
  return { afterMs: performance.now() - from, code }
}

async function command(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = run([...args, '--data', data])
  const read = async (stream: Readable) => (await stream.toArray()).join('')
  const [out, err, [code]] = await Promise.all([
    read(child.stdout!),
    read(child.stderr!),
    once(child, 'exit'),
  ])
  return { out, err, code: code as number }
}

/** Children of the demo by what they run. */
function pidOf(script: string): number {
  const children = readFileSync(`/proc/${demo.pid}/task/${demo.pid}/children`, 'utf8').trim().split(' ')
  return Number(children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(script)))
}

/** Asks again and again until the answer is right: the processes tell nobody outside. */
async function until<T>(ask: () => Promise<T>, right: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask().catch(() => undefined)
    if (answer !== undefined && right(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

const collectors = async () => (await api.get<{ items: Collector[] }>('/collectors')).items
const links = () => api.all<Link>('/links')
const allNormal = () => until(links, (all) => all.length > 0 && all.every((link) => link.state === 'normal'))

describe('zongheng demo', () => {
  it('prints one line with a sign-in for everyone, once all is up', () => {
    expect(printed.url).toBe(`http://127.0.0.1:${port}`)
    expect(printed.accounts[0]).toMatchObject({ username: printed.username, role: 'network-admin' })
    expect(printed.accounts.map(({ role }) => role)).toEqual(expect.arrayContaining(['system-admin', 'security-admin', 'audit-admin', 'agent', 'requester'])) // prettier-ignore
  })

  it('plays a province that becomes known and is healthy', { timeout: limitMs }, async () => {
    expect(await allNormal()).toHaveLength(5 + 22)
    const devices = await until(() => api.all<Device>('/devices'), (all) => all.every((device) => device.state === 'up')) // prettier-ignore
    expect(devices.length).toBeGreaterThan(100)
    expect(await api.all('/alarms')).toEqual([])
  })

  it('refuses a second one on its data', async () => {
    const second = await command('demo', '--port', '0')
    expect(second).toMatchObject({ code: 1, out: '' })
    expect(second.err).toContain(`${demo.pid}`)
  })

  it.each(['server/src/main.ts', 'collector/src/main.ts'])(
    'goes on when %s is killed',
    { timeout: limitMs },
    async (script) => {
      const before = pidOf(script)
      const killedAt = Date.now()
      process.kill(before, 'SIGKILL')
      await until(async () => pidOf(script), (pid) => pid > 0 && pid !== before) // prettier-ignore
      await until(collectors, ([local]) => local!.connected && local!.seenAt! > killedAt)
      await allNormal()
    },
  )

  it('has its lines cut and mended from the command line', { timeout: limitMs }, async () => {
    const [link] = await links()
    const { number } = link!.circuits[0]!
    const added = await command('demo', 'fault', 'add', 'circuit-cut', number, '--json')
    const [fault] = JSON.parse(added.out) as [Fault]
    expect(fault).toMatchObject({ kind: 'circuit-cut', target: { type: 'circuit', name: number } })
    await until(links, (all) => all.some(({ id, state }) => id === link!.id && state === 'on-backup'))
    expect((await command('demo', 'fault', 'list')).out).toContain(number)
    expect((await command('demo', 'fault', 'remove', fault.id)).code).toBe(0)
    expect((await command('demo', 'fault', 'list', '--json')).out.trim()).toBe('[]')
    await allNormal()
  })

  it.each([
    [['circuit-cut', 'nothing'], 1, /no such circuit/],
    [['earthquake', 'x'], 2, /circuit-cut\|/],
    [[], 2, /circuit-cut\|/],
  ])('says what is wrong with fault add %j', async (words, code, message) => {
    const answer = await command('demo', 'fault', 'add', ...words)
    expect(answer).toMatchObject({ code, out: '' })
    expect(answer.err).toMatch(message)
  })

  it('ends with Ctrl-C within ten seconds, and goes on where it stopped', { timeout: limitMs }, async () => {
    const before = { ...printed, devices: (await api.all<Device>('/devices')).map(({ id }) => id) }
    const { afterMs, code } = await stop()
    expect(code).toBe(0)
    expect(afterMs).toBeLessThan(10_000)
    await start()
    expect(printed).toEqual({ url: before.url, username: before.username, password: before.password, accounts: before.accounts }) // prettier-ignore
    expect((await api.all<Device>('/devices')).map(({ id }) => id)).toEqual(before.devices)
    await allNormal()
  })
})

/** The collector as a process, against the simulator's agents and a small server. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Server, type Socket } from 'socket.io'
import msgpackParser from 'socket.io-msgpack-parser'
import { afterEach, describe, expect, it } from 'vitest'
import { tinyDivisions, tinyProvince } from '../simulator/testing.ts'
import {
  sealFor,
  type Assignment,
  type Batch,
  type BatchAck,
  type CollectorAuth,
  type Fact,
  type Job,
  type SampleColumns,
} from './contract.ts'
import { unpackMessage } from './wire/version-1.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const province = tinyProvince()
const link = province.links.find(({ key }) => key === '130123-link')!
const county = province.devices.filter(({ siteKey }) => siteKey === link.lowerSiteKey)
const router = county.find(({ role }) => role === 'access-router')!
const credential = { version: '2c', community: 'public' }

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-collector-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

async function startSimulator(): Promise<number> {
  const divisions = join(newFolder(), 'divisions.json')
  writeFileSync(divisions, JSON.stringify(tinyDivisions))
  const main = join(import.meta.dirname, '../simulator/main.ts')
  const child = spawn(process.execPath, [main, '--divisions', divisions], {
    env: { ...process.env, ZONGHENG_SIMULATOR_TOKEN: 'a token for this test' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  cleanups.push(() => end(child, 'SIGTERM'))
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return (JSON.parse(line.toString()) as { port: number }).port
}

interface Seen {
  metric: string
  entity: string
  atMs: number
  value: number
}

/** Commits by (epoch, lane, seq), as the server does, and knows what was committed. */
class TestServer {
  readonly url: string
  readonly samples: Seen[] = []
  readonly facts: Fact[] = []
  readonly marks = new Map<string, number>()
  readonly enrolments: unknown[] = []
  auth: CollectorAuth | null = null
  socket: Socket | null = null
  assignment: (publicKey: string) => Assignment = () => ({ version: 1, targets: [], probes: [] })

  private constructor(url: string) {
    this.url = url
  }

  static async start(): Promise<TestServer> {
    const http = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        server.enrolments.push(JSON.parse(Buffer.concat(chunks).toString()))
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ collectorId: 'col_1', key: 'key of col_1' }))
      })
    }).listen(0, '127.0.0.1')
    await once(http, 'listening')
    const server = new TestServer(`http://127.0.0.1:${(http.address() as { port: number }).port}`)
    const io = new Server(http, { parser: msgpackParser as never })
    io.of('/collector').on('connection', (socket) => server.#welcome(socket))
    cleanups.push(async () => {
      await io.close()
      http.close()
    })
    return server
  }

  run(job: Job): void {
    this.socket?.emit('job', job, () => {})
  }

  all(metric: string, entity: string): Seen[] {
    return this.samples.filter((one) => one.metric === metric && one.entity === entity)
  }

  #welcome(socket: Socket): void {
    this.auth = socket.handshake.auth as CollectorAuth
    this.socket = socket
    socket.emit('assignment', this.assignment(this.auth.publicKey))
    let queue = Promise.resolve()
    socket.on('batch', (batch: Batch, acknowledge: (ack: BatchAck) => void) => {
      queue = queue.then(() => this.#commit(batch)).then(() => acknowledge({ ok: true }))
    })
  }

  async #commit({ epoch, lane, seq, body }: Batch): Promise<void> {
    const mark = `${epoch} ${lane}`
    const last = this.marks.get(mark) ?? 0
    if (seq <= last) return
    expect(seq).toBe(last + 1)
    this.marks.set(mark, seq)
    if (lane === 'facts') this.facts.push(...(await unpackMessage<Fact[]>(body)))
    else
      for (const { metric, ids, entities, atMs, values } of await unpackMessage<SampleColumns[]>(body))
        for (const [i, entity] of entities.entries())
          this.samples.push({ metric, entity: ids[entity]!, atMs: atMs[i]!, value: values[i]! })
  }
}

function startCollector(
  server: string,
  folder: string,
  args: string[] = [],
  env: Record<string, string> = {},
) {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'main.ts'),
      '--server',
      server,
      '--data',
      folder,
      ...args,
    ],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  )
  let log = ''
  child.stderr!.on('data', (chunk: Buffer) => (log += chunk.toString()))
  cleanups.push(() => end(child, 'SIGKILL'))
  return { child, log: () => log }
}

const known = { ZONGHENG_COLLECTOR_ID: 'col_1', ZONGHENG_COLLECTOR_KEY: 'key of col_1' }

const pollIntervalS = 2
/** The county's devices and both its circuits' legs, probed often. */
const countyAssignment =
  (port: number) =>
  (publicKey: string): Assignment => {
    const snmp = sealFor(publicKey, credential)
    return {
      version: 1,
      targets: county.map(({ key, address }) => ({
        deviceId: `dev_${key.replaceAll('-', '_')}`,
        siteId: 'sit_1',
        address,
        port,
        snmp,
        pollIntervalS,
        interfaces: [],
        sensors: [],
      })),
      probes: link.circuits.map(({ key, zAddress }) => ({
        circuitId: key,
        kind: 'snmp',
        address: zAddress,
        port,
        snmp,
        intervalS: 1,
        siteIds: ['sit_1'],
      })),
    }
  }
const routerId = `dev_${router.key.replaceAll('-', '_')}`

describe('a collector', { timeout: 90_000 }, () => {
  it('measures what it is assigned, and loses and doubles nothing though it is killed', async () => {
    const [port, server, folder] = [await startSimulator(), await TestServer.start(), newFolder()]
    server.assignment = countyAssignment(port)
    const leg = link.circuits[0]!.key
    const first = startCollector(server.url, folder, [], known)
    await expect.poll(() => server.all('probeOk', leg).length, { timeout: 30_000 }).toBeGreaterThan(2)
    await expect.poll(() => server.facts.length, { timeout: 30_000 }).toBe(county.length)
    expect(server.facts.find((fact) => fact.kind === 'device' && fact.deviceId === routerId)).toMatchObject({
      kind: 'device',
    })
    await end(first.child, 'SIGKILL')
    const before = server.samples.length

    startCollector(server.url, folder, [], known)
    await expect.poll(() => server.all('reachable', routerId).length, { timeout: 30_000 }).toBeGreaterThan(3)
    await expect.poll(() => server.samples.length, { timeout: 30_000 }).toBeGreaterThan(before)
    const keys = server.samples.map(({ metric, entity, atMs }) => `${metric} ${entity} ${atMs}`)
    expect(new Set(keys).size).toBe(keys.length)
    expect(server.all('reachable', routerId).every(({ value }) => value === 1)).toBe(true)
    expect(server.facts.length).toBe(county.length)
  })

  it('goes on from its last assignment while its server is away', async () => {
    const [port, server, folder] = [await startSimulator(), await TestServer.start(), newFolder()]
    server.assignment = countyAssignment(port)
    const first = startCollector(server.url, folder, [], known)
    await expect.poll(() => server.facts.length, { timeout: 30_000 }).toBe(county.length)
    await expect
      .poll(() => statSync(join(folder, 'assignment.json'), { throwIfNoEntry: false })?.size, {
        timeout: 10_000,
      })
      .toBeGreaterThan(0)
    expect(readFileSync(join(folder, 'assignment.json'), 'utf8')).not.toContain('public"')
    await end(first.child, 'SIGTERM')
    const alone = startCollector('http://127.0.0.1:9', folder, [], known)
    await expect.poll(alone.log, { timeout: 30_000 }).toContain(`"targets":${county.length}`)
    const aloneSince = Date.now()
    await expect
      .poll(() => Date.now() - aloneSince, { timeout: 10_000 })
      .toBeGreaterThan(pollIntervalS * 1100)
    alone.child.disconnect()
    await once(alone.child, 'exit')
    expect(alone.child.exitCode).toBe(0)
    server.samples.length = 0
    startCollector(server.url, folder, [], known)
    await expect
      .poll(
        () => server.all('reachable', routerId).some(({ atMs }) => atMs < aloneSince + pollIntervalS * 1100),
        {
          timeout: 30_000,
        },
      )
      .toBe(true)
  })

  it('enrols once with a token, and keeps its key to itself', async () => {
    const [server, folder] = [await TestServer.start(), newFolder()]
    const first = startCollector(server.url, folder, ['--token', 'a single-use token', '--name', 'Zhengding'])
    await expect
      .poll(() => server.auth, { timeout: 20_000 })
      .toMatchObject({ collectorId: 'col_1', key: 'key of col_1' })
    expect(server.enrolments).toEqual([
      { token: 'a single-use token', name: 'Zhengding', publicKey: server.auth!.publicKey },
    ])
    expect(statSync(join(folder, 'membership.json')).mode & 0o777).toBe(0o600)
    expect(first.log()).not.toContain('key of col_1')
    await end(first.child, 'SIGTERM')
    server.auth = null
    startCollector(server.url, folder)
    await expect.poll(() => server.auth, { timeout: 20_000 }).toMatchObject({ collectorId: 'col_1' })
    expect(server.enrolments).toHaveLength(1)
  })

  it.each([
    ['without a server', ['--data', 'x'], 'usage'],
    ['with an unknown option', ['--server', 'http://127.0.0.1:9', '--data', 'x', '--frob'], 'usage'],
  ])('%s says how it is called', async (_name, args, text) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
      cwd: newFolder(),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let told = ''
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()))
    const [code] = (await once(child, 'close')) as [number]
    expect([code, told]).toEqual([2, expect.stringContaining(text)])
  })

  it('does jobs: identifies an address that is no target yet, and says why when it cannot', async () => {
    const [port, server, folder] = [await startSimulator(), await TestServer.start(), newFolder()]
    startCollector(server.url, folder, [], known)
    await expect.poll(() => server.auth, { timeout: 20_000 }).not.toBeNull()
    const snmp = sealFor(server.auth!.publicKey, credential)
    server.run({ id: 'job_1', kind: 'identify', address: router.address, port, snmp })
    server.run({ id: 'job_2', kind: 'poll', deviceId: 'dev_unknown' })
    await expect.poll(() => server.facts.length, { timeout: 30_000 }).toBe(2)
    const outcome = Object.fromEntries(
      server.facts.flatMap((fact) => (fact.kind === 'job' ? [[fact.jobId, fact]] : [])),
    )
    expect(outcome['job_1']).toMatchObject({ outcome: 'done', result: { kind: 'identify' } })
    expect(outcome['job_2']).toMatchObject({ outcome: 'failed', error: { code: 'unknown-device' } })
  })
})

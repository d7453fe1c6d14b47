import { createServer, type Server as HttpServer } from 'node:http'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Server, type Namespace } from 'socket.io'
import msgpackParser from 'socket.io-msgpack-parser'
import { afterEach, describe, expect, it } from 'vitest'
import type { Batch, BatchAck, CollectorAuth, Fact, Lane, SampleColumns, ServerHello } from './contract.ts'
import { CollectorClock } from './clock.ts'
import { Spool } from './spool/spool.ts'
import { Uplink, usualWaits } from './uplink.ts'
import { columnsOf } from './wire/columns.ts'
import { Listener } from './wire/telling.ts'
import { packColumns, packMessage, unpackMessage } from './wire/version-1.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

type Answer = (batch: Batch, count: number) => BatchAck | 'silence' | 'commit and hang up'

/** The server's end: keeps what it took, and answers as a test wants. */
class TestServer {
  readonly received: Batch[] = []
  readonly committed: (Batch & { samples: Promise<SampleColumns[]> })[] = []
  readonly auths: CollectorAuth[] = []
  answer: Answer = () => ({ ok: true })
  refuse: string | null = null
  /** What it says of itself; null: nothing but an assignment, as version 1; none: not even that. */
  hello: ServerHello | null | 'none' = { contractVersion: 2, uplinkBps: 1e9 }
  nowMs = () => Date.now()
  readonly port: number
  readonly namespace: Namespace
  readonly #http: HttpServer
  readonly #io: Server

  private constructor(http: HttpServer, port: number) {
    this.#http = http
    this.port = port
    this.#io = new Server(http, { parser: msgpackParser as never })
    this.namespace = this.#io.of('/collector')
    this.namespace.use((socket, next) => next(this.refuse ? new Error(this.refuse) : undefined))
    this.namespace.on('connection', (socket) => {
      this.auths.push(socket.handshake.auth as CollectorAuth)
      const listener = new Listener()
      if (this.#speaksOurs) socket.emit('hello', this.hello)
      else if (this.hello === null) socket.emit('assignment', { version: 1, targets: [], probes: [] })
      socket.on('time', (answer: (atMs: number) => void) => answer(this.nowMs()))
      socket.on('batch', (batch: Batch, acknowledge: (ack: BatchAck) => void) => {
        this.received.push(batch)
        const samples = this.#samplesIn(batch, listener)
        const answer = this.answer(batch, this.received.length)
        if (answer === 'commit and hang up') {
          this.commit({ ...batch, samples })
          socket.disconnect(true)
        } else if (answer !== 'silence') {
          if (answer.ok) this.commit({ ...batch, samples })
          acknowledge(answer)
        }
      })
    })
  }

  static async start(port = 0): Promise<TestServer> {
    const http = createServer().listen(port, '127.0.0.1')
    await once(http, 'listening')
    const server = new TestServer(http, (http.address() as { port: number }).port)
    cleanups.push(() => server.stop())
    return server
  }

  async stop(): Promise<void> {
    await this.#io.close()
    this.#http.close()
  }

  seqs(lane: Lane): number[] {
    return this.committed.filter((batch) => batch.lane === lane).map(({ seq }) => seq)
  }

  async values(lane: Lane): Promise<number[]> {
    const batches = this.committed.filter((batch) => batch.lane === lane)
    const bodies = await Promise.all(batches.map(({ samples }) => samples))
    return bodies.flat().flatMap(({ values }) => [...values])
  }

  get #speaksOurs(): boolean {
    return this.hello !== null && this.hello !== 'none'
  }

  #samplesIn({ lane, body }: Batch, listener: Listener): Promise<SampleColumns[]> {
    if (lane === 'facts') return Promise.resolve([])
    return this.#speaksOurs ? columnsOf(listener.hear(body)) : unpackMessage<SampleColumns[]>(body)
  }

  /** As the server does: by (epoch, lane, seq), once. */
  commit(batch: Batch & { samples: Promise<SampleColumns[]> }): void {
    const isKnown = this.committed.some(
      ({ epoch, lane, seq }) => epoch === batch.epoch && lane === batch.lane && seq === batch.seq,
    )
    if (!isKnown) this.committed.push(batch)
  }
}

async function newUplink(port: number, folder = newFolder(), clock?: CollectorClock) {
  const online: boolean[] = []
  const refusals: string[] = []
  const events: [string, unknown][] = []
  const ahead: number[] = []
  const spool: Spool = await Spool.open({ folder, onReady: (lane) => uplink.wake(lane) })
  const uplink: Uplink = new Uplink({
    server: `http://127.0.0.1:${port}`,
    spool,
    auth: { contractVersion: 1, collectorId: 'col_1', key: 'k', publicKey: 'p' },
    handlers: {
      assignment: (whole) => events.push(['assignment', whole]),
      change: (change) => events.push(['change', change]),
      job: (job, accepted) => (accepted(), events.push(['job', job])),
      cancelJob: (id) => events.push(['cancelJob', id]),
    },
    onOnline: (is) => online.push(is),
    onRefused: ({ message }) => refusals.push(message),
    onError: () => {},
    waits: { ...usualWaits, hello: 500, resend: 100, refused: 300, hungUp: 100 },
    ...(clock ? { clock, onClock: (aheadMs: number) => ahead.push(aheadMs) } : {}),
  })
  const close = async () => {
    uplink.close()
    await spool.close()
  }
  cleanups.push(close)
  return { uplink, spool, online, refusals, events, folder, ahead }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-uplink-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function add(spool: Spool, value: number, atMs = Date.now()): Promise<void> {
  const body = await packColumns([
    { metric: 'probeOk', ids: ['cir_1'], entities: [0], atMs: [atMs], values: [value] },
  ])
  await spool.add({ kind: 'samples', fromMs: atMs, untilMs: atMs, body })
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

describe('the uplink', () => {
  it('says who it is, and sends each batch once, in order', async () => {
    const server = await TestServer.start()
    const { uplink, spool } = await newUplink(server.port)
    uplink.connect()
    for (const value of upTo(30)) await add(spool, value)
    await expect.poll(() => spool.batches).toBe(0)
    expect([server.received.map(({ seq }) => seq), await server.values('samples')]).toEqual([
      upTo(30),
      upTo(30),
    ])
    expect(server.auths).toMatchObject([
      { contractVersion: 1, collectorId: 'col_1', key: 'k', publicKey: 'p', epoch: spool.epoch },
    ])
  })

  it('sends what was measured before there was a server; what is old goes to its own lane', async () => {
    const server = await TestServer.start()
    const { uplink, spool } = await newUplink(server.port)
    const hourAgo = Date.now() - 3_600_000
    for (const value of [1, 2, 3]) await add(spool, value, hourAgo + value)
    for (const value of [4, 5]) await add(spool, value)
    uplink.connect()
    await expect.poll(() => spool.batches).toBe(0)
    expect([await server.values('backfill'), await server.values('samples')]).toEqual([
      [1, 2, 3],
      [4, 5],
    ])
  })

  it('never has more than eight of a lane on their way', async () => {
    const server = await TestServer.start()
    server.answer = () => 'silence'
    const { uplink, spool } = await newUplink(server.port)
    for (const value of upTo(20)) await add(spool, value)
    uplink.connect()
    await expect.poll(() => server.received.length).toBe(8)
    await add(spool, 21)
    expect(server.received).toHaveLength(8)
  })

  it('sends again, in order, what the server did not take', async () => {
    const server = await TestServer.start()
    let isFailing = true
    server.answer = ({ seq }) =>
      isFailing && seq >= 4 ? { ok: false, retryMs: 200, reason: 'busy' } : { ok: true }
    const { uplink, spool } = await newUplink(server.port)
    uplink.connect()
    for (const value of upTo(10)) await add(spool, value)
    await expect.poll(() => server.received.some(({ seq }) => seq === 4)).toBe(true)
    expect(server.seqs('samples')).toEqual([1, 2, 3])
    isFailing = false
    await expect.poll(() => spool.batches).toBe(0)
    expect(server.seqs('samples')).toEqual(upTo(10))
  })

  it('after a connection was lost sends again what was not acknowledged, and nothing twice to a server that remembers', async () => {
    const server = await TestServer.start()
    server.answer = (_batch, count) => (count === 5 ? 'commit and hang up' : { ok: true })
    const { uplink, spool, online } = await newUplink(server.port)
    uplink.connect()
    for (const value of upTo(12)) await add(spool, value)
    await expect.poll(() => spool.batches, { timeout: 20_000 }).toBe(0)
    expect(await server.values('samples')).toEqual(upTo(12))
    expect(online).toEqual([true, false, true])
  })

  it('goes on after the server was away, and after its own restart', async () => {
    const first = await TestServer.start()
    const { port } = first
    const before = await newUplink(port)
    before.uplink.connect()
    await add(before.spool, 1)
    await expect.poll(() => before.spool.batches).toBe(0)
    await first.stop()
    await expect.poll(() => before.online.at(-1)).toBe(false)
    await add(before.spool, 2)
    before.uplink.close()
    await before.spool.close()

    const second = await TestServer.start(port)
    const after = await newUplink(port, before.folder)
    after.uplink.connect()
    await add(after.spool, 3)
    await expect.poll(() => after.spool.batches).toBe(0)
    expect([second.seqs('samples'), await second.values('samples')]).toEqual([
      [2, 3],
      [2, 3],
    ])
    expect(second.auths[0]?.epoch).toBe(first.auths[0]?.epoch)
  })

  it('tries again when the server refuses it', async () => {
    const server = await TestServer.start()
    server.refuse = 'unknown collector or key'
    const { uplink, refusals } = await newUplink(server.port)
    uplink.connect()
    await expect.poll(() => refusals).toEqual(['unknown collector or key'])
    server.refuse = null
    await expect.poll(() => uplink.isConnected).toBe(true)
  })

  it('hands on what the server says', async () => {
    const server = await TestServer.start()
    const { uplink, events, online } = await newUplink(server.port)
    uplink.connect()
    await expect.poll(() => online).toEqual([true])
    const assignment = { version: 1, targets: [], probes: [] }
    server.namespace.emit('assignment', assignment)
    server.namespace.emit('cancelJob', 'job_1')
    const [accepted] = await Promise.all(
      [...server.namespace.sockets.values()].map((socket) =>
        socket.timeout(5000).emitWithAck('job', { id: 'job_2', kind: 'poll', deviceId: 'dev_1' }),
      ),
    )
    expect(accepted).toBeUndefined()
    expect(events).toEqual([
      ['assignment', assignment],
      ['cancelJob', 'job_1'],
      ['job', { id: 'job_2', kind: 'poll', deviceId: 'dev_1' }],
    ])
  })

  it('speaks as a server of version 1 does', async () => {
    const server = await TestServer.start()
    server.hello = null
    const { uplink, spool } = await newUplink(server.port)
    await add(spool, 0, Date.now() - 3_600_000)
    uplink.connect()
    for (const value of upTo(5)) await add(spool, value)
    await expect.poll(() => spool.batches).toBe(0)
    expect([await server.values('backfill'), await server.values('samples')]).toEqual([[0], upTo(5)])
  })

  it('tells a server of version 1 no fact that it does not know', async () => {
    const server = await TestServer.start()
    server.hello = null
    const { uplink, spool } = await newUplink(server.port)
    const gap: Fact = { kind: 'gap', fromMs: 1, untilMs: 2, reason: 'queue-damaged' }
    const outcome = { ok: false, code: 'timeout', values: {} }
    const body = await packMessage([gap, { kind: 'check', checkId: 'chk_1', atMs: 1, outcome }])
    await spool.add({ kind: 'facts', fromMs: 1, untilMs: 2, body })
    uplink.connect()
    await expect.poll(() => spool.batches).toBe(0)
    expect(await unpackMessage<Fact[]>(server.committed[0]!.body)).toEqual([{ ...gap, reason: 'spool-full' }])
  })

  it('goes on with a server that says nothing of itself as with one of version 1', async () => {
    const server = await TestServer.start()
    server.hello = 'none'
    const { uplink, spool } = await newUplink(server.port)
    uplink.connect()
    await add(spool, 1)
    await expect.poll(() => spool.batches).toBe(0)
    expect(await server.values('samples')).toEqual([1])
  })

  it('history waits for its share of the line, and holds up neither the present nor facts', async () => {
    const server = await TestServer.start()
    server.hello = { contractVersion: 2, uplinkBps: 16_000 }
    const { uplink, spool } = await newUplink(server.port)
    const hourAgo = Date.now() - 3_600_000
    for (const value of upTo(300)) await add(spool, value, hourAgo + value)
    uplink.connect()
    await expect.poll(() => server.seqs('backfill').length).toBeGreaterThan(0)
    for (const value of upTo(20)) await add(spool, value)
    const body = await packMessage([{ kind: 'gap', fromMs: 1, untilMs: 2, reason: 'overload' }])
    await spool.add({ kind: 'facts', fromMs: 1, untilMs: 2, body })
    await expect.poll(() => [server.seqs('samples').length, server.seqs('facts').length]).toEqual([20, 1])
    expect(server.seqs('backfill').length).toBeLessThan(300)
    expect(server.seqs('backfill')).toEqual(upTo(server.seqs('backfill').length))
  })

  it('puts instants right that were made by a wrong clock, and says how wrong it is', async () => {
    const server = await TestServer.start()
    const hour = 3_600_000
    const clock = new CollectorClock(() => Date.now() + hour)
    const { uplink, spool, ahead } = await newUplink(server.port, newFolder(), clock)
    const wrongMs = clock.now()
    const body = await packColumns([
      { metric: 'probeOk', ids: ['cir_1'], entities: [0], atMs: [wrongMs], values: [1] },
    ])
    await spool.add({ kind: 'samples', fromMs: wrongMs, untilMs: wrongMs, body, stamp: clock.stamp() })
    uplink.connect()
    await expect.poll(() => spool.batches).toBe(0)
    const [columns] = await server.committed[0]!.samples
    expect(Math.abs(columns!.atMs[0]! - (wrongMs - hour))).toBeLessThan(2000)
    expect(Math.abs(ahead[0]! - hour)).toBeLessThan(2000)
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(2000)
  })

  it('30 minutes without a server, in batches of 2 s: nothing is lost, nothing comes twice', async () => {
    const server = await TestServer.start()
    let nowMs = Date.now() - 45 * 60_000
    let isFlaky = true
    server.answer = (_batch, count) => (isFlaky && count % 150 === 0 ? 'commit and hang up' : { ok: true })
    const folder = newFolder()
    const spool: Spool = await Spool.open({ folder, now: () => nowMs })
    const sent = new Map<number, number>()
    for (let i = 0; i < 900; i++) {
      nowMs += 2000
      sent.set(nowMs, i)
      await add(spool, i, nowMs)
    }
    await spool.close()
    const { uplink, spool: again } = await newUplink(server.port, folder)
    uplink.connect()
    for (let i = 900; i < 950; i++) {
      const atMs = Date.now() + i
      sent.set(atMs, i)
      await add(again, i, atMs)
    }
    await expect.poll(() => server.received.length, { timeout: 20_000 }).toBeGreaterThan(460)
    isFlaky = false
    await expect.poll(() => again.batches, { timeout: 25_000 }).toBe(0)
    const values = [...(await server.values('backfill')), ...(await server.values('samples'))]
    expect(values.length).toBe(950)
    expect(values.reduce((sum, value) => sum + value, 0)).toBe((950 * 949) / 2)
    for (const lane of ['backfill', 'samples'] as const)
      expect(server.seqs(lane)).toEqual(upTo(server.seqs(lane).length))
  }, 60_000)
})

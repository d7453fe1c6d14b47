import { io, type Socket } from 'socket.io-client'
import msgpackParser from 'socket.io-msgpack-parser'
import { Budget } from './budget.ts'
import {
  collectorNamespace,
  lanes,
  type Batch,
  type BatchAck,
  type CollectorAuth,
  type CollectorHealth,
  type CollectorToServer,
  type JobProgress,
  type Lane,
  type ServerHello,
  type ServerToCollector,
} from './contract.ts'
import type { CollectorClock } from './clock.ts'
import type { Spool, SpooledBatch } from './spool/spool.ts'
import { agentFor, type Trust } from './trust.ts'
import { Teller } from './wire/telling.ts'
import { toVersion1 } from './wire/version-1.ts'

export interface UplinkOptions {
  server: string
  trust?: Trust
  auth: Omit<CollectorAuth, 'epoch'>
  spool: Spool
  handlers: Omit<ServerToCollector, 'hello'>
  /** Put right by the server's. */
  clock?: Pick<CollectorClock, 'monotonicMs' | 'learn' | 'shiftOf'>
  /** How far the machine's own clock is ahead of the server's, when it is wrong; else 0. */
  onClock?: (aheadMs: number) => void
  onOnline: (online: boolean) => void
  /** Why there is no connection; told at each attempt. */
  onRefused: (error: Error) => void
  onError: (error: Error) => void
  /** ms, growing. */
  now?: () => number
}

/** Batches of a lane on their way at once. History is not to stand in anybody's way. */
const windowSizes: Record<Lane, number> = { samples: 8, backfill: 2, facts: 8 }
/** What nobody said is rented. */
const uplinkBpsUnlessTold = 10e6
/** Of the line, for history. */
const backfillShare = 0.05
const leastBackfillBytesPerS = 2_000
/** So long the present may be held up by what was measured last without a server. */
const liveWithinS = 10
/** A server that says nothing of itself. */
const helloTimeoutMs = 5_000
const version1: ServerHello = { contractVersion: 1, uplinkBps: null }
const askTimeEveryMs = 5 * 60_000
const ackTimeoutMs = 60_000
const resendMs = 2_000
const refusedRetryMs = 10_000
const disconnectedRetryMs = 2_000

interface LaneState {
  sentSeq: number
  onTheWay: number
  /** A batch was not taken: what follows it waits until it is sent again. */
  isHeld: boolean
  isPumping: boolean
}

/** The one connection to the server. Sends each lane in order, and again what was not acknowledged. */
export class Uplink {
  readonly #options: UplinkOptions
  readonly #socket: Socket<ServerToCollector, CollectorToServer>
  readonly #lanes: Record<Lane, LaneState> = { samples: idle(), backfill: idle(), facts: idle() }
  /** Grows with each connection: answers of an earlier one count for nothing. */
  #connection = 0
  /** What the server of this connection said of itself; nothing is sent before. */
  #hello: ServerHello | null = null
  #teller = new Teller()
  #backfill: Budget
  #helloTimer: NodeJS.Timeout | undefined
  #timeTimer: NodeJS.Timeout | undefined
  #budgetTimer: NodeJS.Timeout | undefined
  #retryTimer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: UplinkOptions) {
    this.#options = options
    const agent = agentFor(options.trust)
    this.#socket = io(new URL(collectorNamespace, options.server).href, {
      parser: msgpackParser,
      auth: { ...options.auth, epoch: options.spool.epoch } satisfies CollectorAuth,
      transports: ['websocket'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 10_000,
      autoConnect: false,
      // socket.io names no type for it, and hands it to ws
      ...(agent ? { agent: agent as never } : {}),
    })
    this.#backfill = this.#budget(null)
    this.#socket.on('connect', () => this.#awaitHello())
    this.#socket.on('hello', (hello) => this.#begin(hello))
    this.#socket.on('assignment', () => this.#begin(version1))
    this.#socket.on('disconnect', (reason) => this.#end(reason === 'io server disconnect'))
    this.#socket.on('connect_error', (error) => this.#refused(error))
    for (const [event, handler] of Object.entries(options.handlers))
      this.#socket.on(event as keyof ServerToCollector, handler as never)
  }

  get isConnected(): boolean {
    return this.#socket.connected
  }

  connect(): void {
    this.#socket.connect()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retryTimer)
    this.#forgetConnection()
    this.#socket.disconnect()
  }

  /** There is something to send. */
  wake(lane: Lane): void {
    if (this.#hello) void this.#pump(lane)
  }

  /** What nobody keeps is not sent later either. */
  health(health: CollectorHealth): void {
    if (this.isConnected) this.#socket.volatile.emit('health', health)
  }

  progress(progress: JobProgress): void {
    if (this.isConnected) this.#socket.emit('progress', progress)
  }

  resync(): void {
    if (this.isConnected) this.#socket.emit('resync')
  }

  #forgetConnection(): void {
    this.#connection++
    this.#hello = null
    clearTimeout(this.#helloTimer)
    clearTimeout(this.#timeTimer)
    clearTimeout(this.#budgetTimer)
  }

  #awaitHello(): void {
    this.#forgetConnection()
    this.#helloTimer = setTimeout(() => this.#begin(version1), helloTimeoutMs)
    this.#options.onOnline(true)
  }

  /** The server has said what it is, or has shown that it cannot. */
  #begin(hello: ServerHello): void {
    if (this.#hello || !this.isConnected) return
    clearTimeout(this.#helloTimer)
    this.#hello = hello
    this.#teller = new Teller()
    this.#backfill = this.#budget(hello.uplinkBps)
    for (const lane of lanes) this.#lanes[lane] = idle()
    const connection = this.#connection
    const placed = this.#askTime(connection).then(() =>
      this.#options.spool.setOnline(true, this.#liveBytes(hello)),
    )
    placed.catch(this.#options.onError).finally(() => {
      if (connection === this.#connection) for (const lane of lanes) void this.#pump(lane)
    })
  }

  #liveBytes = ({ uplinkBps }: ServerHello) => ((uplinkBps ?? uplinkBpsUnlessTold) / 8) * liveWithinS

  #budget(uplinkBps: number | null): Budget {
    const bytesPerS = Math.max(
      leastBackfillBytesPerS,
      ((uplinkBps ?? uplinkBpsUnlessTold) / 8) * backfillShare,
    )
    return new Budget(bytesPerS, bytesPerS, this.#options.now ?? (() => performance.now()))
  }

  /** Now, and every few minutes. A server that does not answer has no say in it. */
  async #askTime(connection: number): Promise<void> {
    const { clock, onClock, onError } = this.#options
    if (!clock || connection !== this.#connection || (this.#hello?.contractVersion ?? 1) < 2) return
    this.#timeTimer = setTimeout(() => void this.#askTime(connection), askTimeEveryMs)
    const askedMs = clock.monotonicMs
    try {
      const serverMs = await this.#socket.timeout(helloTimeoutMs).emitWithAck('time')
      if (Number.isSafeInteger(serverMs)) onClock?.(clock.learn(serverMs, askedMs, clock.monotonicMs))
    } catch (error) {
      onError(error as Error)
    }
  }

  #end(byServer: boolean): void {
    this.#forgetConnection()
    this.#options.spool.setOnline(false).catch(this.#options.onError)
    this.#options.onOnline(false)
    if (byServer) this.#connectLater(disconnectedRetryMs) // socket.io takes this for final; a server that restarts does not mean it
  }

  #refused(error: Error): void {
    this.#options.onRefused(error)
    if (!this.#socket.active) this.#connectLater(refusedRetryMs)
  }

  #connectLater(waitMs: number): void {
    if (this.#closed) return
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.#socket.connect(), waitMs * (0.5 + Math.random() / 2))
  }

  /** Sends what the window allows, in order. */
  async #pump(lane: Lane): Promise<void> {
    const state = this.#lanes[lane]
    if (state.isPumping || !this.#hello) return
    state.isPumping = true
    const connection = this.#connection
    try {
      while (connection === this.#connection && !state.isHeld && state.onTheWay < windowSizes[lane]) {
        if (lane === 'backfill' && this.#mustSave()) break
        const batch = this.#options.spool.next(lane, state.sentSeq)
        if (!batch) break
        state.sentSeq = batch.seq
        await this.#send(batch, lane, connection)
      }
    } catch (error) {
      this.#options.onError(error as Error)
      this.#hold(lane, state, resendMs)
    } finally {
      state.isPumping = false
    }
  }

  async #send(batch: SpooledBatch, lane: Lane, connection: number): Promise<void> {
    const read = await this.#options.spool.read(batch)
    const body = read && (await this.#understood(read, batch))
    const state = this.#lanes[lane]
    if (!body || connection !== this.#connection) return
    // groups are told in the order in which they leave
    const told = lane === 'facts' || !this.#speaksOurs ? body : this.#teller.tell(body, this.#shiftOf(batch))
    if (lane === 'backfill') this.#backfill.spend(told.length)
    state.onTheWay++
    this.#socket
      .timeout(ackTimeoutMs)
      .emit(
        'batch',
        { ...read, body: Buffer.from(told.buffer, told.byteOffset, told.length) },
        (error, ack) => {
          if (connection !== this.#connection) return
          state.onTheWay--
          this.#acknowledged(
            batch,
            lane,
            error ? { ok: false, retryMs: resendMs, reason: 'no answer' } : ack,
          ).catch(this.#options.onError)
        },
      )
  }

  get #speaksOurs(): boolean {
    return (this.#hello?.contractVersion ?? 1) >= 2
  }

  /** The body as a server of the version before takes it. */
  async #understood({ lane, body }: Batch, batch: SpooledBatch): Promise<Uint8Array> {
    if (lane === 'facts' || this.#speaksOurs) return body
    return await toVersion1(body, this.#shiftOf(batch))
  }

  #shiftOf({ stamp }: SpooledBatch): number {
    return stamp ? (this.#options.clock?.shiftOf(stamp) ?? 0) : 0
  }

  /** History has had its share of the line: it goes on when there is some again. */
  #mustSave(): boolean {
    const { waitMs } = this.#backfill
    if (waitMs <= 0) return false
    clearTimeout(this.#budgetTimer)
    this.#budgetTimer = setTimeout(() => this.wake('backfill'), waitMs)
    return true
  }

  async #acknowledged(batch: SpooledBatch, lane: Lane, ack: BatchAck): Promise<void> {
    const state = this.#lanes[lane]
    if (ack.ok) await this.#options.spool.acknowledge(lane, batch.seq)
    else {
      this.#options.onError(new Error(`the server did not take ${lane} ${batch.seq}: ${ack.reason}`))
      this.#hold(lane, state, ack.retryMs)
    }
    void this.#pump(lane)
  }

  /** After a while everything that is not acknowledged goes again, from the oldest. */
  #hold(lane: Lane, state: LaneState, waitMs: number): void {
    if (state.isHeld) return
    state.isHeld = true
    setTimeout(
      () => {
        state.isHeld = false
        state.sentSeq = 0
        if (this.#lanes[lane] === state) this.wake(lane)
      },
      Math.min(Math.max(waitMs, 100), 60_000),
    ).unref()
  }
}

const idle = (): LaneState => ({ sentSeq: 0, onTheWay: 0, isHeld: false, isPumping: false })

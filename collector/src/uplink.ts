import { io, type Socket } from 'socket.io-client'
import msgpackParser from 'socket.io-msgpack-parser'
import { Budget } from './budget.ts'
import type { CollectorClock } from './clock.ts'
import {
  collectorNamespace,
  lanes,
  type CollectorAuth,
  type CollectorHealth,
  type CollectorToServer,
  type JobProgress,
  type Lane,
  type ReleaseChunk,
  type ServerHello,
  type ServerToCollector,
} from './contract.ts'
import type { Spool, SpooledBatch } from './spool/spool.ts'
import { agentFor, type Trust } from './trust.ts'
import { LaneSender } from './uplink-lane.ts'
import { Speech } from './uplink-speech.ts'

/** How long what is waited for, ms. */
export interface UplinkWaits {
  /** For a server that says nothing of itself: it is of version 1. */
  hello: number
  acknowledgement: number
  resend: number
  /** Before the next attempt: after a refusal, and after the server hung up. */
  refused: number
  hungUp: number
}

export const usualWaits: UplinkWaits = {
  hello: 5_000,
  acknowledgement: 60_000,
  resend: 2_000,
  refused: 10_000,
  hungUp: 2_000,
}

export interface UplinkOptions {
  server: string
  trust?: Trust
  auth: Omit<CollectorAuth, 'epoch'>
  spool: Spool
  handlers: Omit<ServerToCollector, 'hello' | 'upgrade'> & Partial<Pick<ServerToCollector, 'upgrade'>>
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
  waits?: UplinkWaits
}

/** Batches of a lane on their way at once. History is not to stand in anybody's way. */
const windowSizes: Record<Lane, number> = { samples: 8, backfill: 2, facts: 8 }
/** Of the line, for history. */
const backfillShare = 0.05
const leastBackfillBytesPerS = 2_000
/** So long the present may be held up by what was measured last without a server. */
const liveWithinS = 10
const version1: ServerHello = { contractVersion: 1, uplinkBps: null }
const askTimeEveryMs = 5 * 60_000

/** A server that has said what it is. Nothing is sent before. */
interface Connection {
  speech: Speech
  senders: Record<Lane, LaneSender>
}

/** The one connection to the server: up whenever there is one, and everything in the spool goes over it. */
export class Uplink {
  readonly #options: UplinkOptions
  readonly #waits: UplinkWaits
  readonly #socket: Socket<ServerToCollector, CollectorToServer>
  #connection: Connection | null = null
  #helloTimer: NodeJS.Timeout | undefined
  #timeTimer: NodeJS.Timeout | undefined
  #retryTimer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: UplinkOptions) {
    this.#options = options
    this.#waits = options.waits ?? usualWaits
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

  /** What may be spent of the line on what can wait. */
  get spareBytesPerS(): number {
    return Math.max(leastBackfillBytesPerS, (this.#connection?.speech.bytesPerS ?? 0) * backfillShare)
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
    this.#connection?.senders[lane].wake()
  }

  /** What nobody keeps is not sent later either. */
  health(health: CollectorHealth): void {
    if (this.isConnected) this.#socket.volatile.emit('health', health)
  }

  /** A piece of a release. Rejects without an answer. */
  release(release: string, offset: number): Promise<ReleaseChunk> {
    return this.#socket.timeout(this.#waits.acknowledgement).emitWithAck('release', { release, offset })
  }

  progress(progress: JobProgress): void {
    if (this.isConnected) this.#socket.emit('progress', progress)
  }

  resync(): void {
    if (this.isConnected) this.#socket.emit('resync')
  }

  #forgetConnection(): void {
    for (const lane of lanes) this.#connection?.senders[lane].end()
    this.#connection = null
    clearTimeout(this.#helloTimer)
    clearTimeout(this.#timeTimer)
  }

  #awaitHello(): void {
    this.#forgetConnection()
    this.#helloTimer = setTimeout(() => this.#begin(version1), this.#waits.hello)
    this.#options.onOnline(true)
  }

  /** The server has said what it is, or has shown that it cannot. */
  #begin(hello: ServerHello): void {
    if (this.#connection || !this.isConnected) return
    clearTimeout(this.#helloTimer)
    const connection = (this.#connection = this.#open(new Speech(hello)))
    const { spool, onError } = this.#options
    this.#askTime(connection)
      .then(() => spool.setOnline(true, connection.speech.bytesPerS * liveWithinS))
      .catch(onError)
      .finally(() => lanes.forEach((lane) => connection.senders[lane].wake()))
  }

  #open(speech: Speech): Connection {
    const { spool, clock, onError, now = () => performance.now() } = this.#options
    const backfillBytesPerS = Math.max(leastBackfillBytesPerS, speech.bytesPerS * backfillShare)
    const sender = (lane: Lane, budget?: Budget) =>
      new LaneSender({
        lane,
        window: windowSizes[lane],
        spool,
        speech,
        ...(budget ? { budget } : {}),
        emit: (batch) => this.#socket.timeout(this.#waits.acknowledgement).emitWithAck('batch', batch),
        shiftOf: ({ stamp }: SpooledBatch) => (stamp && clock ? clock.shiftOf(stamp) : 0),
        resendMs: this.#waits.resend,
        onError,
      })
    const senders = {
      samples: sender('samples'),
      backfill: sender('backfill', new Budget(backfillBytesPerS, backfillBytesPerS, now)),
      facts: sender('facts'),
    }
    return { speech, senders }
  }

  /** Now, and every few minutes. A server that does not answer has no say in it. */
  async #askTime(connection: Connection): Promise<void> {
    const { clock, onClock, onError } = this.#options
    if (!clock || connection !== this.#connection || connection.speech.contractVersion < 2) return
    this.#timeTimer = setTimeout(() => void this.#askTime(connection), askTimeEveryMs)
    const askedMs = clock.monotonicMs
    try {
      const serverMs = await this.#socket.timeout(this.#waits.hello).emitWithAck('time')
      if (Number.isSafeInteger(serverMs)) onClock?.(clock.learn(serverMs, askedMs, clock.monotonicMs))
    } catch (error) {
      onError(error as Error)
    }
  }

  #end(byServer: boolean): void {
    this.#forgetConnection()
    this.#options.spool.setOnline(false).catch(this.#options.onError)
    this.#options.onOnline(false)
    if (byServer) this.#connectLater(this.#waits.hungUp) // socket.io takes this for final; a server that restarts does not mean it
  }

  #refused(error: Error): void {
    this.#options.onRefused(error)
    if (!this.#socket.active) this.#connectLater(this.#waits.refused)
  }

  #connectLater(waitMs: number): void {
    if (this.#closed) return
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.#socket.connect(), waitMs * (0.5 + Math.random() / 2))
  }
}

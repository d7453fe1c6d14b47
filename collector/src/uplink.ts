import { io, type Socket } from 'socket.io-client'
import msgpackParser from 'socket.io-msgpack-parser'
import {
  collectorNamespace,
  lanes,
  type BatchAck,
  type CollectorAuth,
  type CollectorHealth,
  type CollectorToServer,
  type JobProgress,
  type Lane,
  type ServerToCollector,
} from './contract.ts'
import type { Spool, SpooledBatch } from './spool/spool.ts'
import { agentFor, type Trust } from './trust.ts'

export interface UplinkOptions {
  server: string
  trust?: Trust
  auth: Omit<CollectorAuth, 'epoch'>
  spool: Spool
  handlers: ServerToCollector
  onOnline: (online: boolean) => void
  /** Why there is no connection; told at each attempt. */
  onRefused: (error: Error) => void
  onError: (error: Error) => void
}

/** Batches of a lane on their way at once. */
const windowSize = 8
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
    this.#socket.on('connect', () => void this.#begin())
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
    this.#connection++
    this.#socket.disconnect()
  }

  /** There is something to send. */
  wake(lane: Lane): void {
    if (this.isConnected) void this.#pump(lane)
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

  async #begin(): Promise<void> {
    this.#connection++
    for (const lane of lanes) this.#lanes[lane] = idle()
    try {
      await this.#options.spool.setOnline(true)
    } catch (error) {
      this.#options.onError(error as Error)
    }
    this.#options.onOnline(true)
    for (const lane of lanes) void this.#pump(lane)
  }

  #end(byServer: boolean): void {
    this.#connection++
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
    if (state.isPumping) return
    state.isPumping = true
    const connection = this.#connection
    try {
      while (connection === this.#connection && !state.isHeld && state.onTheWay < windowSize) {
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
    const state = this.#lanes[lane]
    if (!read || connection !== this.#connection) return
    state.onTheWay++
    this.#socket
      .timeout(ackTimeoutMs)
      .emit('batch', { ...read, body: Buffer.from(read.body) }, (error, ack) => {
        if (connection !== this.#connection) return
        state.onTheWay--
        this.#acknowledged(
          batch,
          lane,
          error ? { ok: false, retryMs: resendMs, reason: 'no answer' } : ack,
        ).catch(this.#options.onError)
      })
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

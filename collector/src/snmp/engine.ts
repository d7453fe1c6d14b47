import { randomInt } from 'node:crypto'
import { BerError } from './ber.ts'
import { SnmpError } from './error.ts'
import { decodeMessage, encodeMessage, type Message } from './message.ts'
import { UdpTransport, type Peer } from './transport.ts'

export interface EngineOptions {
  sockets: number
  /** Requests on their way at once, of all devices, that may still expect their first reply. */
  maxOutstanding: number
  /** The same for one device: many agents are single-threaded and drop the rest. */
  maxOutstandingPerPeer: number
}

export interface RequestOptions {
  /** For the first attempt; each further one waits half as long again. */
  timeoutMs: number
  retries: number
  /** Waits for no window: for probes, whose time of sending matters. */
  urgent?: boolean
}

/** Since the start. `strays`: replies that nobody waits for, late ones among them. */
export interface EngineCounters {
  sent: number
  received: number
  retried: number
  timedOut: number
  malformed: number
  strays: number
  socketErrors: number
}

/** `rttMs`: from the latest attempt to the reply. */
export interface Reply {
  message: Message
  rttMs: number
}

interface PeerState {
  key: string
  outstanding: number
  waiting: Pending[]
}

interface Pending {
  id: number
  peer: Peer
  state: PeerState
  version: Message['version']
  datagram: Buffer
  options: RequestOptions
  attempt: number
  sentAt: number
  /** Which windows it counts in. */
  holds: { peer: boolean; common: boolean }
  timer: NodeJS.Timeout | undefined
  /** What was wrong with a datagram that came from this peer meanwhile. */
  garbled: BerError | null
  resolve: (reply: Reply) => void
  reject: (error: SnmpError) => void
}

const defaults: EngineOptions = { sockets: 4, maxOutstanding: 256, maxOutstandingPerPeer: 2 }
const highestRequestId = 0x7fffffff
const backoff = 1.5

/**
 * SNMP v1 and v2c requests to any number of devices over a few sockets. A reply counts when request-id, address and port
 * are those of a request; everything else is dropped and counted.
 */
export class SnmpEngine {
  readonly counters: EngineCounters = {
    sent: 0,
    received: 0,
    retried: 0,
    timedOut: 0,
    malformed: 0,
    strays: 0,
    socketErrors: 0,
  }
  readonly #options: EngineOptions
  readonly #transport: UdpTransport
  readonly #pending = new Map<number, Pending>()
  readonly #peers = new Map<string, PeerState>()
  /** Peers with requests that only wait for the common window, longest first. */
  readonly #ready = new Set<PeerState>()
  #outstanding = 0
  #lastId = randomInt(highestRequestId)
  #closed = false

  constructor(options: Partial<EngineOptions> = {}) {
    this.#options = { ...defaults, ...options }
    this.#transport = new UdpTransport(
      this.#options.sockets,
      (datagram, from) => this.#receive(datagram, from),
      () => this.counters.socketErrors++,
    )
  }

  /** Rejects with SnmpError: timeout, unreachable, malformed, closed. */
  request(peer: Peer, message: Omit<Message, 'requestId'>, options: RequestOptions): Promise<Reply> {
    if (this.#closed) return Promise.reject(new SnmpError('closed', 'the SNMP engine is closed'))
    const id = this.#nextId()
    const { promise, resolve, reject } = Promise.withResolvers<Reply>()
    const state = this.#stateOf(peer)
    const pending: Pending = {
      id,
      peer,
      state,
      version: message.version,
      datagram: encodeMessage({ ...message, requestId: id }),
      options,
      attempt: 0,
      sentAt: 0,
      holds: { peer: false, common: false },
      timer: undefined,
      garbled: null,
      resolve,
      reject,
    }
    this.#pending.set(id, pending)
    if (options.urgent) this.#send(pending)
    else {
      state.waiting.push(pending)
      this.#dispatch(state)
    }
    return promise
  }

  close(): void {
    this.#closed = true
    for (const pending of [...this.#pending.values()])
      this.#fail(pending, new SnmpError('closed', 'the SNMP engine was closed'))
    this.#transport.close()
  }

  /** Sends what the windows allow for this peer; leaves it among the ready ones when only the common window is full. */
  #dispatch(state: PeerState): void {
    this.#ready.delete(state)
    while (state.waiting.length > 0 && state.outstanding < this.#options.maxOutstandingPerPeer) {
      if (this.#outstanding >= this.#options.maxOutstanding) {
        this.#ready.add(state)
        return
      }
      const pending = state.waiting.shift()
      if (!pending || !this.#pending.has(pending.id)) continue
      state.outstanding++
      this.#outstanding++
      pending.holds = { peer: true, common: true }
      this.#send(pending)
    }
  }

  #send(pending: Pending): void {
    pending.sentAt = performance.now()
    const waitMs = pending.options.timeoutMs * backoff ** pending.attempt
    pending.timer = setTimeout(() => this.#timeOut(pending), waitMs)
    this.counters.sent++
    this.#transport.send(pending.datagram, pending.peer, (error) => {
      if (error) this.#fail(pending, error)
    })
  }

  /** A request that went unanswered once gives up its slot: the silent must not hold up the living. */
  #timeOut(pending: Pending): void {
    this.#releaseCommonSlot(pending)
    if (pending.attempt < pending.options.retries) {
      pending.attempt++
      this.counters.retried++
      this.#send(pending)
      return
    }
    this.counters.timedOut++
    const { address, port } = pending.peer
    const tries = pending.attempt + 1
    this.#fail(
      pending,
      pending.garbled
        ? new SnmpError(
            'malformed',
            `${address}:${port} answers, but not in SNMP: ${pending.garbled.message}`,
            { cause: pending.garbled },
          )
        : new SnmpError(
            'timeout',
            `${address}:${port} gave no answer to ${tries} ${tries === 1 ? 'request' : 'requests'}`,
          ),
    )
  }

  #receive(datagram: Buffer, from: Peer): void {
    this.counters.received++
    let message: Message
    try {
      message = decodeMessage(datagram)
    } catch (error) {
      if (!(error instanceof BerError)) throw error
      this.#receiveGarbage(error, from)
      return
    }
    const pending = this.#pending.get(message.requestId)
    if (
      !pending ||
      message.type !== 'response' ||
      message.version !== pending.version ||
      from.port !== pending.peer.port ||
      from.address !== pending.peer.address
    ) {
      this.counters.strays++
      return
    }
    this.#settle(pending)
    pending.resolve({ message, rttMs: performance.now() - pending.sentAt })
  }

  #receiveGarbage(error: BerError, from: Peer): void {
    this.counters.malformed++
    if (!this.#peers.has(peerKey(from))) return
    for (const pending of this.#pending.values())
      if (pending.peer.address === from.address && pending.peer.port === from.port) pending.garbled = error
  }

  #fail(pending: Pending, error: SnmpError): void {
    if (!this.#pending.has(pending.id)) return
    this.#settle(pending)
    pending.reject(error)
  }

  #settle(pending: Pending): void {
    clearTimeout(pending.timer)
    this.#pending.delete(pending.id)
    const { state } = pending
    if (pending.holds.peer) state.outstanding--
    this.#releaseCommonSlot(pending)
    this.#dispatch(state)
    if (state.outstanding === 0 && state.waiting.length === 0) this.#peers.delete(state.key)
  }

  #releaseCommonSlot(pending: Pending): void {
    if (!pending.holds.common) return
    pending.holds.common = false
    this.#outstanding--
    const [next] = this.#ready
    if (next) this.#dispatch(next)
  }

  #stateOf(peer: Peer): PeerState {
    const key = peerKey(peer)
    let state = this.#peers.get(key)
    if (!state) {
      state = { key, outstanding: 0, waiting: [] }
      this.#peers.set(key, state)
    }
    return state
  }

  #nextId(): number {
    do this.#lastId = this.#lastId >= highestRequestId ? 1 : this.#lastId + 1
    while (this.#pending.has(this.#lastId))
    return this.#lastId
  }
}

const peerKey = ({ address, port }: Peer) => `${address} ${port}`

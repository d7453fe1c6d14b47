import type { Line, SnmpCredential } from '../contract.ts'
import type { Channel } from './channel.ts'
import type { SnmpError } from './error.ts'
import type { Framing } from './framing.ts'
import type { LineQueue } from './line-queue.ts'
import type { Manners } from './manners.ts'
import type { Pending } from './pending.ts'
import type { Patience, Request } from './request.ts'
import { TableMemory } from './table-memory.ts'
import { TableRead } from './table-read.ts'
import type { TableCells, TableQuestion, TableReading } from './table.ts'
import { canonicalAddress, type Peer } from './transport.ts'

export interface AgentOptions {
  peer: Peer
  credential: SnmpCredential
  /** How often and how long an ordinary request waits: 2 s, and two retries, unless told. */
  patience?: Patience
  /** The narrowest line on the way; all its devices share what monitoring may take of it. */
  line?: Line | null
  /** Further addresses of the device, from which its replies may come. */
  answersFrom?: readonly string[]
  /** Told once for each other address that answers in its stead; such replies are not believed. */
  onForeignReply?: (address: string) => void
}

/** Since the agent was made. */
export interface AgentCounters {
  sent: number
  retried: number
  timedOut: number
  malformed: number
  /** Replies from addresses that its record does not allow. */
  foreign: number
}

/** What an agent needs of the engine. */
export interface Dispatcher {
  submit(agent: Agent, request: Request, patience: Patience): void
  move(agent: Agent, line: Line | null): void
  forget(agent: Agent): void
}

/** What of the way to a device may change while it is asked. */
export type AgentWay = Pick<AgentOptions, 'line' | 'answersFrom'>

const ordinary: Patience = { timeoutMs: 2000, retries: 2 }
/** More addresses than any device has; beyond, somebody is playing. */
const mostForeigners = 16

/** One device that is asked. The engine works with what is public here; callers read tables, open sessions, and close it. */
export class Agent {
  readonly peer: Peer
  readonly version: SnmpCredential['version']
  readonly patience: Patience
  /** An error where the agent cannot be asked at all. */
  readonly framing: Framing | SnmpError
  readonly channel: Channel
  /** The engine's to set. */
  line: LineQueue | null
  readonly counters: AgentCounters = { sent: 0, retried: 0, timedOut: 0, malformed: 0, foreign: 0 }
  /** Requests that wait for their turn. */
  readonly waiting: Pending[] = []
  /** Requests on their way. */
  underWay = 0
  isClosed = false
  /** Smoothed round trip [RFC 6298 §2]; NaN while it is silent, or was never asked. Always a double: another kind would be boxed for each reply. */
  #srttMs = NaN
  #heldMs = 0
  #heldSinceMs = NaN
  readonly #dispatcher: Dispatcher
  #answersFrom: readonly string[]
  readonly #onForeignReply: (address: string) => void
  #foreigners: Set<string> | null = null
  #memory: TableMemory | null = null

  constructor(
    options: AgentOptions,
    parts: { framing: Framing | SnmpError; channel: Channel; line: LineQueue | null; dispatcher: Dispatcher },
  ) {
    this.peer = options.peer
    this.version = options.credential.version
    this.patience = options.patience ?? ordinary
    this.framing = parts.framing
    this.channel = parts.channel
    this.line = parts.line
    this.#dispatcher = parts.dispatcher
    this.#answersFrom = allowed(options)
    this.#onForeignReply = options.onForeignReply ?? (() => {})
  }

  /** Throws SnmpError; what is in `cells` is then of no use. One read at a time may fill the same cells. */
  readTable(question: TableQuestion, cells: TableCells, patience = this.patience): Promise<TableReading> {
    const { promise, resolve, reject } = Promise.withResolvers<TableReading>()
    TableRead.start({
      question,
      cells,
      memory: this.#remembering,
      version: this.version,
      submit: (request) => this.submit(request, patience),
      resolve,
      reject,
    })
    return promise
  }

  /** From now on. */
  setManners(manners: Manners): void {
    this.#remembering.setManners(manners)
  }

  get #remembering(): TableMemory {
    return (this.#memory ??= new TableMemory(this.version === '3' ? 'usm' : 'community'))
  }

  /** Whose turn it is. Mostly there is but one; to shift an array is a call into the runtime. */
  nextWaiting(): Pending | undefined {
    return this.waiting.length > 1 ? this.waiting.shift() : this.waiting.pop()
  }

  submit(request: Request, patience = this.patience): void {
    this.#dispatcher.submit(this, request, patience)
  }

  /** From now on; what is under way stays so. */
  setWay(way: AgentWay): void {
    this.#answersFrom = allowed(way)
    if (!this.isClosed) this.#dispatcher.move(this, way.line ?? null)
  }

  /** What is still asked, and whatever is asked later, fails with `closed`. */
  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#dispatcher.forget(this)
  }

  /** It did not answer last time, or was never asked. */
  get isDoubtful(): boolean {
    return Number.isNaN(this.#srttMs)
  }

  /** Whether a reply may come from there; told once when it may not. */
  mayAnswerFrom(address: string): boolean {
    if (address === this.peer.address || this.#answersFrom.includes(address)) return true
    this.counters.foreign++
    this.#foreigners ??= new Set()
    if (!this.#foreigners.has(address) && this.#foreigners.size < mostForeigners) {
      this.#foreigners.add(address)
      this.#onForeignReply(address)
    }
    return false
  }

  answered(rttMs: number): void {
    this.#srttMs = this.isDoubtful ? rttMs : this.#srttMs + (rttMs - this.#srttMs) / 8
  }

  /** Its line has nothing left for it: from now on it waits. */
  holdUp(): void {
    if (Number.isNaN(this.#heldSinceMs)) this.#heldSinceMs = performance.now()
  }

  letGo(): void {
    this.#heldMs = this.heldMs
    this.#heldSinceMs = NaN
  }

  /** How long it has waited for its line, in all. */
  get heldMs(): number {
    return this.#heldMs + (Number.isNaN(this.#heldSinceMs) ? 0 : performance.now() - this.#heldSinceMs)
  }

  fellSilent(): void {
    this.#srttMs = NaN
  }

  /** 0 while it is not known. */
  get usualRttMs(): number {
    return this.isDoubtful ? 0 : this.#srttMs
  }

  get name(): string {
    return nameOf(this.peer)
  }
}

const allowed = ({ answersFrom = [] }: AgentWay) => answersFrom.map(canonicalAddress)

export const nameOf = ({ address, port }: Peer) =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
